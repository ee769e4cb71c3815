import { expect, test } from "vitest";
import { choicesOf, type Match } from "./choices";

const commit = {
  id: "commit_1",
  sha: "16d9990ad23a40eecaf087abac2a58a2d2a4b3f4",
  shortSha: "16d9990",
  subject: "ecs: run 3 replicas",
  repository: { name: "cyber-dojo/runner" },
};

const artifact: Match = {
  kind: "ARTIFACT",
  matchedBy: "SHA",
  matched: "cyberdojo/runner:16d9990",
  summary: "cyberdojo/runner:16d9990 of runner",
  target: { __typename: "Artifact", id: "artifact_1", ref: "runner@9af401c", commit },
};

const itself: Match = {
  kind: "COMMIT",
  matchedBy: "SHA",
  matched: commit.sha,
  summary: "16d9990 of cyber-dojo/runner: ecs: run 3 replicas",
  target: { __typename: "Commit", id: commit.id, sha: commit.sha, repository: commit.repository },
};

const path = "/o/acme/commits/cyber-dojo/runner@16d9990ad23a40eecaf087abac2a58a2d2a4b3f4";

test("a SHA leads to its commit first, once", () => {
  const choices = choicesOf("acme", [artifact, itself], "16d9990");
  expect(choices.map((c) => [c.kind, c.path])).toEqual([
    ["Commit", path],
    ["Artifact", "/o/acme/artifacts/runner@9af401c"],
  ]);
  expect(choices[0]?.what).toBe(itself.summary);
});

test("the name of an artifact leads to its commit, and to itself", () => {
  const choices = choicesOf("acme", [artifact], "cyberdojo/runner:16d9990");
  expect(choices.map((c) => c.kind)).toEqual(["Commit", "Artifact"]);
  expect(choices[0]?.what).toBe("16d9990 ecs: run 3 replicas, of cyberdojo/runner:16d9990");
});

test("an artifact whose commit is not known leads to itself", () => {
  const target = { ...artifact.target, commit: null } as Match["target"];
  expect(choicesOf("acme", [{ ...artifact, target }], "x").map((c) => c.kind)).toEqual(["Artifact"]);
});

test("what fits several things shows them all, in the order of the server", () => {
  const environment = (name: string): Match => ({
    kind: "ENVIRONMENT",
    matchedBy: "NAME",
    matched: name,
    summary: name,
    target: { __typename: "Environment", id: name, name },
  });
  const choices = choicesOf("acme", [environment("aws-prod"), environment("aws-beta")], "aws");
  expect(choices.map((c) => c.what)).toEqual(["aws-prod", "aws-beta"]);
});

test("what is not known can be looked up as a reference", () => {
  expect(choicesOf("acme", [], "main")).toMatchObject([{ path: "/o/acme/commits/main" }]);
  expect(choicesOf("acme", [], "")).toEqual([]);
});
