import { expect, expectAccessible, signIn, story, test } from "./fixture";

test("who is not signed in is asked to, and comes to where they wanted to be", async ({
  page,
  at,
  context,
}) => {
  await page.goto(story("/environments/aws-prod?snapshot=65"));
  await expect(page).toHaveURL(/\/sign-in\?return=/);
  await expect(page.getByRole("heading", { name: "Sign in to Landfall" })).toBeVisible();
  await expectAccessible(page);

  await page.getByLabel("API token").fill(at.token);
  await page.keyboard.press("Enter");
  await expect(page.getByText("aws-prod#65", { exact: true })).toBeVisible();
  await expect(page).toHaveURL(/\/o\/cyber-dojo\/environments\/aws-prod\?snapshot=65$/);

  const cookies = await context.cookies();
  expect(cookies).toHaveLength(1);
  expect(cookies[0]).toMatchObject({ httpOnly: true, sameSite: "Strict", path: "/" });
  expect(cookies[0]?.value).not.toContain(at.token);
  expect(
    await page.evaluate(() => document.cookie + JSON.stringify({ ...localStorage, ...sessionStorage })),
  ).not.toContain(at.token);
});

test("a wrong token is refused in words", async ({ page, complaints }) => {
  await page.goto("/sign-in");
  await page.getByLabel("API token").fill("lf_wrong");
  await page.getByRole("button", { name: "Sign in with a token" }).click();
  await expect(page.getByRole("alert")).toContainText("not valid");
  await expect(page.getByLabel("API token")).toHaveValue("lf_wrong");
  expect(complaints.splice(0)).toEqual([expect.stringContaining("401")]);
});

test("signing out ends the session, for other tabs too", async ({ signedIn: page, context, complaints }) => {
  await page.goto(story());
  const other = await context.newPage();
  await other.goto(story("/flows"));
  await expect(other.getByRole("heading", { name: "Flows" })).toBeVisible();

  await page.getByRole("button", { name: "Account and appearance" }).click();
  await expect(page.getByText("admin of cyber-dojo")).toBeVisible();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await expect(page.getByRole("heading", { name: "Sign in to Landfall" })).toBeVisible();
  expect(await context.cookies()).toEqual([]);

  await other.getByRole("link", { name: "Environments" }).click();
  await expect(other.getByRole("heading", { name: "Sign in to Landfall" })).toBeVisible();
  expect(complaints.splice(0)).toEqual([]);
});

test("nobody is led elsewhere by an address", async ({ page, at }) => {
  await signIn(page, at.token);
  for (const elsewhere of ["https://example.com/", "//example.com/", "/\\example.com"]) {
    await page.goto(`/sign-in?return=${encodeURIComponent(elsewhere)}`);
    await expect(page.getByRole("heading", { name: "Where everything is" })).toBeVisible();
    expect(new URL(page.url()).origin).toBe(at.url);
  }
});

test("who cannot be let in by a provider is told why", async ({ page }) => {
  await page.goto("/sign-in?error=not-allowed");
  await expect(page.getByRole("alert")).toContainText("nobody has let you in here");
  await page.goto("/sign-in?error=anything");
  await expect(page.getByRole("alert")).toContainText("did not work");
});

test("another organization that is public can be read, and not changed", async ({ page, at }) => {
  await signIn(page, at.large.token);
  await page.goto(story());
  await expect(page.getByRole("row").filter({ hasText: "Test runner" })).toContainText("38e0924");
  const nav = page.getByRole("navigation", { name: "Main" });
  await expect(nav.getByRole("link", { name: "Metrics" })).toBeVisible();
  await expect(nav.getByRole("link", { name: "Settings" })).toHaveCount(0);
  await expect(nav.getByRole("link", { name: "Deliveries" })).toHaveCount(0);

  await page.goto(story("/environments/aws-prod?view=expectations"));
  await expect(page.getByRole("tabpanel")).toContainText("runner: at least 3");
  await expect(page.getByRole("button", { name: "Expect it" })).toHaveCount(0);
  await expect(page.getByRole("button", { name: /^Expect no more/ })).toHaveCount(0);

  await page.getByRole("button", { name: "Account and appearance" }).click();
  await page.getByRole("menuitem", { name: "large" }).click();
  await expect(page).toHaveURL("/o/large");
  await expect(nav.getByRole("link", { name: "Settings" })).toBeVisible();
});

test("an organization that is not public is not there for others", async ({ signedIn: page, at }) => {
  await page.goto(`/o/${at.large.organization}`);
  await expect(page.getByRole("alert")).toContainText("does not exist, or");
});

test("an organization that is made public can be read by others, until it is private again", async ({
  page,
  at,
  browser,
}) => {
  const { organization, token } = at.large;
  const other = await (await browser.newContext({ baseURL: at.url })).newPage();
  await signIn(other, at.token);
  await signIn(page, token);
  const change = async (to: string, meaning: string) => {
    await page.goto(`/o/${organization}/settings/organization`);
    await page.getByLabel("Who can read").selectOption(to);
    await expect(page.getByText(meaning)).toBeVisible();
    await page.getByRole("button", { name: "Change it" }).click();
    await expect(page.getByText("It was changed.")).toBeVisible();
  };
  try {
    await change("Public", "Whoever is signed in to this server can read what is in it");
    await other.goto(`/o/${organization}/flows`);
    await expect(other.getByRole("link", { name: "service-000", exact: true })).toBeVisible();
  } finally {
    await change("Private", "Only who belongs to the organization can read what is in it.");
    await other.goto(`/o/${organization}/flows`);
    await expect(other.getByRole("alert")).toContainText("does not exist, or");
    await other.context().close();
  }
});
