import type { CodegenConfig } from "@graphql-codegen/cli";

// Types and documents are made from the schema of the server. Each operation is known
// to the server by its hash (operations.json), and nothing else is sent.
const config: CodegenConfig = {
  schema: "../graph/schema/*.graphqls",
  documents: ["src/**/*.graphql"],
  generates: {
    "src/generated/": {
      preset: "client",
      presetConfig: {
        fragmentMasking: false,
        persistedDocuments: { hashAlgorithm: "sha256" },
      },
      config: {
        dedupeFragments: true,
        enumsAsTypes: true,
        onlyOperationTypes: true,
        strictScalars: true,
        avoidOptionals: { field: true, inputValue: false, object: false, defaultValue: false },
        useTypeImports: true,
        scalars: {
          ID: "string",
          ArtifactRef: "string",
          CommitRef: "string",
          CommitSHA: "string",
          Cursor: "string",
          DateTime: "string",
          Fingerprint: "string",
          Moment: "string",
          SnapshotInterval: "string",
          SnapshotRef: "string",
          URL: "string",
        },
      },
    },
  },
};

export default config;
