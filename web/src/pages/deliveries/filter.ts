import type { DeliveryFilter, DeliverySource, DeliveryState } from "../../generated/graphql";
import type { Tone } from "../../parts/badge";
import type { IconName } from "../../parts/icon";

/** What deliveries come from, as people call it. */
export const sources: Record<DeliverySource, string> = {
  GITHUB: "GitHub",
  GITLAB: "GitLab",
  GITEA: "Gitea, Forgejo",
  BITBUCKET: "Bitbucket",
  DOCKER_HUB: "Docker Hub",
  REPORT: "Agent's report",
};

/** What became of deliveries, as words and colours, and what that means. */
export const states: Record<DeliveryState, { word: string; tone: Tone; icon?: IconName; meaning: string }> = {
  APPLIED: { word: "Applied", tone: "good", meaning: "Done. What it said is known." },
  IGNORED: { word: "Ignored", tone: "quiet", meaning: "Understood, and of no use here." },
  WAITING: {
    word: "Waiting",
    tone: "warn",
    icon: "clock",
    meaning: "Kept, and tried again by itself, each time after twice as long, up to six hours.",
  },
  FAILED: {
    word: "Failed",
    tone: "bad",
    icon: "warn",
    meaning: "It could not be applied, and is not tried again until somebody replays it.",
  },
  STALE: {
    word: "Stale",
    tone: "quiet",
    meaning: "An agent's report that came too late to change anything.",
  },
};

/** What is asked for, as the address says it. */
export interface Choice {
  source: DeliverySource | null;
  state: DeliveryState | null;
  event: string;
  repository: string;
}

/** Reads an address. What means nothing there is left out. */
export function choiceOf(search: URLSearchParams): Choice {
  return {
    source: sourceOf(search.get("source")),
    state: oneOf(states, search.get("state")),
    event: search.get("event")?.trim() ?? "",
    repository: search.get("repository")?.trim() ?? "",
  };
}

/** A source by how an address or a webhook has it: `docker_hub`, `docker-hub`. */
export function sourceOf(slug: string | null | undefined): DeliverySource | null {
  return oneOf(sources, slug);
}

function oneOf<Key extends string>(known: Record<Key, unknown>, text: string | null | undefined): Key | null {
  const key = (text ?? "").trim().toUpperCase().replaceAll("-", "_");
  return Object.hasOwn(known, key) ? (key as Key) : null;
}

/** The question to the API; undefined for all deliveries. */
export function filterOf(choice: Choice): DeliveryFilter | undefined {
  const filter: DeliveryFilter = {};
  if (choice.source) filter.sources = [choice.source];
  if (choice.state) filter.states = [choice.state];
  if (choice.event) filter.events = [choice.event];
  if (choice.repository) filter.repository = choice.repository;
  return Object.keys(filter).length > 0 ? filter : undefined;
}

/**
 * A list in which a delivery is as it is now: it takes its place, or leaves if it does not
 * fit any more. What is new comes first. `whole` says that the list does not go on.
 */
export function withDelivery<D extends { id: string; state: DeliveryState; receivedAt: string }>(
  list: D[],
  told: D,
  state: DeliveryState | null,
  whole: boolean,
): D[] {
  const fits = state === null || told.state === state;
  const at = list.findIndex((d) => d.id === told.id);
  if (at >= 0) return fits ? list.with(at, told) : list.toSpliced(at, 1);
  if (!fits) return list;
  const place = list.findIndex((d) => d.receivedAt <= told.receivedAt);
  // What is older than all that was read may be on a page that was not.
  if (place < 0) return whole ? [...list, told] : list;
  return list.toSpliced(place, 0, told);
}
