import {
  createContext,
  type ReactNode,
  useContext,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import { type Client, useClient } from "urql";
import { HappenedDocument, type HappenedSubscription, PositionDocument } from "../generated/graphql";

export type Happening = HappenedSubscription["events"];

/** What is told to who listens: an event, or that some may have been missed. */
export type Told = { event: Happening } | { missed: true };

export type LiveState = "connecting" | "live" | "away";

interface Live {
  state: LiveState;
  listen: (listener: (told: Told) => void) => () => void;
}

const Context = createContext<Live | null>(null);

/** How long a page may be hidden before its stream is given up, and read anew when it is seen again. */
const hiddenAtMost = 60_000;
const retryFirst = 500;
const retryMost = 15_000;

/** Asks where the log of an organization ends, before anybody needs it. */
export function prepareLive(client: Client, organization: string): void {
  void client.query(PositionDocument, { organization }).toPromise();
}

/**
 * Follows the events of an organization over one stream, for all that is shown. It comes
 * back by itself, and goes on where it was. A page that nobody sees holds no stream:
 * over HTTP/1.1 a browser opens six connections to a server, and no more.
 */
export function LiveProvider({ organization, children }: { organization: string; children: ReactNode }) {
  const client = useClient();
  const [state, setState] = useState<LiveState>("connecting");
  const listeners = useRef(new Set<(told: Told) => void>());

  const [begun, setBegun] = useState(false);

  // Before anything is painted: everything else waits for where the log ends.
  useLayoutEffect(() => {
    const tell = (told: Told) => {
      for (const listener of listeners.current) listener(told);
    };
    let position: string | null = null;
    let ended = false;
    let wait = retryFirst;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let stop: (() => void) | undefined;

    /** Finds out where the log ends. What is asked after that, and then heard, has no gap. */
    async function begin(policy: "cache-first" | "network-only") {
      if (position === null) {
        const answer = await client.query(PositionDocument, { organization }, { requestPolicy: policy });
        if (ended) return;
        position = answer.data?.organization?.position ?? null;
        setBegun(true);
        if (position === null) return again();
        if (policy === "network-only") tell({ missed: true });
      }
      follow();
    }

    function follow() {
      setState("live");
      const subscription = client
        .subscription(HappenedDocument, { organization, after: position })
        .subscribe((result) => {
          if (result.data) {
            position = result.data.events.position;
            wait = retryFirst;
            tell({ event: result.data.events });
          }
          if (result.error || !result.hasNext) again();
        });
      stop = () => subscription.unsubscribe();
    }

    function again() {
      stop?.();
      stop = undefined;
      if (ended || timer) return;
      setState("away");
      timer = setTimeout(() => {
        timer = undefined;
        void begin("network-only");
      }, wait);
      wait = Math.min(wait * 2, retryMost);
    }

    let hiding: ReturnType<typeof setTimeout> | undefined;
    function onVisibility() {
      clearTimeout(hiding);
      if (document.hidden) {
        hiding = setTimeout(() => {
          stop?.();
          stop = undefined;
          position = null;
          setState("away");
        }, hiddenAtMost);
      } else if (!stop && !timer) {
        void begin("network-only");
      }
    }

    void begin("cache-first");
    document.addEventListener("visibilitychange", onVisibility);
    return () => {
      ended = true;
      stop?.();
      clearTimeout(timer);
      clearTimeout(hiding);
      document.removeEventListener("visibilitychange", onVisibility);
    };
  }, [client, organization]);

  const live = useMemo<Live>(
    () => ({
      state,
      listen(listener) {
        listeners.current.add(listener);
        return () => listeners.current.delete(listener);
      },
    }),
    [state],
  );
  return <Context value={live}>{begun && children}</Context>;
}

export function useLiveState(): LiveState {
  return useContext(Context)?.state ?? "connecting";
}

/** Calls back with each event that is told, while the caller is shown. */
export function useLive(listener: (told: Told) => void): void {
  const live = useContext(Context);
  const newest = useRef(listener);
  newest.current = listener;
  const listen = live?.listen;
  useEffect(() => listen?.((told) => newest.current(told)), [listen]);
}
