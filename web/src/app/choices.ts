import { exactRef, pathsOf } from "../api/paths";
import type { SearchQuery } from "../generated/graphql";
import { sentence, words } from "../parts/words";

export type Match = NonNullable<SearchQuery["organization"]>["search"]["nodes"][number];

/** Something to go to. */
export interface Choice {
  key: string;
  kind: string;
  what: string;
  path: string;
}

/**
 * Where what was typed may lead, the best first. The question is mostly where a commit is: so
 * before an artifact stands the commit that it was built from. If nothing fits, what was
 * typed can still be looked up as a reference, such as a branch.
 */
export function choicesOf(organization: string, matches: readonly Match[], text: string): Choice[] {
  const choices = new Map<string, Choice>();
  const add = (key: string, kind: string, what: string, path: string) => {
    if (!choices.has(key)) choices.set(key, { key, kind, what, path });
  };
  const to = pathsOf(organization);
  for (const { target, kind, summary, matched } of matches) {
    const commit = target.__typename === "Artifact" ? target.commit : null;
    if (commit) {
      const known = matches.find((m) => m.target.__typename === "Commit" && m.target.id === commit.id);
      const what = known?.summary ?? `${commit.shortSha} ${commit.subject}, of ${matched}`;
      add(commit.id, "Commit", what, to.commit(exactRef(commit.repository.name, commit.sha)));
    }
    const key = "id" in target ? target.id : `${kind} ${matched}`;
    add(
      key,
      sentence(words(kind === "RUNNING_ARTIFACT" ? "RUNNING" : kind)),
      summary,
      pathOf(organization, target),
    );
  }
  if (text !== "" && choices.size === 0) {
    add(
      "commit",
      "Commit",
      `Nothing is known by “${text}”. Look it up as a reference to a commit`,
      to.commit(text),
    );
  }
  return [...choices.values()];
}

function pathOf(organization: string, target: Match["target"]): string {
  const to = pathsOf(organization);
  switch (target.__typename) {
    case "Artifact":
      return to.artifact(target.ref);
    case "Commit":
      return to.commit(exactRef(target.repository.name, target.sha));
    case "Environment":
      return to.environment(target.name);
    case "Flow":
      return to.flow(target.name);
    case "PullRequest":
      return to.commit(`${target.repository.name}#${target.number}`);
    case "Repository":
      return `${to.commits}?repository=${encodeURIComponent(target.name)}`;
    case "RunningArtifact":
      return to.environment(target.snapshot.environment.name, { snapshot: target.snapshot.number });
  }
}
