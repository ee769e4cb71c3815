import { defineConfig } from "@playwright/test";

/** How the browser is started: that of the system, as any user, and without a word to anybody outside. */
export const browser = {
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: [
    "--no-sandbox", // which root may not use
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ],
};

export default defineConfig({
  testDir: "e2e",
  testMatch: "*.spec.ts",
  outputDir: "e2e/results",
  globalSetup: "./e2e/server.ts",
  fullyParallel: false,
  // What is measured is measured at the end, when nothing else is looked at.
  projects: [
    { name: "pages", testIgnore: "performance.spec.ts" },
    // A trace would be most of what is measured.
    { name: "performance", testMatch: "performance.spec.ts", dependencies: ["pages"], use: { trace: "off" } },
  ],
  workers: 2,
  retries: 1, // what passes only then is told of as flaky
  forbidOnly: true,
  timeout: 30_000,
  expect: { timeout: 7_000 },
  reporter: [["list"]],
  use: {
    browserName: "chromium",
    launchOptions: browser,
    locale: "en-GB",
    timezoneId: "Europe/Berlin",
    viewport: { width: 1280, height: 800 },
    actionTimeout: 7_000,
    trace: "retain-on-failure",
  },
});
