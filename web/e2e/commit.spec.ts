import { expect, expectAccessible, story, test } from "./fixture";

const commit = "16d9990ad23a40eecaf087abac2a58a2d2a4b3f4";

test("the way of the commit that corrected it, with the times between", async ({ signedIn: page }) => {
  await page.goto(story(`/commits/${commit}`));
  await expect(page.getByRole("heading", { level: 1, name: "ecs: run 3 replicas" })).toBeVisible();
  const where = page.getByRole("list", { name: "Where it is" });
  await expect(where.getByRole("listitem")).toHaveText([/aws-beta\s*Included/, /aws-prod\s*Included/]);
  const way = page.locator("section").filter({ has: page.getByRole("heading", { name: "By flow runner" }) });
  await expect(way).toContainText("Succeeded in 6 min 12 s");
  await expect(way.getByRole("link", { name: "cyberdojo/runner:16d9990" })).toBeVisible();
  await expect(way).toContainText("branch-coverage");
  // 9:32:16 commit, :31 build, 9:35:00 artifact, 9:36:02 evidence, 9:37:17 and 9:38:21 deployments,
  // 9:38:28 and 9:39:22 running.
  for (const time of [
    "15 s",
    "2 min 29 s",
    "1 min 2 s",
    "1 min 15 s",
    "1 min 11 s",
    "2 min 19 s",
    "1 min 1 s",
  ]) {
    await expect(way.getByText(`after ${time}`, { exact: true })).toBeVisible();
  }
  await expect(way.getByRole("link", { name: "#18" })).toHaveAttribute("href", /^https:\/\/github\.com\//);
  await expectAccessible(page);
});

test("as of a moment on its way, what is missing is said", async ({ signedIn: page }) => {
  await page.goto(story(`/commits/${commit}?at=2022-08-22T11:35:30%2B02:00`));
  const way = page.locator("section").filter({ has: page.getByRole("heading", { name: "By flow runner" }) });
  await expect(way).toContainText("Running");
  await expect(way).toContainText("branch-coverage is missing");
  await expect(way.getByText("None of it was announced.")).toHaveCount(2);
  await expect(way).toContainText("2 commits behind; runs runner:85d83c6");
  await page.getByRole("button", { name: "Now" }).click();
  await expect(page).toHaveURL(new RegExp(`${commit}$`));
  await expect(page.getByRole("list", { name: "Where it is" })).toContainText("Included");
});

test("an unknown commit is told how it could become known", async ({ signedIn: page }) => {
  await page.goto(story("/commits/ffffffffff"));
  await expect(page.getByRole("heading", { name: "No commit is known as ffffffffff" })).toBeVisible();
  await expect(page.getByText("landfall report commits", { exact: true })).toBeVisible();
  await expectAccessible(page);
});

test("commits can be listed by repository", async ({ signedIn: page }) => {
  await page.goto(story("/commits"));
  await page.getByLabel("Repository").selectOption("cyber-dojo/runner");
  await expect(page).toHaveURL(/repository=cyber-dojo/);
  await expect(page.getByRole("row").filter({ hasText: "ecs: run 3 replicas" })).toContainText(
    "runner:16d9990",
  );
  await expectAccessible(page);
});

test("an artifact has its whole history", async ({ signedIn: page }) => {
  await page.goto(story("/artifacts/runner:16d9990"));
  const history = page.locator("section").filter({ has: page.getByRole("heading", { name: "History" }) });
  await expect(history.locator("ol ol > li")).toHaveText([
    "11:35:00Artifact created",
    "11:36:02branch-coverage evidence received",
    "11:37:17Deployment #18 to aws-beta environment",
    "11:38:21Deployment #19 to aws-prod environment",
    "11:38:28Started running in aws-beta#84 environment",
    "11:39:22Started running in aws-prod#65 environment",
    "18:03:42Scaled down from 3 to 2 in aws-beta#117 environment",
    "18:05:42No longer running in aws-beta#119 environment",
    "18:10:28Scaled down from 3 to 1 in aws-prod#94 environment",
    "18:12:28No longer running in aws-prod#96 environment",
  ]);
  await expect(history.getByText(/^[A-Z][a-z]{2}, \d+ Aug 2022$/)).toHaveText([
    "Mon, 22 Aug 2022",
    "Wed, 24 Aug 2022",
  ]);
  await expect(
    page.getByText("9af401c4350b21e3f1df17d6ad808da43d9646e75b6da902cc7c492bcfb9c625"),
  ).toBeVisible();
  await history.getByRole("link", { name: "aws-prod#65" }).click();
  await expect(page).toHaveURL(/environments\/aws-prod\?snapshot=65$/);
});

test("flows have what they built", async ({ signedIn: page }) => {
  await page.goto(story("/flows"));
  await page.getByRole("link", { name: "runner", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1, name: "runner" })).toBeVisible();
  const newest = page.getByRole("row").filter({ hasText: "runner:38e0924" });
  await expect(newest).toContainText("aws-beta ×3");
  await expect(newest).toContainText("aws-prod ×3");
  await expectAccessible(page);
});
