import type { Page } from "@playwright/test";
import { expect, expectAccessible, story, test } from "./fixture";

const between = (from: string, to: string) =>
  story(`/diff?from=${encodeURIComponent(from)}&to=${encodeURIComponent(to)}`);

/** The card with a title, with all that is in it. */
const card = (page: Page, title: string) =>
  page.locator("section").filter({ has: page.getByRole("heading", { level: 2, name: title, exact: true }) });

const counts = (page: Page) => page.getByRole("list", { name: "How much differs" }).getByRole("listitem");

test("what came with snapshot 65, and the commits that it brings", async ({ signedIn: page }) => {
  await page.goto(between("aws-prod#64", "aws-prod#65"));
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("aws-prod#64 → aws-prod#65");
  await expect(page.getByRole("main")).toContainText("1 added");
  await expect(counts(page)).toHaveText(["1 added", "0 removed", "0 changed", "13 unchanged"]);

  const from = page.getByRole("region", { name: "From aws-prod#64" });
  await expect(from).toContainText("Mon, 22 Aug 2022, 09:38:22 CEST");
  await expect(from).toContainText("14 replicas");
  const to = page.getByRole("region", { name: "To aws-prod#65" });
  await expect(to).toContainText("Mon, 22 Aug 2022, 11:39:22 CEST");
  await expect(to).toContainText("17 replicas");
  await expect(to).not.toContainText("Newest");

  const added = card(page, "Added: only in aws-prod#65").getByRole("row");
  await expect(added).toHaveCount(2); // with its head
  await expect(added.nth(1).getByRole("cell")).toHaveText([
    "runner:16d9990",
    "runner",
    "16d9990 ecs: run 3 replicas",
    "9af401c4350b",
    "3",
    /ago$/,
  ]);
  await expect(page.getByRole("heading", { name: /^(Removed|Changed)/ })).toHaveCount(0);

  const flows = card(page, "What it means for flows");
  await expect(flows.getByRole("heading", { level: 3 })).toHaveText(["runner"]);
  await expect(flows).toContainText("It brings 2 commits.");
  await expect(flows).toContainText("runner:85d83c6 1 replica then runner:16d9990 3 replicas");
  const commits = flows.getByRole("list", { name: "Commits it brings" }).getByRole("listitem");
  await expect(commits).toHaveText([
    /^16d9990ecs: run 3 replicascyber-dojo maintainers, .* ago/,
    /^d0520da\[ci skip\] Make readme Github Actions button a linkcyber-dojo maintainers, .* ago/,
  ]);
  await expect(commits.nth(0).getByRole("link", { name: "16d9990 at its forge" })).toHaveAttribute(
    "href",
    "https://github.com/cyber-dojo/runner/commit/16d9990ad23a40eecaf087abac2a58a2d2a4b3f4",
  );
  await expect(commits.nth(1).getByRole("link", { name: "d0520da at its forge" })).toHaveAttribute(
    "href",
    "https://github.com/cyber-dojo/runner/commit/d0520daa95954af0cb64a32efc6039bc9a154b46",
  );
  await expectAccessible(page);
  await commits.nth(1).getByRole("link", { name: "d0520da", exact: true }).click();
  await expect(page).toHaveURL(/\/commits\/cyber-dojo\/runner@d0520daa95954af0cb64a32efc6039bc9a154b46$/);
});

test("what went with snapshot 66, which is news of no flow", async ({ signedIn: page }) => {
  await page.goto(between("aws-prod#65", "aws-prod#66"));
  await expect(counts(page)).toHaveText(["0 added", "1 removed", "0 changed", "13 unchanged"]);
  const removed = card(page, "Removed: only in aws-prod#65").getByRole("row");
  await expect(removed).toHaveCount(2);
  await expect(removed.nth(1).getByRole("cell").nth(0)).toHaveText("runner:85d83c6");
  await expect(removed.nth(1).getByRole("cell").nth(4)).toHaveText("1");
  // The newer version ran in both.
  await expect(card(page, "What it means for flows")).toHaveCount(0);
});

test("that there are fewer replicas", async ({ signedIn: page }) => {
  await page.goto(between("aws-prod#93", "aws-prod#94"));
  await expect(counts(page)).toHaveText(["0 added", "0 removed", "1 changed", "14 unchanged"]);
  const changed = card(page, "Changed: in both, and not alike").getByRole("row");
  await expect(changed).toHaveCount(2);
  await expect(changed.nth(1).getByRole("cell")).toHaveText(["runner:16d9990", "runner", "3 → 1 replica"]);
  await changed.nth(1).getByRole("link", { name: "runner:16d9990" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "cyberdojo/runner:16d9990" })).toBeVisible();
});

test("two environments at a moment, and the other way round", async ({ signedIn: page }) => {
  // 9:39:00 is after it was seen to run in aws-beta, and before it was in aws-prod.
  const [prod, beta] = ["aws-prod@{2022-08-22T09:39:00Z}", "aws-beta@{2022-08-22T09:39:00Z}"];
  await page.goto(between(prod, beta));
  await expect(page.getByRole("region", { name: "From aws-prod#64" })).toBeVisible();
  await expect(page.getByRole("region", { name: "To aws-beta#84" })).toBeVisible();
  await expect(card(page, "Added: only in aws-beta#84")).toContainText("runner:16d9990");
  await expect(card(page, "What it means for flows")).toContainText("It brings 2 commits.");

  await page.getByRole("button", { name: "Swap the two" }).click();
  await expect(page).toHaveURL(
    (url) => url.searchParams.get("from") === beta && url.searchParams.get("to") === prod,
  );
  await expect(page.getByLabel("From", { exact: true })).toHaveValue(beta);
  await expect(page.getByLabel("To", { exact: true })).toHaveValue(prod);
  await expect(card(page, "Removed: only in aws-beta#84")).toContainText("runner:16d9990");
  const flows = card(page, "What it means for flows");
  await expect(flows).toContainText("It goes back by 2 commits.");
  await expect(flows.getByRole("list", { name: "Commits it takes away" }).getByRole("listitem")).toHaveCount(
    2,
  );
  await page.goBack();
  await expect(card(page, "Added: only in aws-beta#84")).toBeVisible();
});

test("what did not change is shown on demand", async ({ signedIn: page }) => {
  await page.goto(between("aws-prod#64", "aws-prod#65"));
  await page.getByRole("button", { name: "Show 13 artifacts that did not change" }).click();
  const unchanged = card(page, "Unchanged: in both, just the same");
  await expect(unchanged.getByRole("row")).toHaveCount(1 + 13);
  await expect(unchanged.getByRole("row").filter({ hasText: "runner:85d83c6" })).toBeVisible();
  await expect(unchanged.getByRole("row").filter({ hasText: "runner:16d9990" })).toHaveCount(0);
  await expectAccessible(page);
  await unchanged.getByRole("button", { name: "Hide" }).click();
  await expect(unchanged).toHaveCount(0);
});

test("nothing differs, and why", async ({ signedIn: page }) => {
  await page.goto(between("aws-prod", "aws-prod#96"));
  await expect(page.getByRole("heading", { name: "Nothing differs" })).toBeVisible();
  await expect(page.getByText("It is one and the same snapshot.")).toBeVisible();
  await expect(page.getByRole("region", { name: "To aws-prod#96" })).toContainText("Newest");
  await page.goto(between("aws-prod#8", "aws-beta#11"));
  await expect(page.getByText("The same artifacts run in both, with as many replicas.")).toBeVisible();
  await expectAccessible(page);
});

test("a wrong reference is told of in words, and can be mended", async ({ signedIn: page }) => {
  await page.goto(between("aws-prod#999", "aws-prod#65"));
  await expect(page.getByRole("alert")).toHaveText("Aws-prod#999: aws-prod has snapshots 1 to 96.");
  await expectAccessible(page);
  await page.getByLabel("From", { exact: true }).fill("nowhere");
  await page.getByRole("button", { name: "Compare" }).click();
  await expect(page.getByRole("alert")).toContainText(
    'Environment "nowhere" does not exist in organization "cyber-dojo"; there are: aws-beta, aws-prod',
  );
  await page.getByLabel("From", { exact: true }).fill("aws-prod#64");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(between("aws-prod#64", "aws-prod#65"));
  await expect(counts(page).first()).toHaveText("1 added");
  await expect(page.getByRole("alert")).toHaveCount(0);
});

test("where nothing is chosen, there are offers", async ({ signedIn: page }) => {
  await page.goto(story("/diff"));
  await expect(page.getByRole("heading", { level: 1, name: "What differs" })).toBeVisible();
  const last = card(page, "What changed last").getByRole("link");
  await expect(last).toHaveText(["aws-beta#118 to aws-beta#119", "aws-prod#95 to aws-prod#96"]);
  await expectAccessible(page);
  await last.nth(1).click();
  await expect(page).toHaveURL(between("aws-prod#95", "aws-prod#96"));
  await expect(card(page, "Removed: only in aws-prod#95")).toContainText("runner:16d9990");

  await page.goto(story("/diff"));
  await page.getByRole("link", { name: "In aws-beta, not yet in aws-prod" }).click();
  await expect(page).toHaveURL(between("aws-prod", "aws-beta"));
});

test("it can be read in the dark", async ({ signedIn: page }) => {
  await page.emulateMedia({ colorScheme: "dark" });
  for (const path of [
    between("aws-prod#93", "aws-prod#94"),
    between("aws-beta#84", "aws-prod#64"),
    between("nowhere", "aws-prod"),
    story("/diff"),
  ]) {
    await page.goto(path);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await expect(page.getByRole("status", { name: /^Loading/ })).toHaveCount(0);
    await expectAccessible(page);
  }
});
