import type { CommitRelation } from "../../generated/graphql";
import type { Tone } from "../../parts/badge";
import { count } from "../../parts/words";

interface Range {
  relation: CommitRelation;
  reason: string | null;
  ahead: number | null;
  behind: number | null;
}

/** What a change of version does to a flow, in a word and in a sentence. */
export function changeOf(
  range: Range,
  before: boolean,
  after: boolean,
): { word: string; tone: Tone; sentence: string } {
  if (!before) return { word: "New here", tone: "info", sentence: "Nothing of it ran before." };
  if (!after) return { word: "Gone", tone: "bad", sentence: "Nothing of it runs any more." };
  const brings = count(range.ahead ?? 0, "commit");
  const takes = count(range.behind ?? 0, "commit");
  switch (range.relation) {
    case "SAME":
      return { word: "Same commit", tone: "quiet", sentence: "Another build of the same commit." };
    case "AHEAD":
      return { word: "Ahead", tone: "good", sentence: `It brings ${brings}.` };
    case "BEHIND":
      return { word: "Back", tone: "warn", sentence: `It goes back by ${takes}.` };
    case "DIVERGED":
      return {
        word: "Another branch",
        tone: "warn",
        sentence: `It brings ${brings}, and takes ${takes} away.`,
      };
    case "UNKNOWN":
      return {
        word: "Not known",
        tone: "quiet",
        sentence: range.reason ?? "What lies between the two is not known.",
      };
  }
}

/** What changed of something that is in both snapshots. */
export function scalingOf(
  from: { replicas: number; names: string[] },
  to: { replicas: number; names: string[] },
): { replicas: string | null; gained: string[]; lost: string[] } {
  return {
    replicas: from.replicas === to.replicas ? null : `${from.replicas} → ${count(to.replicas, "replica")}`,
    gained: to.names.filter((name) => !from.names.includes(name)),
    lost: from.names.filter((name) => !to.names.includes(name)),
  };
}

/** Whether a reference stays with one snapshot whatever happens: `aws-prod#64`. */
export function isFixed(ref: string): boolean {
  return /#\d+$/.test(ref.trim());
}
