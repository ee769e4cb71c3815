import type { Page } from "@playwright/test";
import { expect, expectAccessible, story, test } from "./fixture";

/** August 2022, in which the whole story happened. */
const august = "since=2022-08-01&until=2022-09-01";
const runner = story(`/metrics?environment=aws-prod&flow=runner&${august}`);

const figure = (page: Page, name: string) => page.getByRole("region", { name, exact: true });

test("four figures of runner in August, and where the time goes", async ({ signedIn: page }) => {
  await page.goto(runner);
  const often = figure(page, "How often");
  await expect(often).toContainText("2 a week");
  await expect(often).toContainText("9 changes in 31 days");
  const lead = figure(page, "Lead time");
  await expect(lead).toContainText("7 min 20 s");
  await expect(lead).toContainText("median of 12 commits; 9 of 10 within 17 min 40 s");
  const rate = figure(page, "Failure rate");
  await expect(rate).toContainText("0 %");
  await expect(rate).toContainText("0 of 9 changes failed");
  const restore = figure(page, "Time to restore");
  await expect(restore).toContainText("nothing failed");
  await expect(restore).toContainText("There was nothing to restore.");
  await expect(restore.getByRole("slider")).toHaveCount(0);

  const stages = page
    .locator("section")
    .filter({ has: page.getByRole("heading", { name: "Where the lead time goes" }) });
  await expect(stages.getByRole("listitem")).toHaveText([
    "Commit to build18 s9 of 10 within 24 s; 9 measured",
    "Build to artifact2 min 19 s9 of 10 within 2 min 38 s; 9 measured",
    "Artifact to deployment3 min 16 s9 of 10 within 9 min 36 s; 9 measured",
    "Deployment to running1 min 19 s9 of 10 within 1 min 47 s; 9 measured",
  ]);
  await expect(page.getByText("1 change: the first of its flow there")).toBeVisible();
  await expectAccessible(page);
});

test("each chart is there as numbers too", async ({ signedIn: page }) => {
  await page.goto(runner);
  const expected = {
    "How often": [
      ["1 Aug to 7 Aug 2022", "0", "0"],
      ["8 Aug to 14 Aug 2022", "5", "0.71"],
      ["15 Aug to 21 Aug 2022", "2", "0.29"],
      ["22 Aug to 28 Aug 2022", "2", "0.29"],
      ["29 Aug to 31 Aug 2022", "0", "0"],
    ],
    "Lead time": [
      ["1 Aug to 7 Aug 2022", "none measured", "", "0"],
      ["8 Aug to 14 Aug 2022", "7 min 20 s", "7 min 56 s", "5"],
      ["15 Aug to 21 Aug 2022", "7 min 12 s", "17 min 40 s", "4"],
      ["22 Aug to 28 Aug 2022", "13 min 22 s", "1 d", "3"],
      ["29 Aug to 31 Aug 2022", "none measured", "", "0"],
    ],
    "Failure rate": [
      ["1 Aug to 7 Aug 2022", "0", "0 of 0", "not known"],
      ["8 Aug to 14 Aug 2022", "0", "5 of 5", "0 %"],
      ["15 Aug to 21 Aug 2022", "0", "2 of 2", "0 %"],
      ["22 Aug to 28 Aug 2022", "0", "2 of 2", "0 %"],
      ["29 Aug to 31 Aug 2022", "0", "0 of 0", "not known"],
    ],
  };
  for (const [name, rows] of Object.entries(expected)) {
    await figure(page, name).getByText(`${name} as numbers`, { exact: true }).click();
    await expect(figure(page, name).getByRole("table").locator("tbody th, tbody td")).toHaveText(rows.flat());
  }
  await page.emulateMedia({ colorScheme: "dark" });
  await expectAccessible(page);
});

test("the values of a chart can be read by keyboard", async ({ signedIn: page }) => {
  await page.goto(runner);
  const often = page.getByRole("slider", { name: "How often, step by step" });
  await expect(often).toHaveAttribute("aria-valuemax", "5");
  await often.focus();
  await expect(often).toHaveAttribute("aria-valuetext", "29 Aug to 31 Aug 2022: 0 changes");
  await page.keyboard.press("Home");
  await expect(often).toHaveAttribute("aria-valuetext", "1 Aug to 7 Aug 2022: 0 changes");
  await page.keyboard.press("ArrowRight");
  await expect(often).toHaveAttribute("aria-valuetext", "8 Aug to 14 Aug 2022: 5 changes");
  await expect(often).toHaveAttribute("aria-valuenow", "2");
  // Who sees reads the same below.
  await expect(figure(page, "How often").getByText("8 Aug to 14 Aug 2022: 5 changes")).toBeVisible();

  const lead = page.getByRole("slider", { name: "Lead time, step by step" });
  await lead.focus();
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("ArrowLeft");
  await expect(lead).toHaveAttribute(
    "aria-valuetext",
    "22 Aug to 28 Aug 2022: median 13 min 22 s, 9 of 10 within 1 d, 3 commits".replaceAll(
      /(\d) (min|s|d)\b/g,
      "$1\u00a0$2",
    ),
  );
  await page.keyboard.press("Escape");
  await expect(figure(page, "Lead time")).toContainText("Median9 of 10 within"); // the key to its lines
});

test("every version that came to run is listed", async ({ signedIn: page }) => {
  await page.goto(runner);
  const rows = page
    .locator("section")
    .filter({ has: page.getByRole("heading", { name: "What came to run" }) })
    .locator("tbody tr");
  await expect(rows).toHaveCount(10);
  await expect(rows.getByRole("link", { name: /^aws-prod#/ })).toHaveText(
    [93, 65, 57, 51, 35, 33, 32, 30, 28, 21].map((number) => `aws-prod#${number}`),
  );
  await expect(rows.nth(1).getByRole("cell")).toHaveText([
    /ago\s*aws-prod#65$/,
    "cyberdojo/runner:16d999016d9990 ecs: run 3 replicas",
    "cyberdojo/runner:85d83c6",
    "2 new",
    "7 min 6 s to 1 d",
    "",
  ]);
  await expect(rows.nth(9).getByRole("cell").nth(2)).toHaveText("nothing");
  await expect(rows.nth(9)).toContainText("nothing to compare with");
  await expect(rows.nth(9)).toContainText("First of its flow");
  await rows.nth(1).getByRole("link", { name: "aws-prod#65" }).click();
  await expect(page).toHaveURL(/environments\/aws-prod\?snapshot=65$/);
});

test("what is chosen is in the address", async ({ signedIn: page }) => {
  await page.goto(runner);
  await expect(figure(page, "How often")).toContainText("9 changes");
  const is = (choice: Record<string, string>) => (url: URL) =>
    JSON.stringify(Object.fromEntries(url.searchParams)) === JSON.stringify(choice);
  const days = { since: "2022-08-01", until: "2022-09-01" };

  await page.getByLabel("Step by step", { exact: true }).selectOption("Months");
  await expect(page).toHaveURL(is({ environment: "aws-prod", flow: "runner", ...days, step: "MONTH" }));
  const often = page.getByRole("slider", { name: "How often, step by step" });
  await expect(often).toHaveAttribute("aria-valuetext", "1 Aug to 31 Aug 2022: 9 changes");

  await page.getByLabel("Environment", { exact: true }).selectOption("aws-beta");
  await expect(page).toHaveURL(is({ environment: "aws-beta", flow: "runner", ...days, step: "MONTH" }));
  await expect(figure(page, "How often")).toContainText("10 changes in 31 days");
  await expect(figure(page, "Lead time")).toContainText("6 min 14 s");

  await page.getByLabel("Environment", { exact: true }).selectOption("aws-prod");
  await page.getByLabel("Flow", { exact: true }).selectOption("All together");
  await expect(page).toHaveURL(is({ environment: "aws-prod", ...days, step: "MONTH" }));
  await expect(figure(page, "How often")).toContainText("36 changes in 31 days");
  await expect(page.getByText("4 changes: the first of its flow there")).toBeVisible();

  await page.getByLabel("Before", { exact: true }).fill("2022-08-15");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(
    is({ environment: "aws-prod", since: "2022-08-01", until: "2022-08-15", step: "MONTH" }),
  );
  await expect(figure(page, "How often")).toContainText("10 changes in 14 days");
  await page.reload();
  await expect(figure(page, "How often")).toContainText("10 changes in 14 days");
});

test("where nothing came to run, it is said when something did", async ({ signedIn: page }) => {
  await page.goto(story("/metrics?flow=runner"));
  await expect(page.getByLabel("Environment", { exact: true })).toHaveValue("aws-prod"); // where versions get to last
  await expect(page.getByLabel("Time", { exact: true })).toHaveValue("90.days.ago");
  await expect(
    page.getByRole("heading", { name: "Nothing of runner came to run in that time" }),
  ).toBeVisible();
  await expect(page.getByText("The newest snapshot of aws-prod is of Wed, 24 Aug 2022.")).toBeVisible();
  await expectAccessible(page);
  await page.emulateMedia({ colorScheme: "dark" });
  await expectAccessible(page);
  await page.getByRole("button", { name: "Show the 30 days before it" }).click();
  await expect(page).toHaveURL(/since=2022-07-25&until=2022-08-25$/);
  await expect(figure(page, "How often")).toContainText("9 changes in 31 days");
});

test("a flow that does not exist is told of", async ({ signedIn: page }) => {
  await page.goto(story(`/metrics?flow=no-such-flow&${august}`));
  await expect(page.getByRole("alert")).toContainText('Flow "no-such-flow" does not exist');
  await page.getByLabel("Flow", { exact: true }).selectOption("saver");
  await expect(page.getByRole("alert")).toHaveCount(0);
  await expect(figure(page, "How often")).toBeVisible();
});
