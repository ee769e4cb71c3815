import type {
  CommitArtifactFragment,
  CommitPlaceFragment,
  CommitWholeFragment,
} from "../../generated/graphql";

export type Build = CommitWholeFragment["builds"]["nodes"][number];
export type Deployment = CommitArtifactFragment["deployments"]["nodes"][number];

/** The way of a commit by one flow: what was made of it, and where that got to. */
export interface Journey {
  /** Name of the flow; null if no flow counts. */
  flow: string | null;
  build: Build | null;
  artifact: CommitArtifactFragment | null;
  arrivals: Arrival[];
}

/** The end of the way: one environment. */
export interface Arrival {
  place: CommitPlaceFragment;
  /** The announcement that brought it there, or is to bring it there. */
  deployment: Pick<Deployment, "number" | "createdAt" | "url"> | null;
}

/** What was known of the way of a commit at a moment: what came later is left out. */
export function asOf<C extends Pick<CommitWholeFragment, "builds" | "artifacts">>(
  commit: C,
  at: string | null,
): C {
  if (at === null) return commit;
  const moment = Date.parse(at);
  const there = (time: string | null) => time !== null && Date.parse(time) <= moment;
  const builds = commit.builds.nodes
    .filter((b) => there(b.startedAt))
    .map((b) => (there(b.finishedAt) ? b : { ...b, finishedAt: null, state: "RUNNING" as const }));
  const artifacts = commit.artifacts.nodes
    .filter((a) => there(a.createdAt))
    .map((a) => {
      const attestations = a.attestations.nodes.filter((e) => there(e.at));
      const requirements = a.requirements.map((r) => ({ ...r, state: requirementBy(r.name, attestations) }));
      return {
        ...a,
        requirements,
        state: complianceBy(requirements),
        attestations: { ...a.attestations, nodes: attestations },
        deployments: { ...a.deployments, nodes: a.deployments.nodes.filter((d) => there(d.createdAt)) },
      };
    });
  return {
    ...commit,
    builds: { ...commit.builds, nodes: builds },
    artifacts: { ...commit.artifacts, nodes: artifacts },
  };
}

type Evidence = CommitArtifactFragment["attestations"]["nodes"][number];
type Requirement = CommitArtifactFragment["requirements"][number];

/** The newest evidence of a name counts, and the list begins with the newest. */
function requirementBy(name: string, evidence: readonly Evidence[]): Requirement["state"] {
  const newest = evidence.find((e) => e.name === name);
  return newest === undefined ? "MISSING" : newest.compliant ? "MET" : "FAILED";
}

function complianceBy(requirements: readonly Requirement[]): CommitArtifactFragment["state"] {
  if (requirements.some((r) => r.state === "FAILED")) return "NON_COMPLIANT";
  return requirements.some((r) => r.state === "MISSING") ? "INCOMPLETE" : "COMPLIANT";
}

/** The ways of a commit, one for each flow, in the order of the flows' names. */
export function journeysOf(
  commit: Pick<CommitWholeFragment, "builds" | "artifacts" | "whereabouts">,
): Journey[] {
  const flows = new Map<string | null, CommitPlaceFragment[]>();
  for (const artifact of commit.artifacts.nodes) flows.set(artifact.flow.name, []);
  for (const place of commit.whereabouts.nodes) {
    const flow = place.flow?.name ?? null;
    flows.set(flow, [...(flows.get(flow) ?? []), place]);
  }
  if (flows.size === 0) flows.set(null, []);
  return [...flows.entries()]
    .sort(([a], [b]) => (a ?? "").localeCompare(b ?? ""))
    .map(([flow, places]) => {
      // Of several that were built from it, the first is what set out: it is the last in the list.
      const artifact = commit.artifacts.nodes.findLast((a) => a.flow.name === flow) ?? null;
      const build =
        commit.builds.nodes.find((b) => b.id === artifact?.build?.id) ?? commit.builds.nodes[0] ?? null;
      return {
        flow,
        build,
        artifact,
        arrivals: places.map((place) => ({ place, deployment: deploymentTo(place, artifact) })),
      };
    });
}

function deploymentTo(
  place: CommitPlaceFragment,
  artifact: CommitArtifactFragment | null,
): Arrival["deployment"] {
  if (place.__typename === "CommitNotYet" && place.deployment) return place.deployment;
  const own = (artifact?.deployments.nodes ?? []).filter(
    (d) => d.environment.name === place.environment.name,
  );
  return own.at(-1) ?? null; // the list begins with the newest, and the first is what brought it
}

/** When the commit first came to a place; null if it has not. */
export function arrivedAt(place: CommitPlaceFragment): string | null {
  return "firstAt" in place ? place.firstAt : null;
}

/** Seconds from one moment to a later one; null if one is missing or they are the other way round. */
export function between(from: string | null | undefined, to: string | null | undefined): number | null {
  if (!from || !to) return null;
  const seconds = (Date.parse(to) - Date.parse(from)) / 1000;
  return seconds >= 0 ? seconds : null;
}

/** When the newest evidence came; null if none did. */
export function provenAt(artifact: CommitArtifactFragment | null): string | null {
  return artifact?.attestations.nodes[0]?.at ?? null;
}
