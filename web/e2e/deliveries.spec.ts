import { randomUUID } from "node:crypto";
import { Caller, deliver } from "./api";
import { expect, expectAccessible, expectAccessibleInAnyLight, signIn, story, test } from "./fixture";
import type { Place } from "./server";

/** The completed run that built runner:16d9990, as the story has it. */
const run = "81e0b6f6-adb7-5295-a13b-dbece3c142d3";

/** What proves GitHub's webhooks in the large organization. */
const secret = "secret-of-github-in-the-large-organization";

/** Lets GitHub send webhooks to the large organization, and returns how. */
async function forge({ url, large }: Place) {
  await new Caller(url, large.organization, large.token).takeWebhooks("GITHUB", secret);
  return (event: string, body: string) =>
    deliver(`${url}/webhooks/${large.organization}/github`, secret, event, body);
}

/** A body that nothing can be made of, and that was never sent before. */
const broken = () => `{"no end": "${randomUUID()}`;

test("what came in is listed page by page", async ({ signedIn: page }) => {
  await page.goto(story("/deliveries"));
  const rows = page.getByRole("main").locator("tbody tr");
  await expect(rows).toHaveCount(50);
  await page.getByRole("button", { name: "Show more" }).click();
  await expect(rows).toHaveCount(100);
});

test("what came in can be filtered, and the filters are in the address", async ({ signedIn: page }) => {
  await page.goto(story("/deliveries?state=failed"));
  await expect(page.getByRole("heading", { name: "No delivery is like that" })).toBeVisible();
  const rows = page.getByRole("main").locator("tbody tr");
  await page.getByLabel("State", { exact: true }).selectOption("Ignored");
  await expect(page).toHaveURL(story("/deliveries?state=ignored"));
  await expect(rows).toHaveCount(4);
  for (const row of await rows.all()) {
    await expect(row.getByRole("cell")).toHaveText([
      /ago|just now/,
      "GitHub",
      "workflow_run",
      "cyber-dojo/shas",
      "Ignored",
      "no flow follows cyber-dojo/shas",
      "1",
      /^\d\.\d kB$/,
    ]);
  }
  await expectAccessibleInAnyLight(page);

  await page.getByRole("button", { name: "Show all" }).click();
  await expect(page).toHaveURL(story("/deliveries"));
  await page.getByLabel("Event", { exact: true }).fill("push");
  await expect(page).toHaveURL(story("/deliveries?event=push"));
  await page.getByLabel("Repository", { exact: true }).fill("cyber-dojo/runner");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(
    (url) => url.search === `?${new URLSearchParams({ event: "push", repository: "cyber-dojo/runner" })}`,
  );
  await expect(rows).toHaveCount(12);
  await page.reload();
  await expect(rows).toHaveCount(12);
  await expect(page.getByLabel("Repository", { exact: true })).toHaveValue("cyber-dojo/runner");
});

test("a delivery has all that was sent", async ({ signedIn: page }) => {
  await page.goto(story("/deliveries?repository=cyber-dojo%2Frunner&event=workflow_run"));
  await expect(page.getByRole("main").locator("tbody tr")).toHaveCount(22);
  await page.goto(story(`/deliveries/github/${run}`));
  await expect(
    page.getByRole("heading", { level: 1, name: "workflow_run of cyber-dojo/runner" }),
  ).toBeVisible();
  const verdict = page.getByRole("region", { name: "What became of it" });
  await expect(verdict).toContainText("Applied");
  await expect(verdict).toContainText("Done. What it said is known.");
  await expect(page.getByText(run, { exact: true }).first()).toBeVisible();
  await expect(page.getByRole("row").filter({ hasText: "X-GitHub-Event" })).toContainText("workflow_run");
  await expect(page.getByRole("row").filter({ hasText: "X-GitHub-Delivery" })).toContainText(run);
  // Of what proved it, nothing is kept.
  await expect(page.getByRole("row").filter({ hasText: /signature/i })).toHaveCount(0);

  const body = page.getByRole("region", { name: "The body" });
  await expect(body).toHaveCount(0);
  await page.getByRole("button", { name: "Show what was sent (2.6 kB)" }).click();
  await expect(body).toContainText('"head_sha": "16d9990ad23a40eecaf087abac2a58a2d2a4b3f4"');
  await expect(body).toContainText('"conclusion": "success"');
  await expectAccessibleInAnyLight(page);
  await page.getByRole("link", { name: "GitHub", exact: true }).click();
  await expect(page).toHaveURL(story("/deliveries?source=github"));
});

test("what was applied says nothing twice when it is replayed", async ({ signedIn: page, at }) => {
  const builds = () =>
    new Caller(at.url, "cyber-dojo", at.token).ask(`{ organization(name: "cyber-dojo") {
      flow(name: "runner") { artifacts(first: 100) { nodes { ref createdAt history(first: 100) { nodes { at summary } } } } } } }`);
  const before = await builds();
  await page.goto(story(`/deliveries/github/${run}`));
  await page.getByRole("button", { name: "Replay" }).click();
  await expect(
    page.getByText(/^It was replayed and applied.*What it had said before was not said twice\.$/),
  ).toBeVisible();
  await expect(page.getByRole("region", { name: "What became of it" })).toContainText("Applied");
  expect(await builds()).toEqual(before);
});

test("an unknown delivery is told of", async ({ signedIn: page }) => {
  await page.goto(story("/deliveries/github/no-such-delivery"));
  await expect(
    page.getByRole("heading", { name: "No delivery from GitHub is known as no-such-delivery" }),
  ).toBeVisible();
  await expectAccessible(page);
  await page.goto(story("/deliveries/nowhere/1"));
  await expect(page.getByRole("heading", { name: "Nothing comes from nowhere" })).toBeVisible();
});

test("what fails shows up at once with its reason, and can be tried again", async ({ page, at }) => {
  await signIn(page, at.large.token);
  const send = await forge(at);
  await send("watch", JSON.stringify({ id: randomUUID() })); // so that the list has something
  await page.goto(`/o/${at.large.organization}/deliveries`);
  await expect(page.getByRole("main").locator("tbody tr").first()).toBeVisible();
  await expect(page.getByText("Live", { exact: true })).toBeVisible();

  const began = Date.now();
  const body = broken();
  const id = await send("push", body);
  const link = `/o/${at.large.organization}/deliveries/github/${id}`;
  const row = page.getByRole("row").filter({ has: page.locator(`a[href="${link}"]`) });
  await expect(row).toContainText("Failed");
  const shown = Date.now() - began;
  const reason = "not understood: the delivery is not a push event of GitHub's in JSON";
  await expect(row).toContainText(reason);
  console.log(`A failed delivery showed up after ${shown} ms.`);
  const failed = page.getByRole("region", { name: "What failed" });
  await expect(failed.locator(`a[href="${link}"]`)).toBeVisible();
  await expect(failed).toContainText(reason);
  await expectAccessibleInAnyLight(page);

  await row.getByRole("link").click();
  const verdict = page.getByRole("region", { name: "What became of it" });
  await expect(verdict).toContainText("Failed");
  await expect(verdict).toContainText(
    "Not understood: the delivery is not a push event of GitHub's in JSON.",
  );
  await page.getByRole("button", { name: "Replay" }).click();
  await expect(page.getByText(`It was replayed and failed again: ${reason}.`)).toBeVisible();
  await page.getByRole("button", { name: /^Show what was sent/ }).click();
  await expect(page.getByRole("region", { name: "The body" })).toHaveText(body);
  await expectAccessibleInAnyLight(page);
});

test("all that failed can be tried again, as far as it fits the filters", async ({ page, at }) => {
  await signIn(page, at.large.token);
  const send = await forge(at);
  await Promise.all([send("release", broken()), send("release", broken()), send("delete", broken())]);
  await page.goto(`/o/${at.large.organization}/deliveries?event=release&state=failed`);
  await expect(page.getByRole("main").locator("tbody tr").first()).toContainText("release");
  await page.getByRole("button", { name: "Replay what failed" }).click();
  const dialog = page.getByRole("alertdialog");
  await expect(dialog).toContainText("All failed deliveries of the event release are tried again");
  await expectAccessibleInAnyLight(page);
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await expect(dialog).toBeHidden();

  await page.getByRole("button", { name: "Replay what failed" }).click();
  await dialog.getByRole("button", { name: "Replay them" }).click();
  await expect(dialog).toBeHidden();
  await expect(
    page.getByRole("status").filter({ hasText: /^\d+ deliveries will be tried again/ }),
  ).toBeVisible();
  // They fail again, which shows by itself.
  await expect(page.getByRole("main").locator("tbody tr").first()).toContainText("not a release event");
});

test("who may not see deliveries is told why", async ({ page, at }) => {
  const { organization, token } = at.large;
  const name = `reader ${randomUUID()}`;
  await signIn(page, await new Caller(at.url, organization, token).tokenOf("READER", name));
  await page.goto(`/o/${organization}/deliveries`);
  await expect(
    page.getByRole("heading", { name: `Deliveries are for members of ${organization}` }),
  ).toBeVisible();
  await expect(page.getByText(`You are signed in as ${name}, reader of ${organization}.`)).toContainText(
    "An administrator can make you a token that may do more.",
  );
  await expectAccessibleInAnyLight(page);
  await page.goto(`/o/${organization}/deliveries/github/${run}`);
  await expect(
    page.getByRole("heading", { name: `Deliveries are for members of ${organization}` }),
  ).toBeVisible();
});

test("members see deliveries, and only administrators what was sent", async ({ page, at }) => {
  const { organization, token } = at.large;
  const send = await forge(at);
  const id = await send("watch", JSON.stringify({ id: randomUUID() }));
  await signIn(
    page,
    await new Caller(at.url, organization, token).tokenOf("MEMBER", `member ${randomUUID()}`),
  );
  await page.goto(`/o/${organization}/deliveries/github/${id}`);
  await expect(page.getByRole("region", { name: "What became of it" })).toContainText(
    'Events of kind "watch" are not used.',
  );
  await expect(page.getByText("Only administrators are shown what was sent")).toBeVisible();
  await expect(page.getByRole("button", { name: /^Show what was sent/ })).toHaveCount(0);
  await page.getByRole("button", { name: "Replay" }).click();
  await expect(page.getByText("It was replayed, and is of no use here")).toBeVisible();
});
