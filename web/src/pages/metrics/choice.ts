import type { MetricsStep } from "../../generated/graphql";

/** What is asked, as the address says it. */
export interface Choice {
  environment: string | null;
  flow: string | null;
  since: string;
  until: string;
  step: MetricsStep;
}

/** Stretches of time that are offered, by their beginning. */
export const times = {
  "30.days.ago": "The last 30 days",
  "90.days.ago": "The last 90 days",
  "365.days.ago": "The last year",
} as const;

export const steps: Record<MetricsStep, string> = { DAY: "Days", WEEK: "Weeks", MONTH: "Months" };

export function choiceOf(search: URLSearchParams): Choice {
  const given = (name: string) => search.get(name)?.trim() || null;
  const step = given("step")?.toUpperCase();
  return {
    environment: given("environment"),
    flow: given("flow"),
    since: given("since") ?? "90.days.ago",
    until: given("until") ?? "now",
    step: step && Object.hasOwn(steps, step) ? (step as MetricsStep) : "WEEK",
  };
}

/** The address of a choice: what is as it always is, is left out. */
export function searchOf(choice: Choice): URLSearchParams {
  const search = new URLSearchParams();
  if (choice.environment) search.set("environment", choice.environment);
  if (choice.flow) search.set("flow", choice.flow);
  if (choice.since !== "90.days.ago") search.set("since", choice.since);
  if (choice.until !== "now") search.set("until", choice.until);
  if (choice.step !== "WEEK") search.set("step", choice.step);
  return search;
}

/** Which of the times that are offered a choice is; `days` for own days, `other` for what only an address can say. */
export function timeOf({ since, until }: Choice): keyof typeof times | "days" | "other" {
  if (until === "now" && Object.hasOwn(times, since)) return since as keyof typeof times;
  return isDay(since) && (isDay(until) || until === "now") ? "days" : "other";
}

export function isDay(text: string): boolean {
  return /^\d{4}-\d\d-\d\d$/.test(text);
}

/** A day in UTC, as days are cut: `2022-08-24`. */
export function dayOf(at: Date): string {
  return at.toISOString().slice(0, 10);
}

/** The days up to a moment, and the one that it is in. */
export function daysUpTo(at: Date, days: number): { since: string; until: string } {
  const day = 86_400_000;
  return {
    since: dayOf(new Date(at.getTime() - days * day)),
    until: dayOf(new Date(at.getTime() + day)),
  };
}
