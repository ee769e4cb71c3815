// Ends what graphql-codegen began. Writes operations.json, which the server embeds: by its
// hash, each operation that the dashboard asks. And leaves of each document in the page only
// its name and its hash, since nothing else is ever sent: the whole of them would be a good
// part of what a browser has to load.
import { readFileSync, rmSync, writeFileSync } from "node:fs";

const folder = new URL("../src/generated/", import.meta.url);

const persisted = new URL("persisted-documents.json", folder);
const operations = JSON.parse(readFileSync(persisted, "utf8"));
const sorted = Object.fromEntries(Object.entries(operations).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(new URL("../operations.json", import.meta.url), `${JSON.stringify(sorted, null, 2)}\n`);

let kept = 0;
const typed = new URL("graphql.ts", folder);
const lines = readFileSync(typed, "utf8").split("\n");
const shortened = lines.flatMap((line) => {
  const [, name, document, type] =
    /^export const (\w+) = (\{.*\}) as unknown as (DocumentNode<.*>;)$/.exec(line) ?? [];
  if (!document) return [line];
  const { __meta__: meta, definitions } = JSON.parse(document);
  const operation = definitions.find((d) => d.kind === "OperationDefinition");
  if (!operation) return []; // a fragment alone is asked nowhere
  if (!operations[meta.hash]) throw new Error(`${name} has a hash that no operation has`);
  kept++;
  const short = {
    __meta__: { hash: meta.hash },
    kind: "Document",
    definitions: [
      {
        kind: "OperationDefinition",
        operation: operation.operation,
        name: { kind: "Name", value: operation.name.value },
        selectionSet: { kind: "SelectionSet", selections: [] },
      },
    ],
  };
  return [`export const ${name} = ${JSON.stringify(short)} as unknown as ${type}`];
});
if (kept !== Object.keys(operations).length) {
  throw new Error(`${kept} documents were found, and there are ${Object.keys(operations).length} operations`);
}
writeFileSync(typed, shortened.join("\n"));
for (const unused of ["gql.ts", "index.ts", "persisted-documents.json"]) rmSync(new URL(unused, folder));
