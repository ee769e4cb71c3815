import type { Page } from "@playwright/test";
import { expect, story, test } from "./fixture";

// The pictures that the README and docs/dashboard.md show: of the story that `make demo` tells.

const folder = new URL("../../docs/images/", import.meta.url).pathname;

async function picture(page: Page, name: string, path: string): Promise<void> {
  await page.goto(story(path));
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await expect(page.getByRole("status", { name: /^Loading/ })).toHaveCount(0);
  await page.waitForTimeout(400); // for what is drawn last
  await page.mouse.move(0, 0);
  await page.screenshot({ path: `${folder}${name}.png` });
}

const pictures: [name: string, path: string][] = [
  ["matrix", ""],
  ["commit", "/commits/16d9990"],
  ["artifact", "/artifacts/runner:16d9990"],
  ["environment", "/environments/aws-prod?snapshot=65"],
  ["diff", "/diff?from=aws-prod%2364&to=aws-prod%2365"],
  ["metrics", "/metrics?environment=aws-prod&flow=runner&since=2022-08-01&until=2022-09-01"],
  ["deliveries", "/deliveries"],
  ["settings", "/settings/webhooks"],
];

for (const [name, path] of pictures) {
  test(name, async ({ signedIn: page }) => picture(page, name, path));
}

test("in the dark", async ({ signedIn: page }) => {
  await page.emulateMedia({ colorScheme: "dark" });
  await picture(page, "environment-dark", "/environments/aws-prod?snapshot=65");
});

test("on a phone", async ({ signedIn: page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await picture(page, "commit-phone", "/commits/16d9990");
});
