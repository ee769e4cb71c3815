import type { Browser, Page } from "@playwright/test";
import { expect, signIn, story, test } from "./fixture";
import { busy, environmentName, flowName, flows, snapshots } from "./large";
import { place } from "./server";

// What is measured here is printed, and no time decides whether a test passes: the machine
// may do something else. Sizes and counts do decide.

test.describe.configure({ mode: "serial" });

/** The most JavaScript that the first page may load, compressed, in bytes. */
const scriptAtMost = 200_000;

async function freshPage(browser: Browser, token: string): Promise<Page> {
  const context = await browser.newContext({ baseURL: place().url });
  const page = await context.newPage();
  await signIn(page, token);
  await page.addInitScript(() => localStorage.setItem("landfall-signed-in", "yes")); // as the form leaves it
  return page;
}

/** Milliseconds from the navigation to what a page marks as there. */
async function marked(page: Page, name: string): Promise<number> {
  const handle = await page.waitForFunction(
    (mark) => performance.getEntriesByName(mark)[0]?.startTime,
    `landfall:${name}`,
    { timeout: 20_000 },
  );
  return (await handle.jsonValue()) ?? 0;
}

function median(numbers: number[]): number {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;
}

test("the first page loads little", async ({ browser, at }) => {
  const page = await freshPage(browser, at.token);
  const network = await page.context().newCDPSession(page);
  await network.send("Network.enable");
  const kinds = new Map<string, string>();
  const bytes = new Map<string, number>();
  network.on("Network.responseReceived", ({ requestId, type }) => kinds.set(requestId, type));
  network.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    const kind = kinds.get(requestId) ?? "";
    bytes.set(kind, (bytes.get(kind) ?? 0) + encodedDataLength);
  });
  await page.goto(story());
  await marked(page, "matrix");
  await page.waitForTimeout(500); // for what would be loaded besides
  const script = bytes.get("Script") ?? 0;
  console.log(
    `The first page loads ${(script / 1000).toFixed(1)} kB of JavaScript and ${((bytes.get("Stylesheet") ?? 0) / 1000).toFixed(1)} kB of CSS.`,
  );
  expect(script).toBeGreaterThan(50_000);
  expect(script).toBeLessThanOrEqual(scriptAtMost);
  await page.context().close();
});

test("the pages of the story are there soon", async ({ browser, at }) => {
  test.setTimeout(120_000);
  for (const [mark, path] of [
    ["matrix", story()],
    ["commit", story("/commits/16d9990")],
    ["environment", story("/environments/aws-prod")],
  ] as const) {
    const cold: number[] = [];
    const warm: number[] = [];
    for (let i = 0; i < 5; i++) {
      const page = await freshPage(browser, at.token);
      await page.goto(path);
      cold.push(await marked(page, mark));
      await page.reload();
      warm.push(await marked(page, mark));
      await page.context().close();
    }
    console.log(
      `${mark}: shown ${median(cold).toFixed(0)} ms after the navigation, ${median(warm).toFixed(0)} ms with a warm cache`,
    );
  }
});

test(`the matrix goes smoothly through ${flows} flows`, async ({ browser, at }) => {
  const page = await freshPage(browser, at.large.token);
  await page.goto(`/o/${at.large.organization}`);
  const first = await marked(page, "matrix");
  const complete = await marked(page, "matrix-complete");
  console.log(
    `The large matrix: first rows after ${first.toFixed(0)} ms, all ${flows} after ${complete.toFixed(0)} ms`,
  );
  const region = page.getByRole("region", { name: "Flows by environment" });
  await expect(page.getByText(/^50[01] flows in/)).toBeVisible();
  await expect(page.getByRole("columnheader").filter({ hasText: environmentName(0) })).toBeVisible();

  const frames = await region.evaluate(scrollThrough);
  console.log(`Scrolling: ${wordsOf(frames)}`);
  await region.evaluate((element) => element.scrollTo(0, element.scrollHeight));
  await expect(page.getByRole("rowheader").filter({ hasText: flowName(flows - 1) })).toBeVisible();
  expect(await page.getByRole("rowheader").count()).toBeLessThan(60);
  // The later half of the environments is three commits behind.
  const last = page.getByRole("row").filter({ hasText: flowName(flows - 1) });
  expect(await last.getByRole("cell").count()).toBeLessThan(12);
  await region.evaluate((element) => element.scrollBy(168 * 8, 0));
  await expect(page.getByRole("columnheader").filter({ hasText: environmentName(10) })).toBeVisible();
  await expect(last.getByText("3 behind", { exact: true })).toHaveCount(1);
  await page.context().close();
});

test(`an environment with ${snapshots} snapshots`, async ({ browser, at }) => {
  const page = await freshPage(browser, at.large.token);
  const address = `/o/${at.large.organization}/environments/${busy}`;
  await page.goto(address);
  console.log(`The busy environment: shown after ${(await marked(page, "environment")).toFixed(0)} ms`);
  const chart = page.getByRole("figure");
  await expect(chart).toContainText("stands for several snapshots");

  const slider = page.getByRole("slider", { name: "Snapshot" });
  const times: number[] = [];
  for (const number of [5000, 2500, 7501, 42]) {
    const began = Date.now();
    await slider.fill(String(number));
    await expect(page.getByText("Past", { exact: true })).toBeVisible();
    await expect(page).toHaveURL(new RegExp(`snapshot=${number}$`));
    await expect(page.getByText(`${busy}#${number}`, { exact: true })).toBeVisible();
    times.push(Date.now() - began);
  }
  console.log(`Scrubbing to a snapshot: ${median(times)} ms, ${Math.max(...times)} ms at most`);

  await page.getByRole("tab", { name: "Snapshots" }).click();
  const list = page.getByRole("region", { name: "Snapshots" });
  await expect(
    list
      .getByRole("row")
      .filter({ hasText: `#${snapshots}` })
      .first(),
  ).toContainText("2026");
  const frames = await list.evaluate(scrollThrough);
  console.log(`Scrolling the snapshots: ${wordsOf(frames)}`);
  await list.evaluate((element) => element.scrollTo(0, element.scrollHeight / 2));
  await expect(
    list.getByRole("row").filter({ has: page.getByRole("link", { name: "#5000", exact: true }) }),
  ).toContainText("2026");
  expect(await list.getByRole("row").count()).toBeLessThan(80);
  await page.context().close();
});

/** Scrolls as a hand does, 80 pixels in a frame, and tells how long each frame took. */
async function scrollThrough(element: Element): Promise<number[]> {
  const frame = () => new Promise<number>((resolve) => requestAnimationFrame(resolve));
  const frames: number[] = [];
  let before = await frame();
  for (let i = 1; i <= 120; i++) {
    element.scrollBy(0, 80);
    const now = await frame();
    frames.push(now - before);
    before = now;
  }
  return frames;
}

function wordsOf(frames: number[]): string {
  const slow = frames.filter((ms) => ms > 50).length;
  return `a frame takes ${median(frames).toFixed(1)} ms, ${Math.max(...frames).toFixed(0)} ms at most, ${slow} of ${frames.length} over 50 ms`;
}
