// The address of each page. What people would type stays readable: `#` and `%` have to be
// written otherwise in an address, `@`, `:` and `/` do not.

function part(text: string): string {
  return encodeURIComponent(text).replaceAll("%40", "@").replaceAll("%3A", ":").replaceAll("%2F", "/");
}

function query(values: Record<string, string | number | null | undefined>): string {
  const pairs = Object.entries(values).flatMap(([name, value]) =>
    value === null || value === undefined || value === "" ? [] : [`${name}=${part(String(value))}`],
  );
  return pairs.length > 0 ? `?${pairs.join("&")}` : "";
}

export interface EnvironmentPlace {
  snapshot?: number | null;
  at?: string | null;
  view?: string | null;
}

/** Addresses of the pages of an organization. */
export function pathsOf(organization: string) {
  const base = `/o/${part(organization)}`;
  return {
    home: base,
    commits: `${base}/commits`,
    /** `16d9990`, `cyber-dojo/runner@16d9990`, `#276`, `main`: see CommitRef of the API. */
    commit: (ref: string, at?: string) => `${base}/commits/${part(ref)}${query({ at })}`,
    flows: `${base}/flows`,
    flow: (name: string) => `${base}/flows/${part(name)}`,
    /** `runner:16d9990`, `runner@9af401c`: see ArtifactRef of the API. */
    artifact: (ref: string) => `${base}/artifacts/${part(ref)}`,
    environments: `${base}/environments`,
    environment: (name: string, place: EnvironmentPlace = {}) =>
      `${base}/environments/${part(name)}${query({ ...place })}`,
    diff: (from?: string, to?: string) => `${base}/diff${query({ from, to })}`,
    metrics: (choice: { flow?: string; environment?: string } = {}) => `${base}/metrics${query(choice)}`,
    deliveries: (filter: { source?: string; state?: string } = {}) => `${base}/deliveries${query(filter)}`,
    delivery: (source: string, id: string) => `${base}/deliveries/${source.toLowerCase()}/${part(id)}`,
    settings: (what = "webhooks") => `${base}/settings/${what}`,
  };
}

/** A reference to a commit that fits no other: with its repository. */
export function exactRef(repository: string, sha: string): string {
  return `${repository}@${sha}`;
}
