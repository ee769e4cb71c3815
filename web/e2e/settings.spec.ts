import { createHmac, randomUUID } from "node:crypto";
import type { Page } from "@playwright/test";
import { Caller } from "./api";
import { expect, expectAccessibleInAnyLight, signIn, story, test } from "./fixture";
import type { Place } from "./server";

/** The settings of the large organization: those of the story are for others to look at. */
const settings = ({ large }: Place, what: string) => `/o/${large.organization}/settings/${what}`;
const administrator = ({ url, large }: Place) => new Caller(url, large.organization, large.token);

/** A name that nothing else has. */
const nameOf = (word: string) => `${word}-${randomUUID().slice(0, 8)}`;

/** The card of a forge. */
const card = (page: Page, forge: string) =>
  page.locator("section").filter({ has: page.getByRole("heading", { level: 2, name: forge }) });

/** What is shown to be copied, by its name. */
async function shown(page: Page, name: string): Promise<string> {
  const line = page.getByRole("dialog").locator("div", { has: page.getByText(name, { exact: true }) });
  return (await line.last().locator("code").textContent()) ?? "";
}

/** Sends a body that was never sent before, and returns how it was answered. */
async function send(url: string, prove: (body: string) => Record<string, string>): Promise<number> {
  const body = JSON.stringify({ id: randomUUID() });
  const headers = { "Content-Type": "application/json", ...prove(body) };
  return (await fetch(url, { method: "POST", headers, body })).status;
}

const likeGitLab = (secret: string) => () => ({
  "X-Gitlab-Token": secret,
  "X-Gitlab-Event": "Wiki Page Hook",
  "X-Gitlab-Event-UUID": randomUUID(),
});

test("each forge is told of, and where to paste what", async ({ page, at }) => {
  await signIn(page, at.large.token);
  await page.goto(settings(at, ""));
  await expect(page).toHaveURL(settings(at, "webhooks"));
  await expect(page.getByRole("heading", { level: 1, name: "Webhooks" })).toBeVisible();
  for (const forge of ["GitHub", "GitLab", "Gitea, Forgejo", "Bitbucket", "Docker Hub"]) {
    const steps = card(page, forge)
      .getByRole("listitem")
      .filter({ hasText: /^(Open|Press|Point) / });
    await expect(steps.first()).toBeHidden();
    await card(page, forge).getByText(`Where to paste it at ${forge}`).click();
    await expect(steps.first()).toBeVisible();
  }
  await expect(card(page, "Gitea, Forgejo")).toContainText("Not set up");
  await expectAccessibleInAnyLight(page);
});

test("a webhook is set up, and its secret is shown once", async ({ page, at }) => {
  await signIn(page, at.large.token);
  await page.goto(settings(at, "webhooks"));
  const bitbucket = card(page, "Bitbucket");
  await expect(bitbucket).toBeVisible();
  test.skip((await bitbucket.getByText("Not set up").count()) === 0, "this server has it already");
  await page.getByRole("button", { name: "Set up Bitbucket" }).click();
  const asked = page.getByRole("alertdialog", { name: "Set up the webhook of Bitbucket" });
  await expectAccessibleInAnyLight(page);
  await asked.getByRole("button", { name: "Make the secret" }).click();

  const dialog = page.getByRole("dialog", { name: "Paste this at Bitbucket" });
  await expect(dialog).toContainText("Keep the secret now: it cannot be shown again.");
  const url = await shown(page, "URL");
  expect(url).toBe(`${at.url}/webhooks/${at.large.organization}/bitbucket`);
  const secret = await shown(page, "Secret");
  expect(secret.length).toBeGreaterThanOrEqual(16);
  await expectAccessibleInAnyLight(page);
  await page.keyboard.press("Escape"); // which is too easily done
  await expect(dialog).toBeVisible();
  await dialog.getByRole("button", { name: "I have kept it" }).click();
  await expect(dialog).toBeHidden();
  await expect(bitbucket).toContainText("Set up");
  await expect(bitbucket).toContainText("Nothing yet.");
  expect(await page.content()).not.toContain(secret);

  const signed = (by: string) => (body: string) => ({
    "X-Event-Key": "repo:fork",
    "X-Request-UUID": randomUUID(),
    "X-Hub-Signature": `sha256=${createHmac("sha256", by).update(body).digest("hex")}`,
  });
  expect(await send(url, signed("something else"))).toBe(401);
  expect(await send(url, signed(secret))).toBe(200);
  await page.reload();
  await expect(bitbucket.getByRole("listitem").first()).toContainText(
    'Ignoredrepo:forkjust nowevents of kind "repo:fork" are not used',
  );
});

test("a new secret takes the place of the one before, at once or after a while", async ({ page, at }) => {
  const first = `first-${randomUUID()}`;
  await administrator(at).takeWebhooks("GITLAB", first);
  await signIn(page, at.large.token);
  await page.goto(settings(at, "webhooks"));
  const url = `${at.url}/webhooks/${at.large.organization}/gitlab`;
  await expect(card(page, "GitLab")).toContainText(url);
  expect(await send(url, likeGitLab(first))).toBe(200);

  const asked = page.getByRole("alertdialog", { name: "A new secret for GitLab?" });
  const dialog = page.getByRole("dialog", { name: "Paste this at GitLab" });
  const rotate = async (before: string) => {
    await page.getByRole("button", { name: "New secret for GitLab" }).click();
    await asked.getByLabel("The one before").selectOption(before);
    await asked.getByRole("button", { name: "Make a new secret" }).click();
    await expect(dialog).toBeVisible();
    expect(await shown(page, "URL")).toBe(url);
    return shown(page, "Secret token");
  };
  const second = await rotate("stays good for an hour");
  await expect(dialog).toContainText("The one before is good until");
  await dialog.getByRole("button", { name: "I have kept it" }).click();
  await expect(card(page, "GitLab")).toContainText("Secret beforegood until");
  expect(await send(url, likeGitLab(first))).toBe(200);
  expect(await send(url, likeGitLab(second))).toBe(200);

  const third = await rotate("is not good any more, at once");
  await dialog.getByRole("button", { name: "Close" }).click();
  await expect(dialog).toBeHidden();
  expect(await send(url, likeGitLab(third))).toBe(200);
  await expect.poll(() => send(url, likeGitLab(second))).toBe(401); // it may be remembered for a second
  await page.getByRole("button", { name: "New secret for GitLab" }).click();
  await expect(asked).toBeVisible();
  await expectAccessibleInAnyLight(page);
});

test("the secret of Docker Hub is in its URL", async ({ page, at }) => {
  await administrator(at).takeWebhooks("DOCKER_HUB", `first-${randomUUID()}`);
  await signIn(page, at.large.token);
  await page.goto(settings(at, "webhooks"));
  await expect(card(page, "Docker Hub")).toContainText("/SECRET, which is shown only when it is made");
  await page.getByRole("button", { name: "New secret for Docker Hub" }).click();
  await page.getByRole("button", { name: "Make a new secret" }).click();
  const dialog = page.getByRole("dialog", { name: "Paste this at Docker Hub" });
  await expect(dialog).toContainText("its end is the secret, which cannot be shown again");
  await expect(dialog.locator("code")).toHaveCount(1);
  const url = await shown(page, "Webhook URL");
  expect(url.startsWith(`${at.url}/webhooks/${at.large.organization}/docker-hub/`)).toBe(true);
  expect(await send(`${url}x`, () => ({}))).toBe(401);
  expect(await send(url, () => ({}))).not.toBe(401);
});

/** How the API answers who proves themselves with a token. */
async function askedWith(at: Place, token: string): Promise<number> {
  const response = await fetch(`${at.url}/graphql`, {
    method: "POST",
    headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
    body: JSON.stringify({ query: `{ organization(name: "${at.large.organization}") { name } }` }),
  });
  return response.status;
}

test("a token is made, works, and works no more once it is revoked", async ({ page, at }) => {
  const name = nameOf("agent of");
  await signIn(page, at.large.token);
  await page.goto(settings(at, "tokens"));
  await expect(page.getByRole("row").filter({ hasText: "bootstrap" })).toContainText("Admin");
  await page.getByRole("button", { name: "New token" }).click();
  const form = page.getByRole("dialog", { name: "New token" });
  await form.getByLabel("Name").fill(name);
  await expect(form.getByRole("radio", { name: /^Member/ })).toBeChecked();
  await form.getByRole("radio", { name: /^Reporter/ }).check();
  await form.getByLabel("Good until").selectOption("the end of a day");
  await form.getByLabel("Day").fill("2099-12-31");
  await expectAccessibleInAnyLight(page);
  await form.getByRole("button", { name: "Make the token" }).click();

  const dialog = page.getByRole("dialog", { name: `The token ${name}` });
  const secret = await shown(page, "Token");
  await expect(dialog).toContainText(`export LANDFALL_API_TOKEN=${secret}`);
  await expectAccessibleInAnyLight(page);
  await page.keyboard.press("Escape");
  await dialog.getByRole("button", { name: "I have kept it" }).click();
  await expect(dialog).toBeHidden();
  const row = page.getByRole("row").filter({ hasText: name });
  await expect(row.getByRole("cell")).toHaveText([
    name,
    "Reporter",
    `…${secret.slice(-4)}`,
    "just now",
    "Thu, 31 Dec 2099, 23:59:59 CET",
    "Revoke",
  ]);
  expect(await page.content()).not.toContain(secret);
  expect(await askedWith(at, secret)).toBe(200);

  await row.getByRole("button", { name: `Revoke the token ${name}` }).click();
  const asked = page.getByRole("alertdialog", { name: `Revoke ${name}?` });
  await expect(asked).toContainText(
    `The token that ends in ${secret.slice(-4)} is refused at once and for good`,
  );
  await expectAccessibleInAnyLight(page);
  await asked.getByRole("button", { name: "Cancel" }).click();
  expect(await askedWith(at, secret)).toBe(200);
  await row.getByRole("button", { name: `Revoke the token ${name}` }).click();
  await asked.getByRole("button", { name: "Revoke it" }).click();
  await expect(row.getByRole("cell").nth(4)).toHaveText("Revoked just now");
  await expect(row.getByRole("button")).toHaveCount(0);
  expect(await askedWith(at, secret)).toBe(401);
  await expectAccessibleInAnyLight(page);
});

/** What the API knows of an environment. */
async function environment(at: Place, name: string) {
  const { organization } = await administrator(at).ask<{ organization: { environment: unknown } }>(
    `query ($organization: String!, $name: String!) { organization(name: $organization) { environment(name: $name) {
      type description tags { key value } reporting { silentAfterSeconds } archivedAt } } }`,
    { organization: at.large.organization, name },
  );
  return organization.environment;
}

async function putAway(at: Place, name: string): Promise<void> {
  await administrator(at).ask(
    `mutation ($input: ArchiveEnvironmentInput!) { archiveEnvironment(input: $input) { environment { id } } }`,
    { input: { organization: at.large.organization, environment: name } },
  );
}

test("an environment is created, changed, put away and brought back", async ({ page, at }) => {
  const name = nameOf("made");
  await signIn(page, at.large.token);
  await page.goto(settings(at, "environments"));
  await expect(page.getByRole("row").filter({ hasText: "region-19" })).toContainText("Docker or Podman");
  await page.getByRole("button", { name: "New environment" }).click();
  const form = page.getByRole("dialog", { name: "New environment" });
  await form.getByLabel("Name").fill("with a blank");
  await form.getByLabel("Kind").selectOption("Kubernetes");
  await form.getByLabel("Description").fill("Where it is tried");
  await form.getByLabel("Tags").fill("team=core\ntried");
  await form.getByRole("button", { name: "Create it" }).click();
  await expect(form.getByRole("alert")).toContainText("with a blank");
  await expectAccessibleInAnyLight(page);
  await form.getByLabel("Name").fill(name);
  await form.getByRole("button", { name: "Create it" }).click();
  await expect(form).toBeHidden();
  await expect(
    page.getByText(
      `${name} was created. To report what runs in it: landfall snapshot kubernetes ${name} --watch`,
    ),
  ).toBeVisible();
  const row = page.getByRole("row").filter({ hasText: name });
  await expect(row.getByRole("cell")).toHaveText([
    "none",
    `${name}Where it is tried`,
    "Kubernetes",
    "Never reported",
    "15 min",
    "team=coretried",
    "ChangePut away",
  ]);

  await page.getByRole("button", { name: `Change ${name}` }).click();
  const change = page.getByRole("dialog", { name: `Change ${name}` });
  await expect(change.getByLabel("Tags")).toHaveValue("team=core\ntried");
  await change.getByLabel("Description").fill("");
  await change.getByLabel("Position").fill("-1");
  await change.getByLabel("Silent after, in minutes").fill("");
  await change.getByLabel("Tags").fill("team=other");
  await change.getByRole("button", { name: "Change it" }).click();
  await expect(page.getByText(`${name} was changed.`)).toBeVisible();
  // With the lowest position it is the first.
  await expect(page.getByRole("row").nth(1).getByRole("cell")).toHaveText([
    "-1",
    name,
    "Kubernetes",
    "Never reported",
    "never",
    "team=other",
    "ChangePut away",
  ]);
  expect(await environment(at, name)).toEqual({
    type: "K8S",
    description: "",
    tags: [
      { key: "order", value: "-1" },
      { key: "team", value: "other" },
    ],
    reporting: { silentAfterSeconds: null },
    archivedAt: null,
  });

  await page.getByRole("button", { name: `Put ${name} away` }).click();
  const asked = page.getByRole("alertdialog", { name: `Put ${name} away?` });
  await expect(asked).toContainText("Its history stays, and it can be brought back.");
  await expectAccessibleInAnyLight(page);
  await asked.getByRole("button", { name: "Put it away" }).click();
  await expect(page.getByText(`${name} was put away.`)).toBeVisible();
  await expect(row).toHaveCount(0);
  await page.getByLabel("Those that were put away").check();
  await expect(row).toContainText("Put away just now");
  await expectAccessibleInAnyLight(page);
  await page.getByRole("button", { name: `Bring back ${name}` }).click();
  await page.getByRole("button", { name: "Bring it back" }).click();
  await expect(page.getByText(`${name} is in use again.`)).toBeVisible();
  await expect(row).toHaveCount(0);
  await page.getByLabel("Those that were put away").uncheck();
  await expect(row).toContainText("Never reported");
  await putAway(at, name);
});

test("a logical environment is a union of others", async ({ page, at }) => {
  const name = nameOf("union");
  await signIn(page, at.large.token);
  await page.goto(settings(at, "environments"));
  await page.getByRole("button", { name: "New environment" }).click();
  const form = page.getByRole("dialog", { name: "New environment" });
  await form.getByLabel("Name").fill(name);
  await form.getByLabel("Kind").selectOption("Logical: a union of others");
  await expect(form.getByLabel("Silent after, in minutes")).toHaveCount(0);
  const members = form.getByRole("group", { name: "What it is the union of" });
  await members.getByLabel("region-00").check();
  await members.getByLabel("region-07").check();
  await members.getByLabel("region-00").uncheck();
  await members.getByLabel("region-03").check();
  await expectAccessibleInAnyLight(page);
  await form.getByRole("button", { name: "Create it" }).click();
  const row = page.getByRole("row").filter({ hasText: name });
  await expect(row.getByRole("cell").nth(2)).toHaveText("Logicalof region-03, region-07");
  await expect(row).toContainText("as its members");
  await putAway(at, name);
});

test("who reports, and of what nobody does", async ({ page, at }) => {
  await signIn(page, at.token);
  await page.goto(story("/settings/agents"));
  const agents = card(page, "Who reports").locator("tbody tr");
  await expect(agents).toHaveCount(2); // the story was told by the command line
  for (const [i, name] of ["aws-beta", "aws-prod"].entries()) {
    await expect(agents.nth(i).getByRole("cell")).toHaveText([
      name,
      /^landfall\/\S+$/,
      "bootstrap",
      /just now|ago$/,
      /just now|ago$/,
    ]);
  }
  await expect(card(page, "Of these nobody is known to report")).toHaveCount(0);
  await expectAccessibleInAnyLight(page);
});

test("of what nobody reports, the command is told that does", async ({ page, at }) => {
  const name = nameOf("nobody");
  await administrator(at).ask(
    `mutation ($input: CreateEnvironmentInput!) { createEnvironment(input: $input) { created } }`,
    { input: { organization: at.large.organization, name, type: "LAMBDA" } },
  );
  await signIn(page, at.large.token);
  await page.goto(settings(at, "agents"));
  await expect(card(page, "Who reports").getByRole("row").filter({ hasText: "busy" })).toContainText("node");
  const nobody = card(page, "Of these nobody is known to report")
    .getByRole("listitem")
    .filter({ hasText: name });
  await expect(nobody).toContainText("nothing was reported yet");
  await expect(nobody).toContainText(`landfall snapshot lambda ${name} --watch`);
  await expectAccessibleInAnyLight(page);
  await putAway(at, name);
  await expect(nobody).toHaveCount(0); // without a reload
});

test("reports may make environments, if that is wanted", async ({ page, at }) => {
  const creates = async () => {
    const { organization } = await administrator(at).ask<{ organization: { createsEnvironments: boolean } }>(
      `query ($name: String!) { organization(name: $name) { createsEnvironments } }`,
      { name: at.large.organization },
    );
    return organization.createsEnvironments;
  };
  await signIn(page, at.large.token);
  await page.goto(settings(at, "organization"));
  const change = page.getByRole("button", { name: "Change it" });
  await expect(change).toBeDisabled(); // there is nothing to change yet
  await expect(page.getByLabel("Who can read")).toHaveValue("PRIVATE");
  await expect(page.getByText("Only who belongs to the organization can read what is in it.")).toBeVisible();
  const tick = page.getByLabel("The first report for an unknown environment makes it");
  await tick.check();
  await change.click();
  await expect(page.getByText("It was changed.")).toBeVisible();
  expect(await creates()).toBe(true);
  await page.reload();
  await expect(tick).toBeChecked();
  await tick.uncheck();
  await change.click();
  await expect(page.getByText("It was changed.")).toBeVisible();
  expect(await creates()).toBe(false);
  await expectAccessibleInAnyLight(page);
});

test("members see how it is set up, and are told what is not for them", async ({ page, at }) => {
  const { organization } = at.large;
  const name = nameOf("member");
  await signIn(page, await administrator(at).tokenOf("MEMBER", name));
  await page.goto(settings(at, ""));
  await expect(page).toHaveURL(settings(at, "environments"));
  await expect(page.getByRole("row").filter({ hasText: "region-00" })).toBeVisible();
  const tabs = page.getByRole("navigation", { name: "Settings" });
  for (const what of ["Webhooks", "Tokens"]) {
    await tabs.getByRole("link", { name: what }).click();
    await expect(
      page.getByRole("heading", { name: `${what} are for administrators of ${organization}` }),
    ).toBeVisible();
    await expect(page.getByText(`You are signed in as ${name}, member of ${organization}.`)).toBeVisible();
    await expect(page.getByText("landfall create token NAME --role admin", { exact: true })).toBeVisible();
  }
  await expectAccessibleInAnyLight(page);
  await tabs.getByRole("link", { name: "Agents" }).click();
  await expect(card(page, "Who reports").getByRole("row").filter({ hasText: "busy" })).toContainText("node");
  await tabs.getByRole("link", { name: "Organization" }).click();
  await expect(page.getByText("Only administrators can change this.")).toBeVisible();
  await expect(page.getByLabel("Who can read")).toBeDisabled();
  await expect(page.getByRole("button", { name: "Change it" })).toHaveCount(0);
});

test("readers and others are told that settings are not for them", async ({ page, at }) => {
  const { organization, token } = at.large;
  await signIn(page, await administrator(at).tokenOf("READER", nameOf("reader")));
  await page.goto(settings(at, "organization"));
  await expect(
    page.getByRole("heading", { name: `Settings are for members of ${organization}` }),
  ).toBeVisible();
  await signIn(page, token);
  await page.goto(story("/settings/tokens"));
  await expect(page.getByRole("heading", { name: "Settings are for members of cyber-dojo" })).toBeVisible();
  await expect(
    page.getByText("In other organizations you can read what is public, and no more."),
  ).toBeVisible();
});
