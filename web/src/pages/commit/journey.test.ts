import { describe, expect, test } from "vitest";
import type { CommitArtifactFragment, CommitPlaceFragment } from "../../generated/graphql";
import { arrivedAt, asOf, type Build, between, journeysOf } from "./journey";

// The story of runner:16d9990, in UTC.
const build: Build = {
  id: "build_1",
  workflow: "CI",
  attempt: 1,
  url: "https://github.com/cyber-dojo/runner/actions/runs/2902808452",
  state: "SUCCEEDED",
  startedAt: "2022-08-22T09:32:31Z",
  finishedAt: "2022-08-22T09:38:43Z",
};

function deployment(number: number, environment: string, createdAt: string) {
  return { id: `deployment_${number}`, number, createdAt, url: null, environment: { name: environment } };
}

const artifact: CommitArtifactFragment = {
  id: "artifact_1",
  ref: "runner@9af401c",
  name: "cyberdojo/runner:16d9990",
  fingerprint: "9af401c",
  createdAt: "2022-08-22T09:35:00Z",
  state: "COMPLIANT",
  flow: { name: "runner" },
  build: { id: "build_1" },
  buildUrl: null,
  requirements: [{ name: "branch-coverage", state: "MET" }],
  attestations: {
    nodes: [
      {
        id: "a",
        name: "branch-coverage",
        compliant: true,
        at: "2022-08-22T09:36:02Z",
        url: null,
        description: "",
      },
    ],
  },
  deployments: {
    nodes: [
      deployment(20, "aws-beta", "2022-08-23T10:00:00Z"),
      deployment(19, "aws-prod", "2022-08-22T09:38:21Z"),
      deployment(18, "aws-beta", "2022-08-22T09:37:17Z"),
    ],
  },
};

function running(environment: string, firstAt: string): CommitPlaceFragment {
  return {
    __typename: "CommitRunning",
    state: "RUNNING",
    at: "2022-08-24T00:00:00Z",
    summary: "",
    flow: { name: "runner" },
    environment: { id: environment, name: environment },
    snapshot: { number: 65 },
    became: null,
    cherryPick: null,
    running: null,
    since: firstAt,
    firstAt,
  };
}

function unknown(environment: string): CommitPlaceFragment {
  return {
    __typename: "CommitUnknown",
    state: "UNKNOWN",
    at: "2022-08-24T00:00:00Z",
    summary: "",
    flow: null,
    environment: { id: environment, name: environment },
    snapshot: null,
    became: null,
    cherryPick: null,
    running: null,
    reason: "NO_FLOW",
    remedy: "",
  };
}

const commit = {
  builds: { nodes: [build] },
  artifacts: { nodes: [artifact], pageInfo: { hasNextPage: false } },
  whereabouts: {
    nodes: [running("aws-beta", "2022-08-22T09:38:28Z"), running("aws-prod", "2022-08-22T09:39:22Z")],
    pageInfo: { hasNextPage: false },
  },
};

describe("the way of a commit", () => {
  test("leads by its flow to each environment, with what first brought it there", () => {
    const [journey, ...others] = journeysOf(commit);
    expect(others).toEqual([]);
    expect(journey?.flow).toBe("runner");
    expect(journey?.build).toBe(build);
    expect(journey?.artifact).toBe(artifact);
    expect(journey?.arrivals.map((a) => [a.place.environment.name, a.deployment?.number])).toEqual([
      ["aws-beta", 18],
      ["aws-prod", 19],
    ]);
  });

  test("is there for each flow, also for one that has built nothing of it yet", () => {
    const place = { ...running("aws-beta", "2022-08-22T09:38:28Z"), flow: { name: "differ" } };
    const both = {
      ...commit,
      whereabouts: { ...commit.whereabouts, nodes: [place, ...commit.whereabouts.nodes] },
    };
    const journeys = journeysOf(both);
    expect(journeys.map((j) => [j.flow, j.artifact?.name ?? null, j.arrivals.length])).toEqual([
      ["differ", null, 1],
      ["runner", "cyberdojo/runner:16d9990", 2],
    ]);
  });

  test("is there if no flow counts, and nothing is reported", () => {
    const nothing = { builds: { nodes: [] }, artifacts: { ...commit.artifacts, nodes: [] } };
    expect(journeysOf({ ...nothing, whereabouts: { ...commit.whereabouts, nodes: [] } })).toEqual([
      { flow: null, build: null, artifact: null, arrivals: [] },
    ]);
    const lost = { ...commit.whereabouts, nodes: [unknown("aws-beta")] };
    expect(journeysOf({ ...nothing, whereabouts: lost })).toMatchObject([
      { flow: null, arrivals: [{ deployment: null }] },
    ]);
  });
});

describe("as of a moment", () => {
  test("what came later is not there yet", () => {
    const then = asOf(commit, "2022-08-22T09:35:30Z");
    expect(then.builds.nodes).toEqual([{ ...build, state: "RUNNING", finishedAt: null }]);
    expect(then.artifacts.nodes[0]).toMatchObject({
      state: "INCOMPLETE",
      requirements: [{ name: "branch-coverage", state: "MISSING" }],
      attestations: { nodes: [] },
      deployments: { nodes: [] },
    });
    expect(asOf(commit, "2022-08-22T09:34:59Z").artifacts.nodes).toEqual([]);
    expect(asOf(commit, "2022-08-22T09:32:00Z").builds.nodes).toEqual([]);
  });

  test("a moment counts itself", () => {
    const then = asOf(commit, "2022-08-22T11:37:17+02:00");
    expect(then.artifacts.nodes[0]?.deployments.nodes.map((d) => d.number)).toEqual([18]);
    expect(then.artifacts.nodes[0]?.state).toBe("COMPLIANT");
  });

  test("evidence that does not hold counts as the newest of its name", () => {
    const failed = {
      ...artifact.attestations.nodes[0],
      id: "b",
      compliant: false,
      at: "2022-08-22T09:37:00Z",
    };
    const nodes = [failed, ...artifact.attestations.nodes] as CommitArtifactFragment["attestations"]["nodes"];
    const worse = {
      ...commit,
      artifacts: { ...commit.artifacts, nodes: [{ ...artifact, attestations: { nodes } }] },
    };
    expect(asOf(worse, "2022-08-22T10:00:00Z").artifacts.nodes[0]?.state).toBe("NON_COMPLIANT");
    expect(asOf(worse, "2022-08-22T09:36:30Z").artifacts.nodes[0]?.state).toBe("COMPLIANT");
  });

  test("now is as it is", () => {
    expect(asOf(commit, null)).toBe(commit);
  });
});

test("times between", () => {
  expect(between(artifact.createdAt, "2022-08-22T09:36:02Z")).toBe(62);
  expect(between("2022-08-22T09:36:02Z", artifact.createdAt)).toBeNull();
  expect(between(null, artifact.createdAt)).toBeNull();
  expect(arrivedAt(running("aws-beta", "2022-08-22T09:38:28Z"))).toBe("2022-08-22T09:38:28Z");
  expect(arrivedAt(unknown("aws-beta"))).toBeNull();
});
