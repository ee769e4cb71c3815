// Colours for GraphQL and JSON: text in, elements out. Text never becomes HTML.

const graphql = new RegExp(
  [
    String.raw`(?<comment>#[^\n]*)`,
    String.raw`(?<string>"""[\s\S]*?(?:"""|$)|"(?:\\.|[^"\\\n])*"?)`,
    String.raw`(?<variable>\$\w+)`,
    String.raw`(?<directive>@\w+)`,
    String.raw`(?<keyword>\b(?:query|mutation|subscription|fragment|on|true|false|null)\b)`,
    String.raw`(?<number>-?\b\d+(?:\.\d+)?(?:[eE][+-]?\d+)?\b)`,
    String.raw`(?<type>\b[A-Z]\w*)`,
    String.raw`(?<argument>\b\w+(?=\s*:))`,
  ].join("|"),
  "g",
);

const json = new RegExp(
  [
    String.raw`(?<key>"(?:\\.|[^"\\\n])*"(?=\s*:))`,
    String.raw`(?<string>"(?:\\.|[^"\\\n])*"?)`,
    String.raw`(?<number>-?\b\d+(?:\.\d+)?(?:[eE][+-]?\d+)?\b)`,
    String.raw`(?<keyword>\b(?:true|false|null)\b)`,
  ].join("|"),
  "g",
);

/** most is how many characters get colours; more would make the page slow. */
const most = 400_000;

/** colourGraphQL shows a document in an element. */
export function colourGraphQL(element, text) {
  fill(element, text, graphql);
}

/** colourJSON shows JSON in an element. */
export function colourJSON(element, text) {
  fill(element, text, json);
}

/**
 * colourResult shows JSON for reading: web addresses are links, and a line that is
 * too long goes on below its own beginning.
 */
export function colourResult(element, text) {
  if (text.length > most) {
    element.replaceChildren(text);
    return;
  }
  element.replaceChildren(...text.split("\n").map((line) => {
    const row = document.createElement("span");
    row.className = "line";
    row.style.setProperty("--margin", line.search(/\S|$/));
    row.append(...parts(line, json, linked), "\n");
    return row;
  }));
}

function fill(element, text, tokens) {
  element.replaceChildren(...(text.length > most ? [text] : parts(text, tokens, span)));
}

/** parts cuts a text into plain text and what make makes of each token. */
function parts(text, tokens, make) {
  const out = [];
  let end = 0;
  for (const match of text.matchAll(tokens)) {
    const [kind, value] = Object.entries(match.groups).find(([, v]) => v !== undefined);
    out.push(text.slice(end, match.index), make(kind, value));
    end = match.index + value.length;
  }
  out.push(text.slice(end));
  return out;
}

function span(kind, text) {
  const element = document.createElement("span");
  element.className = `c-${kind}`;
  element.textContent = text;
  return element;
}

/** linked makes a link of a string that is a web address. */
function linked(kind, text) {
  const element = span(kind, text);
  if (kind !== "string" || !/^"https?:\/\/[^\s"\\]+"$/.test(text)) return element;
  const link = document.createElement("a");
  link.href = text.slice(1, -1);
  link.target = "_blank";
  link.rel = "noopener noreferrer";
  link.textContent = text.slice(1, -1);
  element.replaceChildren('"', link, '"');
  return element;
}
