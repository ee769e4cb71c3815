// The docs pane: what the API offers, as it tells of itself.

import { ask } from "./api.js";
import { make } from "./dom.js";

// Servers bound what an operation may cost, and except this one by its name.
const introspection = `query IntrospectionQuery {
  __schema {
    queryType { name } mutationType { name } subscriptionType { name }
    types {
      kind name description
      fields(includeDeprecated: true) {
        name description isDeprecated deprecationReason
        args { ...input } type { ...type }
      }
      inputFields { ...input }
      interfaces { name }
      enumValues(includeDeprecated: true) { name description isDeprecated deprecationReason }
      possibleTypes { name }
    }
  }
}
fragment input on __InputValue { name description defaultValue type { ...type } }
fragment type on __Type {
  kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name } } } }
}`;

const kinds = {
  OBJECT: "type", INTERFACE: "interface", UNION: "union", ENUM: "enum", INPUT_OBJECT: "input", SCALAR: "scalar",
};

/** Docs shows the schema in body, the way back in trail, and listens to search. */
export class Docs {
  #body;
  #trail;
  #search;
  #types = null;
  #roots = [];
  #path = []; // names of types, the last is shown; empty is the start

  constructor({ body, trail, search }) {
    this.#body = body;
    this.#trail = trail;
    this.#search = search;
    search.addEventListener("input", () => this.#show());
    search.addEventListener("keydown", (event) => {
      if (event.key === "Enter") this.#body.querySelector("button")?.click();
    });
    this.say("The docs come from the server. Paste a token above to read them.");
  }

  get loaded() {
    return this.#types !== null;
  }

  /** load asks the server for its schema. */
  async load(token, signal) {
    this.say("Asking the server what it offers…");
    const { body } = await ask({ token, query: introspection, operationName: "IntrospectionQuery", signal });
    if (!body.data?.__schema) {
      this.say(`The server does not tell: ${body.errors?.[0]?.message ?? "it gives no reason"}.`);
      return;
    }
    const schema = body.data.__schema;
    this.#types = new Map(schema.types.filter((t) => !t.name.startsWith("__")).map((t) => [t.name, t]));
    this.#roots = [schema.queryType, schema.mutationType, schema.subscriptionType].filter(Boolean).map((t) => t.name);
    this.#path = [];
    this.#show();
  }

  /** say replaces the docs by one sentence. */
  say(sentence) {
    this.#types = null;
    this.#search.disabled = true;
    this.#trail.replaceChildren();
    this.#body.replaceChildren(make("p", { className: "docs-note" }, sentence));
  }

  /** open shows a type, or the start without a name. */
  open(name) {
    this.#search.value = "";
    const at = this.#path.indexOf(name);
    if (!name) this.#path = [];
    else if (at >= 0) this.#path.length = at + 1;
    else this.#path.push(name);
    this.#show();
    this.#body.parentElement.scrollTop = 0;
    this.#body.querySelector("h2")?.focus();
  }

  #show() {
    if (!this.#types) return;
    this.#search.disabled = false;
    const wanted = this.#search.value.trim().toLowerCase();
    this.#showTrail(wanted);
    const name = this.#path.at(-1);
    this.#body.replaceChildren(...(wanted ? this.#found(wanted) : name ? this.#type(this.#types.get(name)) : this.#start()));
  }

  #showTrail(wanted) {
    if (!wanted && this.#path.length === 0) {
      this.#trail.replaceChildren();
      return;
    }
    const link = (label, name) => make("button", { type: "button", className: "crumb", onclick: () => this.open(name) }, label);
    const crumbs = [link("All", "")];
    this.#path.forEach((name, i) => {
      const here = !wanted && i === this.#path.length - 1;
      crumbs.push(here ? make("span", { "aria-current": "page" }, name) : link(name, name));
    });
    this.#trail.replaceChildren(...crumbs);
  }

  #start() {
    const groups = [
      ["Start here", this.#roots],
      ["Types", this.#names((t) => ["OBJECT", "INTERFACE", "UNION"].includes(t.kind) && !plumbing(t.name) && !this.#roots.includes(t.name))],
      ["Ways to say things", this.#names((t) => t.kind === "SCALAR" && t.description)],
      ["Choices", this.#names((t) => t.kind === "ENUM")],
      ["Inputs of mutations", this.#names((t) => t.kind === "INPUT_OBJECT")],
      ["Pages and payloads", this.#names((t) => t.kind === "OBJECT" && plumbing(t.name))],
    ];
    return groups
      .filter(([, names]) => names.length > 0)
      .map(([title, names]) =>
        make("section", {}, make("h2", { tabIndex: -1 }, title), make("ul", { className: "docs-list" }, names.map((name) => this.#entry(name)))),
      );
  }

  #names(wanted) {
    return [...this.#types.values()].filter(wanted).map((t) => t.name).sort();
  }

  #entry(name) {
    return make("li", {}, this.#link(name), summary(this.#types.get(name).description));
  }

  #link(name) {
    if (!this.#types.has(name)) return make("span", { className: "c-type" }, name);
    return make("button", { type: "button", className: "type-link", onclick: () => this.open(name) }, name);
  }

  #type(type) {
    const out = [
      make("h2", { tabIndex: -1 }, make("span", { className: "kind" }, kinds[type.kind] ?? type.kind), " ", type.name),
      ...prose(type.description),
    ];
    if (type.interfaces?.length) out.push(this.#inline("Implements", type.interfaces));
    if (type.possibleTypes?.length) out.push(this.#inline(type.kind === "UNION" ? "Is one of" : "Implemented by", type.possibleTypes));
    const fields = type.fields ?? type.inputFields;
    if (fields?.length) out.push(make("h3", {}, "Fields"), make("dl", {}, fields.flatMap((f) => this.#field(f))));
    if (type.enumValues?.length) out.push(make("h3", {}, "Values"), make("dl", {}, type.enumValues.flatMap((v) => this.#field(v))));
    return out;
  }

  #inline(label, types) {
    return make("p", { className: "docs-inline" }, `${label} `, types.flatMap((t, i) => (i ? [", ", this.#link(t.name)] : [this.#link(t.name)])));
  }

  /** #field returns a field, an input field or an enum value with what is said of it. */
  #field(field) {
    const name = make("span", { className: "field-name" }, field.name);
    const args = field.args ?? [];
    const head = make("dt", {}, name);
    if (args.length) {
      head.append("(", ...args.flatMap((arg, i) => (i ? [", ", this.#argument(arg)] : [this.#argument(arg)])), ")");
    }
    if (field.type) head.append(": ", this.#typeOf(field.type), ...fallback(field));
    const body = make("dd", {}, ...prose(field.description));
    if (field.isDeprecated) body.append(make("p", { className: "deprecated" }, `Deprecated. ${field.deprecationReason ?? ""}`));
    const told = args.filter((arg) => arg.description && !["first", "after"].includes(arg.name));
    if (told.length) {
      body.append(make("ul", { className: "arguments" }, told.map((arg) => make("li", {}, make("span", { className: "c-argument" }, arg.name), " ", ...code(arg.description)))));
    }
    return [head, body];
  }

  #argument(arg) {
    return make("span", { className: "argument" }, make("span", { className: "c-argument" }, arg.name), ": ", this.#typeOf(arg.type), ...fallback(arg));
  }

  #typeOf(type) {
    switch (type.kind) {
      case "NON_NULL":
        return make("span", {}, this.#typeOf(type.ofType), "!");
      case "LIST":
        return make("span", {}, "[", this.#typeOf(type.ofType), "]");
      default:
        return this.#link(type.name);
    }
  }

  #found(wanted) {
    const [typeName, fieldName] = wanted.split(".");
    const types = [];
    const fields = [];
    for (const type of this.#types.values()) {
      const name = type.name.toLowerCase();
      if (fieldName === undefined && name.includes(wanted)) types.push(type);
      for (const field of type.fields ?? type.inputFields ?? type.enumValues ?? []) {
        const hit = field.name.toLowerCase();
        const fits = fieldName === undefined ? hit.includes(wanted) : name.includes(typeName) && hit.includes(fieldName);
        if (fits) fields.push([type, field]);
      }
    }
    types.sort((a, b) => rank(a.name, wanted) - rank(b.name, wanted) || a.name.localeCompare(b.name));
    fields.sort((a, b) => rank(a[1].name, wanted) - rank(b[1].name, wanted) || plumbing(a[0].name) - plumbing(b[0].name) || a[0].name.localeCompare(b[0].name));
    if (types.length + fields.length === 0) return [make("p", { className: "docs-note" }, `Nothing is called “${wanted}”.`)];
    const out = [];
    if (types.length) out.push(make("h2", {}, "Types"), make("ul", { className: "docs-list" }, types.map((t) => this.#entry(t.name))));
    if (fields.length) {
      out.push(make("h2", {}, "Fields"), make("ul", { className: "docs-list" }, fields.slice(0, 80).map(([type, field]) =>
        make("li", {}, make("span", {}, this.#link(type.name), ".", make("span", { className: "field-name" }, field.name)), summary(field.description)))));
      if (fields.length > 80) out.push(make("p", { className: "docs-note" }, `and ${fields.length - 80} more. Write Type.field to narrow it down.`));
    }
    return out;
  }
}

/** plumbing tells whether a type only carries others. */
function plumbing(name) {
  return /(Connection|Edge|Payload|PageInfo)$/.test(name);
}

/** rank sorts what is called exactly so first, then what begins so. */
function rank(name, wanted) {
  const lower = name.toLowerCase();
  return lower === wanted ? 0 : lower.startsWith(wanted) ? 1 : 2;
}

/** fallback says what stands for an input that is left out, if anything does. */
function fallback(input) {
  return input.defaultValue == null ? [] : [make("span", { className: "default" }, ` = ${input.defaultValue}`)];
}

/** summary is the first sentence of a description. */
function summary(text) {
  if (!text) return null;
  const flat = text.replace(/\s+/g, " ").trim();
  const end = flat.search(/[.:] /);
  return make("span", { className: "summary" }, ...code(end < 0 ? flat : flat.slice(0, end + 1).replace(/:$/, ".")));
}

/** prose turns a description into paragraphs. */
function prose(text) {
  return (text ?? "").split(/\n\s*\n/).filter((p) => p.trim()).map((p) => make("p", {}, ...code(p.replace(/\s+/g, " "))));
}

/** code shows what is between backticks as code. */
function code(text) {
  return text.split("`").map((part, i) => (i % 2 ? make("code", {}, part) : part));
}
