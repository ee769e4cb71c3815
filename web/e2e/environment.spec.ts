import { expect, expectAccessible, story, test } from "./fixture";

const prod = story("/environments/aws-prod");

test("in snapshot 65 the new version runs beside the one before", async ({ signedIn: page }) => {
  await page.goto(`${prod}?snapshot=65`);
  await expect(page.getByText("Mon, 22 Aug 2022, 11:39:22 CEST")).toBeVisible();
  const running = page.getByRole("tabpanel").getByRole("row");
  const now = running.filter({ hasText: "runner:16d9990" });
  await expect(now).toContainText("overlapping");
  await expect(now.getByRole("cell").nth(4)).toHaveText("3");
  const before = running.filter({ hasText: "runner:85d83c6" });
  await expect(before).toContainText("overlapping");
  await expect(before.getByRole("cell").nth(4)).toHaveText("1");
  // The chart says the same of that moment.
  const chart = page.getByRole("figure");
  await expect(chart.getByText("1+3", { exact: false })).toBeVisible();
  await expectAccessible(page);
});

test("the snapshots can be scrubbed through by keyboard, and the place is in the address", async ({
  signedIn: page,
}) => {
  await page.goto(`${prod}?snapshot=65`);
  const slider = page.getByRole("slider", { name: "Snapshot" });
  await slider.focus();
  await page.keyboard.press("ArrowLeft");
  await expect(page).toHaveURL(/snapshot=64$/);
  await expect(page.getByText("Mon, 22 Aug 2022, 09:38:22 CEST")).toBeVisible();
  await expect(page.getByRole("tabpanel")).not.toContainText("runner:16d9990");
  await page.keyboard.press("Home");
  await expect(page).toHaveURL(/snapshot=1$/);
  await expect(page.getByText("aws-prod#1", { exact: true })).toBeVisible();
  await page.keyboard.press("End");
  await expect(page.getByText("aws-prod#96", { exact: true })).toBeVisible();
  await page.getByRole("button", { name: "The snapshot before" }).click();
  await expect(page).toHaveURL(/snapshot=95$/);
  await page.getByRole("button", { name: "Newest", exact: true }).click();
  await expect(page).toHaveURL(prod);
});

test("what is scrubbed to stays, while its address is on its way", async ({ signedIn: page }) => {
  await page.goto(`${prod}?snapshot=1`);
  const slider = page.getByRole("slider", { name: "Snapshot" });
  await expect(slider).toHaveValue("1");
  const values = await slider.evaluateHandle((input: HTMLInputElement) => {
    const seen: string[] = [];
    new MutationObserver(() => seen.at(-1) !== input.value && seen.push(input.value)).observe(document.body, {
      subtree: true,
      childList: true,
      characterData: true,
      attributes: true,
    });
    return seen;
  });
  await slider.press("End");
  await expect(page).toHaveURL(/snapshot=96$/);
  await expect(page.getByText("Wed, 24 Aug 2022, 18:12:28 CEST")).toBeVisible();
  expect(await values.jsonValue()).toEqual(["96"]);
});

test("any moment can be asked for", async ({ signedIn: page }) => {
  await page.goto(`${prod}?at=2022-08-22T11:39:21%2B02:00`);
  await expect(page.getByText("aws-prod#64", { exact: true })).toBeVisible();
  await page.getByLabel("As of", { exact: true }).fill("2022-08-22T11:39:22");
  await expect(page.getByText("aws-prod#65", { exact: true })).toBeVisible();
  await expect(page).toHaveURL(/at=2022-08-22T09%3A39%3A22/);
});

test("a place in the chart leads to its snapshot, and the chart can be looked at closer", async ({
  signedIn: page,
}) => {
  await page.goto(`${prod}?snapshot=65`);
  const chart = page.getByRole("figure");
  const lane = chart.locator("svg").nth(8);
  for (let i = 0; i < 14; i++) await chart.getByRole("button", { name: "Show less time" }).click();
  await expect(chart).toContainText("11:39"); // the axis tells minutes now
  const box = await lane.boundingBox();
  if (!box) throw new Error("the lane of the runner is not there");
  await page.mouse.move(box.x + 2, box.y + box.height / 2);
  await expect(chart.locator("figcaption")).toContainText("snapshot #64");
  await page.mouse.click(box.x + 2, box.y + box.height / 2);
  await expect(page).toHaveURL(/snapshot=64$/);
  await chart.getByRole("button", { name: "All" }).click();
  await expect(chart).toContainText("7 Aug");
});

test("the log tells what happened, and can be filtered", async ({ signedIn: page }) => {
  await page.goto(prod);
  await page.getByRole("tab", { name: "Log" }).click();
  await expect(page).toHaveURL(/view=log$/);
  const log = page.getByRole("tabpanel");
  await expect(log).toContainText("runner:16d9990 scaled down from 3 to 1 in aws-prod#94 environment");
  await page.getByLabel("Kind of event").selectOption("Expectations");
  await expect(log).toContainText("runner has 1 replica in aws-prod#21 environment, expected at least 3");
  await expect(log).not.toContainText("scaled down");
  await page.getByLabel("Only of this flow").fill("no-such-flow");
  await expect(log).toContainText(/Nothing of this kind|does not exist/);
  await expectAccessible(page);
});

test("the snapshots are listed", async ({ signedIn: page }) => {
  await page.goto(`${prod}?view=snapshots`);
  const list = page.getByRole("table", { name: "Snapshots" });
  await expect(list.getByRole("row").filter({ hasText: "#96" }).first()).toContainText(
    "Wed, 24 Aug 2022, 18:12:28 CEST",
  );
  await list.getByRole("link", { name: "with #94" }).click();
  await expect(page).toHaveURL(/diff\?from=aws-prod%2394&to=aws-prod%2395$/);
});

test("expectations and their breaches", async ({ signedIn: page }) => {
  await page.goto(`${prod}?view=expectations`);
  const panel = page.getByRole("tabpanel");
  const breach = panel.getByRole("row").filter({ hasText: "runner has 1 replica in aws-prod" });
  await expect(breach.getByRole("link")).toHaveText(["#21", "#65"]);
  await page.getByLabel("Expect", { exact: true }).fill("nonsense");
  await page.getByRole("button", { name: "Expect it" }).click();
  await expect(panel.getByRole("alert")).toBeVisible();
  await page.getByLabel("Expect", { exact: true }).fill("saver: at most 9");
  await page.getByRole("button", { name: "Expect it" }).click();
  await expect(panel.getByRole("row").filter({ hasText: "saver: at most 9" })).toContainText("Met");
  await panel.getByRole("button", { name: "Expect no more: saver: at most 9" }).click();
  await expect(panel.getByRole("row").filter({ hasText: "saver: at most 9" })).toHaveCount(0);
  await expectAccessible(page);
});

test("an environment that does not exist says so", async ({ signedIn: page }) => {
  await page.goto(story("/environments/nowhere"));
  await expect(page.getByRole("alert")).toContainText("nowhere");
});

test("environments in their order", async ({ signedIn: page }) => {
  await page.goto(story("/environments"));
  await expect(page.getByRole("row").nth(1)).toContainText("aws-beta");
  await expect(page.getByRole("row").nth(2)).toContainText("aws-prod");
  await expect(page.getByRole("row").nth(2)).toContainText("#96");
  await expectAccessible(page);
});
