import { useCallback, useEffect, useRef, useState } from "react";
import { useLocation, useSearchParams } from "react-router";

export type View = "running" | "log" | "snapshots" | "expectations";

export const views: Record<View, string> = {
  running: "What runs",
  log: "Log",
  snapshots: "Snapshots",
  expectations: "Expectations",
};

/** Which snapshot is looked at: one by number, the one of a moment, or whichever is newest. */
export type Chosen = { number: number } | { at: string } | "newest";

/** How long a scrub has to rest before it is in the address, and asked for. */
const rest = 120;

export interface Place {
  chosen: Chosen;
  view: View;
  /** The number that is being scrubbed to, at once; null if none is. */
  scrubbed: number | null;
  scrub: (number: number | null) => void;
  show: (chosen: Chosen) => void;
  look: (view: View) => void;
}

/** The place within the page of an environment, which is all in its address. */
export function usePlace(): Place {
  const [search, setSearch] = useSearchParams();
  const [scrubbed, setScrubbed] = useState<number | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const { key } = useLocation();
  // biome-ignore lint/correctness/useExhaustiveDependencies: a scrub is over once its address is there, and not before.
  useEffect(() => {
    if (timer.current === undefined) setScrubbed(null);
  }, [key]);

  const set = useCallback(
    (change: Record<string, string | null>, replace: boolean) =>
      setSearch(
        (before) => {
          const after = new URLSearchParams(before);
          for (const [name, value] of Object.entries(change)) {
            if (value === null) after.delete(name);
            else after.set(name, value);
          }
          return after;
        },
        { replace, preventScrollReset: true },
      ),
    [setSearch],
  );
  const show = useCallback(
    (chosen: Chosen, replace = false) => {
      clearTimeout(timer.current);
      timer.current = undefined;
      const number = chosen !== "newest" && "number" in chosen ? String(chosen.number) : null;
      const at = chosen !== "newest" && "at" in chosen ? chosen.at : null;
      set({ snapshot: number, at }, replace);
    },
    [set],
  );
  const scrub = useCallback(
    (number: number | null) => {
      clearTimeout(timer.current);
      timer.current = undefined;
      setScrubbed(number);
      if (number !== null) timer.current = setTimeout(() => show({ number }, true), rest);
    },
    [show],
  );
  return {
    chosen: chosenIn(search),
    view: viewIn(search),
    scrubbed,
    scrub,
    show,
    look: (view) => set({ view: view === "running" ? null : view }, false),
  };
}

export function chosenIn(search: URLSearchParams): Chosen {
  const number = Number(search.get("snapshot"));
  if (Number.isInteger(number) && number > 0) return { number };
  const at = search.get("at");
  return at ? { at } : "newest";
}

function viewIn(search: URLSearchParams): View {
  const view = search.get("view") ?? "";
  return view in views ? (view as View) : "running";
}

/** The reference to the snapshot that is chosen, as the API has it. */
export function refOf(environment: string, chosen: Chosen): string {
  if (chosen === "newest") return environment;
  return "number" in chosen ? `${environment}#${chosen.number}` : `${environment}@{${chosen.at}}`;
}
