import AxeBuilder from "@axe-core/playwright";
import { test as base, expect, type Page } from "@playwright/test";
import { type Place, place } from "./server";

interface Fixtures {
  /** The server that is looked at. */
  at: Place;
  /** A page whose reader is signed in as an administrator of the organization that knows the story. */
  signedIn: Page;
  /** What the browser complains of. A test that expects complaints takes them away. */
  complaints: string[];
}

/**
 * Tests with a browser that reports what it complains of: errors, and everything that the
 * policy of the page forbids. A test fails if there is any.
 */
export const test = base.extend<Fixtures>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright wants to see which fixtures are used.
  at: async ({}, use) => use(place()),
  baseURL: async ({ at }, use) => use(at.url),
  complaints: [
    async ({ page }, use) => {
      const complaints: string[] = [];
      page.on("pageerror", (error) => complaints.push(`error: ${error.message}`));
      page.on("console", (message) => {
        if (message.type() === "error" || message.type() === "warning")
          complaints.push(`${message.type()}: ${message.text()}`);
      });
      await use(complaints);
      expect(complaints, "what the browser complains of").toEqual([]);
    },
    { auto: true },
  ],
  signedIn: async ({ page, at }, use) => {
    await signIn(page, at.token);
    await use(page);
  },
});

export { expect };

/** Signs in without the form, which has a test of its own. */
export async function signIn(page: Page, token: string): Promise<void> {
  const response = await page.request.post("/session", { data: { token } });
  expect(response.status()).toBe(201);
}

/** Fails if a page has what people with impairments cannot use. */
export async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"])
    .analyze();
  const found = violations
    .filter((v) => v.impact === "serious" || v.impact === "critical" || v.impact === "moderate")
    .map((v) => `${v.id} (${v.impact}): ${v.help}: ${v.nodes.map((n) => n.target.join(" ")).join(" | ")}`);
  expect(found, `what cannot be used by everybody at ${page.url()}`).toEqual([]);
}

/** Fails if it cannot be used by everybody in the light, or in the dark. */
export async function expectAccessibleInAnyLight(page: Page): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    await expectAccessible(page);
  }
  await page.emulateMedia({ colorScheme: null });
}

/** The path of a page of the story's organization. */
export function story(path = ""): string {
  return `/o/cyber-dojo${path}`;
}
