import { expect, expectAccessible, story, test } from "./fixture";

test("/ and Ctrl-K open the search, and a SHA that is typed at once leads to its commit", async ({
  signedIn: page,
}) => {
  await page.goto(story());
  await expect(page.getByRole("rowheader").first()).toBeVisible();
  await page.keyboard.press("/");
  await page.keyboard.type("16d9990"); // before the search is there
  await page.keyboard.press("Enter"); // before there is an answer
  await expect(page.getByRole("heading", { level: 1, name: "ecs: run 3 replicas" })).toBeVisible();
  await expect(page.getByRole("dialog")).toBeHidden();

  await page.keyboard.press("Control+k");
  await page.getByRole("combobox").fill("aws-pr");
  await expect(page.getByRole("option").first()).toContainText("aws-prod");
  await expectAccessible(page);
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toBeHidden();
});

test("what fits several things shows them all", async ({ signedIn: page }) => {
  await page.goto(story());
  await page.getByRole("button", { name: "Search" }).click();
  await page.getByRole("combobox").fill("start-points");
  await expect(page.getByRole("option")).not.toHaveCount(0);
  expect(await page.getByRole("option").count()).toBeGreaterThanOrEqual(3);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog")).toBeHidden();
  await expect(page).not.toHaveURL(story());
});

test("the name of an image leads to its artifact, and what is not known is looked up", async ({
  signedIn: page,
}) => {
  await page.goto(story());
  await expect(page.getByRole("rowheader").first()).toBeVisible();
  await page.keyboard.press("/");
  await page.getByRole("combobox").fill("cyberdojo/runner:16d9990");
  await page.getByRole("option").filter({ hasText: "Artifact" }).first().click();
  await expect(page.getByRole("heading", { level: 1, name: "cyberdojo/runner:16d9990" })).toBeVisible();

  await page.keyboard.press("/");
  await page.getByRole("combobox").fill("deadbeefdead");
  await expect(page.getByRole("option")).toContainText("Nothing is known by “deadbeefdead”");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "No commit is known as deadbeefdead" })).toBeVisible();
});

test("/ is a letter where something is typed", async ({ signedIn: page }) => {
  await page.goto(story());
  await page.getByRole("searchbox").click();
  await page.keyboard.type("a/b");
  await expect(page.getByRole("searchbox")).toHaveValue("a/b");
  await expect(page.getByRole("dialog")).toBeHidden();
});
