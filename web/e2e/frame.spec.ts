import { expect, expectAccessible, story, test } from "./fixture";

test("everything can be reached by keyboard", async ({ signedIn: page }) => {
  await page.goto(story());
  await expect(page.getByRole("rowheader").first()).toBeVisible();
  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "Skip to the page" })).toBeFocused();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  await expect(page.getByRole("checkbox", { name: "Only what is behind" })).toBeFocused();
  // From the filter through the table to the first commit, and there by Enter.
  for (let i = 0; i < 12; i++) {
    await page.keyboard.press("Tab");
    const cell = page.getByRole("cell").getByRole("link").first();
    if (await cell.evaluate((link) => link === document.activeElement)) break;
  }
  await expect(page.getByRole("cell").getByRole("link").first()).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByText("About this commit")).toBeVisible();
  await expect(page.getByRole("main")).toBeFocused();
});

test("tabs and menus work by keyboard", async ({ signedIn: page }) => {
  await page.goto(story("/environments/aws-prod"));
  await page.getByRole("tab", { name: "What runs" }).focus();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("tab", { name: "Log" })).toHaveAttribute("aria-selected", "true");
  await page.getByRole("button", { name: "Account and appearance" }).focus();
  await page.keyboard.press("Enter");
  const dark = page.getByRole("menuitemradio", { name: "Dark" });
  await dark.focus();
  await expect(async () => {
    await page.keyboard.press("Enter"); // a menu that has just opened takes no key for a moment
    await expect(dark).toBeChecked({ timeout: 200 });
  }).toPass();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await page.keyboard.press("Escape");
  await expect(page.getByRole("menu")).toBeHidden();
  await page.reload();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
});

test("no page is broken in the dark", async ({ signedIn: page }) => {
  await page.emulateMedia({ colorScheme: "dark" });
  for (const path of [
    "",
    "/commits/16d9990",
    "/artifacts/runner:16d9990",
    "/environments/aws-prod?view=log",
    "/diff?from=aws-prod%2364&to=aws-prod%2365",
  ]) {
    await page.goto(story(path));
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await expect(page.getByRole("status", { name: /^Loading/ })).toHaveCount(0);
    await expectAccessible(page);
  }
});

test("on a phone nothing sticks out", async ({ signedIn: page }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  for (const path of [
    "",
    "/environments",
    "/environments/aws-prod",
    "/flows",
    "/flows/runner",
    "/commits",
    "/commits/16d9990",
    "/artifacts/runner:16d9990",
    "/diff?from=aws-prod%2364&to=aws-prod%2365",
    "/metrics?environment=aws-prod&since=2022-08-01&until=2022-09-01",
    "/deliveries",
    "/settings/webhooks",
    "/settings/tokens",
    "/settings/environments",
    "/settings/agents",
    "/settings/organization",
  ]) {
    await page.goto(story(path));
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await expect(page.getByRole("status", { name: /^Loading/ })).toHaveCount(0);
    const over = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(over, `pixels that ${path} is too wide`).toBeLessThanOrEqual(0);
  }
});

test("a server that cannot be reached is told of, and is heard again by itself", async ({
  signedIn: page,
  context,
  complaints,
}) => {
  await page.goto(story());
  await expect(page.getByText("Live", { exact: true })).toBeVisible();
  await context.setOffline(true);
  await expect(page.getByText("This device is offline.")).toBeVisible();
  await page.getByRole("link", { name: "Flows" }).click();
  await context.setOffline(false);
  await expect(page.getByText("This device is offline.")).toBeHidden();
  await page.goto(story());
  await expect(page.getByText("Live", { exact: true })).toBeVisible();
  complaints.splice(0); // of the network
});

test("an answer that fails says why, and can be asked for again", async ({ signedIn: page, complaints }) => {
  let broken = true;
  await page.route("**/graphql", async (route) => {
    const hash = route.request().postDataJSON()?.extensions?.persistedQuery?.sha256Hash;
    if (broken && hash && route.request().headers().accept?.includes("json")) {
      return route.fulfill({
        json: { errors: [{ message: "too much at once: try again", extensions: { code: "BUSY" } }] },
      });
    }
    return route.continue();
  });
  await page.goto(story("/flows"));
  await expect(page.getByRole("alert")).toContainText("Too much at once: try again.");
  broken = false;
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(page.getByRole("link", { name: "runner", exact: true })).toBeVisible();
  complaints.splice(0);
});

test("what is nowhere is said to be", async ({ signedIn: page }) => {
  await page.goto(story("/nothing/here"));
  await expect(page.getByRole("heading", { name: "There is nothing here" })).toBeVisible();
  await expectAccessible(page);
});

test("nothing is asked but what the server knows by its hash", async ({ signedIn: page }) => {
  const asked: unknown[] = [];
  page.on("request", (request) => {
    if (request.url().endsWith("/graphql")) asked.push(request.postDataJSON());
  });
  await page.goto(story());
  await page.getByRole("link", { name: "runner", exact: true }).click();
  await expect(page.getByText("About this flow")).toBeVisible();
  expect(asked.length).toBeGreaterThan(3);
  for (const body of asked) {
    expect(body).not.toHaveProperty("query");
    expect(body).toHaveProperty(
      "extensions.persistedQuery.sha256Hash",
      expect.stringMatching(/^[0-9a-f]{64}$/),
    );
  }
});
