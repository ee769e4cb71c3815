import { useSyncExternalStore } from "react";

// One clock for all times that are shown, so that they change together.

let now = new Date();
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

function tick() {
  now = new Date();
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(tick, 15_000);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  };
}

function read(): Date {
  if (Date.now() - now.getTime() > 15_000) now = new Date();
  return now;
}

/** The time, a few seconds old at most. */
export function useNow(): Date {
  return useSyncExternalStore(subscribe, read);
}
