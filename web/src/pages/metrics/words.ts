import type { DeliveryStage, MetricsExclusionReason, MetricsStep } from "../../generated/graphql";
import { lasting } from "../../parts/words";

/** How often, from how many a day: `2.1 a day`, `2 a week`, `one in 3 weeks`. */
export function often(perDay: number): string {
  if (perDay === 0) return "none";
  if (perDay >= 1) return `${short(perDay)} a day`;
  if (perDay * 7 >= 1) return `${short(perDay * 7)} a week`;
  if (perDay * 30.44 >= 1) return `${short(perDay * 30.44)} a month`;
  return `one in ${short(1 / perDay / 30.44)} months`;
}

function short(n: number): string {
  return (n < 10 ? Math.round(n * 10) / 10 : Math.round(n)).toLocaleString("en-GB");
}

/** A share of all: `12.5 %`. */
export function percent(share: number): string {
  return `${(Math.round(share * 1000) / 10).toLocaleString("en-GB")} %`;
}

/** A duration that may not be there, which is not the same as 0. */
export function duration(figures: { medianSeconds: number } | null): string {
  return figures ? lasting(figures.medianSeconds) : "none measured";
}

export const stages: Record<DeliveryStage, string> = {
  COMMIT_TO_BUILD: "Commit to build",
  BUILD_TO_ARTIFACT: "Build to artifact",
  ARTIFACT_TO_DEPLOYMENT: "Artifact to deployment",
  DEPLOYMENT_TO_RUNNING: "Deployment to running",
};

/** Why changes are left out, and of what. */
export const exclusions: Record<MetricsExclusionReason, { word: string; meaning: string }> = {
  FIRST_DEPLOYMENT: {
    word: "First of its flow",
    meaning: "the first of its flow there, so that there is nothing to compare it with: it is in no figure",
  },
  UNKNOWN_COMMIT: {
    word: "Commit not known",
    meaning:
      "its commit is not known, or that of what it replaced or what took its place: it is left out of lead times, or of what failed, or of both",
  },
  ANCESTRY_INCOMPLETE: {
    word: "History has a hole",
    meaning:
      "what is hidden in a hole of the history could matter: it is left out of lead times, or of what failed, or of both. Run landfall report commits in a whole checkout",
  },
};

/** The name of a step, for an axis and for reading. Steps are cut in UTC. */
export function stepName(from: string, to: string, step: MetricsStep): { short: string; long: string } {
  const first = new Date(from);
  const last = new Date(Math.max(first.getTime(), new Date(to).getTime() - 1));
  const say = (at: Date, options: Intl.DateTimeFormatOptions) =>
    at.toLocaleDateString("en-GB", { timeZone: "UTC", ...options });
  const day = { day: "numeric", month: "short" } as const;
  const whole = { ...day, year: "numeric" } as const;
  const short = step === "MONTH" ? say(first, { month: "short", year: "2-digit" }) : say(first, day);
  const sameDay = first.toISOString().slice(0, 10) === last.toISOString().slice(0, 10);
  const sameYear = first.getUTCFullYear() === last.getUTCFullYear();
  return {
    short,
    long: sameDay ? say(first, whole) : `${say(first, sameYear ? day : whole)} to ${say(last, whole)}`,
  };
}
