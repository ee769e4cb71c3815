import { Caller, fingerprint, sha } from "./api";

export const flows = 500;
export const environments = 20;
export const snapshots = 10_000;
const commits = 100;

/** Names with leading zeros, so that they stand in their order. */
export const flowName = (i: number) => `service-${String(i).padStart(3, "0")}`;
export const environmentName = (i: number) => `region-${String(i).padStart(2, "0")}`;
export const busy = "busy";

/** The commit that a version of a flow was built from. */
const commitOf = (flow: number, version: number) => (flow % (commits - 10)) + version;

function version(flow: number, number: number) {
  const commit = sha(`large ${commitOf(flow, number)}`);
  return {
    name: `acme/${flowName(flow)}:${commit.slice(0, 7)}`,
    fingerprint: fingerprint(`${flow} ${number}`),
    replicas: 1,
  };
}

/**
 * Fills an organization with many flows in many environments, the later ones of which are
 * some commits behind, and an environment with many snapshots.
 */
export async function fillLarge(
  url: string,
  { organization, token }: { organization: string; token: string },
): Promise<void> {
  const caller = new Caller(url, organization, token);
  await caller.ask(`mutation ($input: ReportCommitsInput!) { reportCommits(input: $input) { added } }`, {
    input: { organization, repository: "acme/mono", commits: history() },
  });
  const places = [busy, ...Array.from({ length: environments }, (_, i) => environmentName(i))];
  await caller.ask(
    mutations(
      places.map(
        (name) =>
          `createEnvironment(input: {organization: "${organization}", name: "${name}", type: DOCKER, silentAfterSeconds: 0}) { created }`,
      ),
    ),
  );
  for (let from = 0; from < flows; from += 50) {
    const some = Array.from({ length: 50 }, (_, i) => from + i);
    await caller.ask(
      mutations(
        some.map(
          (i) =>
            `createFlow(input: {organization: "${organization}", name: "${flowName(i)}", description: "Service number ${i}", repository: "acme/mono"}) { created }`,
        ),
      ),
    );
    await caller.ask(
      mutations(some.flatMap((i) => [0, 3].map((number) => artifact(organization, i, number)))),
    );
  }
  await Promise.all([
    ...Array.from({ length: environments }, (_, e) =>
      caller.report(
        environmentName(e),
        Array.from({ length: flows }, (_, i) => version(i, e < 10 ? 3 : 0)),
      ),
    ),
    beBusy(caller),
  ]);
}

function history() {
  return Array.from({ length: commits }, (_, i) => ({
    sha: sha(`large ${i}`),
    parents: i === 0 ? [] : [sha(`large ${i - 1}`)],
    subject: `Change number ${i}`,
    committedAt: new Date(Date.UTC(2026, 0, 1, 0, i)).toISOString(),
  }));
}

function artifact(organization: string, flow: number, number: number): string {
  const { name, fingerprint: digest } = version(flow, number);
  const commit = sha(`large ${commitOf(flow, number)}`);
  return `reportArtifact(input: {organization: "${organization}", flow: "${flowName(flow)}", name: "${name}", fingerprint: "${digest}", commit: "${commit}", at: "2026-01-02T00:00:00Z"}) { created }`;
}

function mutations(fields: string[]): string {
  return `mutation { ${fields.map((field, i) => `m${i}: ${field}`).join(" ")} }`;
}

/** One environment of which something changes every minute: new versions, overlaps and scaling. */
async function beBusy(caller: Caller): Promise<void> {
  const start = Date.UTC(2026, 0, 10);
  for (let i = 0; i < snapshots; i++) {
    const turn = Math.floor(i / 4);
    const current = version(turn % 7, turn % 2 === 0 ? 0 : 3);
    const next = version(turn % 7, turn % 2 === 0 ? 3 : 0);
    const phase = i % 4;
    const running = [
      { ...current, replicas: 1 + (turn % 3) + (phase === 1 ? 1 : 0) },
      ...(phase === 2 ? [next] : []),
      ...(phase === 3 ? [{ ...next, replicas: 2 }] : []),
      { ...version(9, 0), replicas: 1 + (i % 2) },
    ];
    await caller.report(busy, running, new Date(start + i * 60_000));
  }
}
