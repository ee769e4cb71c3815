// The playground: puts the parts of the page together.

import { ask, Problem, whoIsSignedIn } from "./api.js";
import { colourGraphQL, colourJSON, colourResult } from "./colours.js";
import { byId, copyText, make } from "./dom.js";
import { Docs } from "./docs.js";
import { editor } from "./editor.js";

// What is typed is kept for this tab only, and so is the token.
const kept = {
  get: (key) => sessionStorage.getItem(`landfall.${key}`) ?? "",
  set: (key, value) => sessionStorage.setItem(`landfall.${key}`, value),
};

const organization = byId("organization");
const token = byId("token");
const who = byId("who");
const runButton = byId("run");
const status = byId("status");
const docs = new Docs({ body: byId("docs-body"), trail: byId("docs-trail"), search: byId("docs-search") });

const query = editor(byId("query"), byId("query-colours"), colourGraphQL, { onChange: queryChanged, onRun: run });
const variables = editor(byId("variables"), byId("variables-colours"), colourJSON, { onChange: variablesChanged, onRun: run });

let running = null; // stops what is asked now
let shown = ""; // the result as text
let chosen = null; // the example that was loaded last
let session = null; // who is signed in in this browser, without a token

// --- Connection

/** signIn asks who the token is, so that a wrong one shows at once. */
async function signIn() {
  const value = token.value.trim();
  kept.set("token", value);
  docs.say("The docs come from the server. Paste a token above to read them.");
  if (!value) {
    await useSession();
    return;
  }
  say("Asking…");
  try {
    const { body } = await ask({ token: value, query: "{ viewer { name role organization { name } } }" });
    if (value !== token.value.trim()) return; // it was changed in the meantime
    const viewer = body.data?.viewer;
    if (!viewer) throw new Problem(body.errors?.[0]?.message ?? "no answer", "");
    say(`${viewer.name}, ${viewer.role.toLowerCase()} of ${viewer.organization.name}`, "good");
    if (!organization.value && document.activeElement !== organization) setOrganization(viewer.organization.name);
    if (!byId("docs").hidden) await readDocs();
  } catch (error) {
    if (value === token.value.trim()) say(error.message, "bad");
  }
}

/** useSession asks as who is signed in in this browser, if somebody is. */
async function useSession() {
  session = await whoIsSignedIn();
  if (token.value.trim()) return; // one was pasted in the meantime
  if (!session) {
    say("Not signed in");
    return;
  }
  say(`${session.name}, ${session.role.toLowerCase()} of ${session.organization}, signed in in this browser: no token is needed`, "good");
  if (!organization.value && document.activeElement !== organization) setOrganization(session.organization);
  if (!byId("docs").hidden) await readDocs();
}

function say(text, state = "") {
  who.textContent = text;
  who.dataset.state = state;
}

function setOrganization(name) {
  organization.value = name;
  organizationChanged();
}

/** organizationChanged carries the name into the variables and the curl example. */
function organizationChanged() {
  const name = organization.value.trim();
  kept.set("organization", name);
  showCurl();
  const values = readVariables();
  if (values && "organization" in values && name) {
    variables.value = pretty({ ...values, organization: name });
    variablesChanged();
  }
}

function showCurl() {
  const name = organization.value.trim() || "cyber-dojo";
  const body = JSON.stringify({ query: `{ organization(name: ${JSON.stringify(name)}) { flows { nodes { name description } } } }` });
  byId("curl").textContent = [
    `curl ${location.origin}/graphql \\`,
    `  -H "Authorization: Bearer $LANDFALL_API_TOKEN" \\`,
    `  -H "Content-Type: application/json" \\`,
    `  -d '${body.replaceAll("'", String.raw`'\''`)}'`,
  ].join("\n");
}

// --- Question

function queryChanged() {
  kept.set("query", query.value);
  const names = operations(query.value);
  const select = byId("operation");
  const was = select.value;
  select.replaceChildren(...names.map((name) => make("option", { value: name }, name)));
  if (names.includes(was)) select.value = was;
  byId("operation-label").hidden = names.length < 2;
}

/** operations lists the names of the operations in a document. */
function operations(text) {
  const bare = text.replace(/#[^\n]*|"""[\s\S]*?"""|"(?:\\.|[^"\\\n])*"/g, "");
  return [...bare.matchAll(/\b(?:query|mutation|subscription)\s+(\w+)\s*[({@]/g)].map((m) => m[1]);
}

/** readVariables returns the variables, or null if they are no JSON object. */
function readVariables() {
  const text = variables.value.trim();
  if (!text) return {};
  try {
    const values = JSON.parse(text);
    return values && typeof values === "object" && !Array.isArray(values) ? values : null;
  } catch {
    return null;
  }
}

function variablesChanged() {
  kept.set("variables", variables.value);
  byId("variables-error").textContent = readVariables() ? "" : "This is no JSON object yet";
}

async function run() {
  if (running) {
    running.abort();
    return;
  }
  const values = readVariables();
  const missing = whatIsMissing(values);
  if (missing) {
    showProblem(missing);
    return;
  }
  running = new AbortController();
  runButton.textContent = "Stop";
  showTab("result");
  setStatus("Asking…");
  try {
    const answer = await ask({
      token: token.value.trim(),
      query: query.value,
      variables: values,
      operationName: byId("operation-label").hidden ? undefined : byId("operation").value,
      signal: running.signal,
    });
    showAnswer(answer);
  } catch (error) {
    if (error.name === "AbortError") setStatus("Stopped");
    else showProblem(error);
  } finally {
    running = null;
    runButton.textContent = "Run";
  }
}

/** whatIsMissing returns the Problem that needs no server to be seen. */
function whatIsMissing(values) {
  if (!token.value.trim() && !session) {
    token.focus();
    return new Problem("A token is needed first", "Sign in on the first page, or paste it into the field “API token” at the top. The server prints one at its first start; “landfall create token” makes more.");
  }
  if (!query.value.trim()) {
    query.focus();
    return new Problem("There is nothing to run", "Write a query, or pick an example.");
  }
  if (!values) {
    byId("variables").focus();
    return new Problem("The variables are no JSON object", 'They look like this: { "organization": "cyber-dojo" }');
  }
  return null;
}

// --- Answer

function showAnswer(answer) {
  const errors = answer.body.errors ?? [];
  shown = pretty(answer.body);
  byId("welcome").hidden = true;
  byId("copy").hidden = false;
  const problem = byId("problem");
  problem.hidden = errors.length === 0;
  problem.replaceChildren(...errors.map(errorEntry));
  byId("json").hidden = false;
  colourResult(byId("json"), shown);
  byId("result").scrollTop = 0;
  setStatus(`${answer.status} ${answer.statusText}`.trim(), answer, errors.length ? "bad" : "good");
}

/** errorEntry shows one error of GraphQL, with a way to where it is. */
function errorEntry(error) {
  const code = error.extensions?.code;
  const facts = [];
  if (code) facts.push(make("span", { className: "code-name" }, code));
  if (error.path?.length) facts.push(make("span", {}, `at ${error.path.join(".")}`));
  for (const { line, column } of error.locations ?? []) {
    facts.push(make("button", { type: "button", className: "link", onclick: () => query.goTo(line, column) }, `line ${line}, column ${column}`));
  }
  return make("div", { className: "error" }, make("p", { className: "error-title" }, error.message), facts.length ? make("p", { className: "error-facts" }, ...facts) : null);
}

function showProblem(problem) {
  showTab("result");
  byId("welcome").hidden = true;
  byId("json").hidden = true;
  byId("copy").hidden = true;
  const box = byId("problem");
  box.hidden = false;
  box.replaceChildren(
    make("div", { className: "error" },
      make("p", { className: "error-title" }, problem.message),
      problem.advice ? make("p", {}, problem.advice) : null,
      problem.details ? make("p", { className: "error-facts" }, `The server says: ${problem.details}`) : null,
    ),
  );
  setStatus("");
}

function setStatus(text, answer = null, state = "") {
  status.dataset.state = state;
  status.textContent = answer ? `${text} · ${Math.round(answer.milliseconds)} ms · ${size(answer.bytes)}` : text;
}

function size(bytes) {
  return bytes < 1000 ? `${bytes} B` : bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

function pretty(value) {
  return JSON.stringify(value, null, 2);
}

// --- Tabs and docs

const tabs = ["result", "docs"];

function showTab(name) {
  for (const tab of tabs) {
    const here = tab === name;
    byId(tab).hidden = !here;
    byId(`tab-${tab}`).setAttribute("aria-selected", String(here));
    byId(`tab-${tab}`).tabIndex = here ? 0 : -1;
  }
  byId("copy").hidden = name !== "result" || byId("json").hidden;
  status.hidden = name !== "result";
  if (name === "docs" && (token.value.trim() || session) && !docs.loaded) readDocs();
}

async function readDocs() {
  try {
    await docs.load(token.value.trim());
  } catch (error) {
    docs.say(`${error.message}. ${error.advice ?? ""}`);
  }
}

for (const [i, name] of tabs.entries()) {
  const tab = byId(`tab-${name}`);
  tab.addEventListener("click", () => showTab(name));
  tab.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    const other = tabs[(i + 1) % tabs.length];
    showTab(other);
    byId(`tab-${other}`).focus();
  });
}

// --- Examples

async function loadExamples() {
  const list = await (await fetch("/playground/examples/examples.json")).json();
  const buttons = list.map((example) => {
    const button = make("button", { type: "button", onclick: () => choose(example, button) },
      make("span", { className: "example-title" }, example.title),
      make("span", { className: "example-about" }, example.about),
    );
    return button;
  });
  byId("examples").replaceChildren(...buttons.map((button) => make("li", {}, button)));
  if (!query.value) await choose(list[0], buttons[0]);
}

async function choose(example, button) {
  const text = await (await fetch(`/playground/examples/${example.file}`)).text();
  chosen?.removeAttribute("aria-current");
  chosen = button;
  button.setAttribute("aria-current", "true");
  query.value = text;
  queryChanged();
  const values = { ...example.variables };
  const name = organization.value.trim();
  if ("organization" in values && name) values.organization = name;
  variables.value = pretty(values);
  variablesChanged();
}

// --- Start

byId("run-key").textContent = /Mac|iPhone|iPad/.test(navigator.platform) ? "⌘" : "Ctrl";
organization.value = kept.get("organization");
token.value = kept.get("token");
query.value = kept.get("query");
variables.value = kept.get("variables");
queryChanged();
variablesChanged();
showCurl();

runButton.addEventListener("click", run);
byId("copy").addEventListener("click", (event) => copyText(event.currentTarget, shown));
byId("copy-curl").addEventListener("click", (event) => copyText(event.currentTarget, byId("curl").textContent));
organization.addEventListener("input", organizationChanged);
token.addEventListener("change", signIn);
token.addEventListener("keydown", (event) => event.key === "Enter" && token.blur());
byId("reveal").addEventListener("click", (event) => {
  const reveal = token.type === "password";
  token.type = reveal ? "text" : "password";
  event.currentTarget.setAttribute("aria-pressed", String(reveal));
  event.currentTarget.textContent = reveal ? "Hide" : "Show";
});

await loadExamples();
await signIn();
