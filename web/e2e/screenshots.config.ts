import { defineConfig } from "@playwright/test";
import { browser } from "../playwright.config";

process.env.LANDFALL_E2E_LARGE = "no"; // no picture shows it

export default defineConfig({
  testDir: ".",
  testMatch: "screenshots.ts",
  outputDir: "results",
  globalSetup: "./server.ts",
  workers: 1,
  reporter: [["list"]],
  use: {
    browserName: "chromium",
    launchOptions: browser,
    locale: "en-GB",
    timezoneId: "Europe/Berlin",
    viewport: { width: 1280, height: 800 },
  },
});
