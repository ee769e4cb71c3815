import { Caller, fingerprint } from "./api";
import { expect, expectAccessible, signIn, story, test } from "./fixture";

test("where everything is, at a glance", async ({ signedIn: page }) => {
  await page.goto("/");
  await expect(page).toHaveURL(story());
  await expect(page.getByText("12 flows in 2 environments")).toBeVisible();
  const runner = page
    .getByRole("row")
    .filter({ has: page.getByRole("rowheader").filter({ hasText: "Test runner" }) });
  const [beta, prod] = [runner.getByRole("cell").nth(0), runner.getByRole("cell").nth(1)];
  for (const cell of [beta, prod]) {
    await expect(cell.getByRole("link", { name: "38e0924" })).toBeVisible();
    await expect(cell).toContainText("×3");
    await expect(cell).toContainText("since 4 years ago");
  }
  await expect(page.getByRole("columnheader").nth(1)).toContainText("#119");
  await expect(page.getByRole("columnheader").nth(2)).toContainText("#96");
  await expectAccessible(page);
});

test("a cell leads to its commit, and back and forward go there again", async ({ signedIn: page }) => {
  await page.goto(story());
  await page.getByRole("cell").getByRole("link", { name: "38e0924" }).first().click();
  await expect(page).toHaveURL(/\/commits\/cyber-dojo\/runner@38e0924[0-9a-f]{33}$/);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await page.goBack();
  await expect(page.getByRole("heading", { name: "Where everything is" })).toBeVisible();
  await page.goForward();
  await expect(page.getByText("About this commit")).toBeVisible();
});

test("flows can be filtered, and the filter is in the address", async ({ signedIn: page }) => {
  await page.goto(story());
  await page.getByRole("searchbox").fill("start");
  await expect(page.getByRole("rowheader")).toHaveCount(3);
  await expect(page).toHaveURL(/\?q=start$/);
  await page.reload();
  await expect(page.getByRole("rowheader")).toHaveCount(3);
  await page.getByRole("searchbox").fill("nothing like this");
  await expect(page.getByRole("heading", { name: "No flow fits" })).toBeVisible();
});

test("what is reported shows up by itself", async ({ page, at }) => {
  const { organization, token } = at.large; // the story is for others to look at
  await signIn(page, token);
  const caller = new Caller(at.url, organization, token);
  const flow = "live-flow";
  const environment = "zz-live";
  const versions = ["first", "second"].map((word) => ({
    name: `acme/${flow}:${word}`,
    fingerprint: fingerprint(`live ${word}`),
  }));
  await caller.ask(
    `mutation ($organization: String!, $a: Fingerprint!, $b: Fingerprint!) {
      createEnvironment(input: {organization: $organization, name: "${environment}", type: DOCKER}) { created }
      createFlow(input: {organization: $organization, name: "${flow}"}) { created }
      a: reportArtifact(input: {organization: $organization, flow: "${flow}", name: "${versions[0]?.name}", fingerprint: $a}) { created }
      b: reportArtifact(input: {organization: $organization, flow: "${flow}", name: "${versions[1]?.name}", fingerprint: $b}) { created }
    }`,
    { organization, a: versions[0]?.fingerprint, b: versions[1]?.fingerprint },
  );
  const running = (...replicas: number[]) =>
    replicas.map((n, i) => ({ name: "", fingerprint: "", ...versions[i], replicas: n }));
  await caller.report(environment, running(1));

  await page.goto(`/o/${organization}?q=${flow}&environment=${environment}`);
  const cell = page.getByRole("cell");
  await expect(cell).toContainText("first");
  await expect(page.getByText("Live", { exact: true })).toBeVisible();

  const began = Date.now();
  await caller.report(environment, running(3));
  await expect(cell).toContainText("×3");
  const scaled = Date.now() - began;
  await caller.report(environment, running(3, 2));
  await expect(cell).toContainText("second");
  await expect(cell).toContainText("×2");
  await expect(cell).toContainText("first");
  console.log(`A report showed up after ${scaled} ms.`);
});
