import type { CommitPlaceFragment } from "../../generated/graphql";
import type { Tone } from "../../parts/badge";

/** A state of a commit as people say it, and how good it is. */
export const states: Record<CommitPlaceFragment["state"], { word: string; tone: Tone }> = {
  RUNNING: { word: "Running", tone: "good" },
  INCLUDED: { word: "Included", tone: "good" },
  NOT_YET: { word: "Not yet", tone: "warn" },
  GONE: { word: "Gone", tone: "bad" },
  UNKNOWN: { word: "Unknown", tone: "quiet" },
};
