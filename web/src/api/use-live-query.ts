import type { TypedDocumentNode } from "@graphql-typed-document-node/core";
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { type AnyVariables, type CombinedError, createRequest, useClient } from "urql";
import { type Happening, useLive } from "./live";

/** How close after each other a question is asked again, however much happens. */
const rest = 400;

export interface Answer<Data> {
  /** The newest answer; while another is on its way, the one before it. */
  data: Data | undefined;
  error: CombinedError | undefined;
  /** True while there is no answer to this very question yet. */
  fetching: boolean;
  /** Asks again. */
  refresh: () => void;
}

interface Known<Data> {
  /** The question that was answered last. */
  key: number;
  data: Data | undefined;
  error: CombinedError | undefined;
}

/**
 * Asks the API, and again whenever something happens that `concerns` the answer, or when
 * it may have been missed.
 */
export function useLiveQuery<Data, Variables extends AnyVariables>(
  query: TypedDocumentNode<Data, Variables>,
  variables: Variables,
  options: { concerns?: (event: Happening) => boolean; pause?: boolean } = {},
): Answer<Data> {
  const client = useClient();
  const { key } = createRequest(query, variables);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key stands for the variables.
  const request = useMemo(() => createRequest(query, variables), [key]);
  const [turn, setTurn] = useState(0);
  const [known, setKnown] = useState<Known<Data>>();
  const asked = useRef<number>(undefined);
  const pause = options.pause ?? false;
  // Before anything is painted: the answer is on its way meanwhile.
  // biome-ignore lint/correctness/useExhaustiveDependencies: with each turn the same is asked again.
  useLayoutEffect(() => {
    if (pause) return;
    const again = asked.current === request.key;
    asked.current = request.key;
    const { unsubscribe } = client
      .executeQuery(request, { requestPolicy: again ? "network-only" : "cache-and-network" })
      .subscribe(({ data, error }) =>
        setKnown((before) => ({
          key: request.key,
          // What was there stays where it cannot be read again.
          data: data ?? (before?.key === request.key ? before.data : undefined),
          error,
        })),
      );
    return unsubscribe;
  }, [client, request, turn, pause]);
  const refresh = useCallback(() => setTurn((n) => n + 1), []);
  const later = useThrottled(refresh);
  useLive((told) => {
    if (pause || !options.concerns) return;
    if ("missed" in told || options.concerns(told.event)) later();
  });
  return { data: known?.data, error: known?.error, fetching: known?.key !== request.key, refresh };
}

/** A function that is called at once, and then not again before a pause is over. */
export function useThrottled(call: () => void): () => void {
  const newest = useRef(call);
  newest.current = call;
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const waiting = useRef(false);
  useEffect(() => () => clearTimeout(timer.current), []);
  return useCallback(() => {
    if (timer.current) {
      waiting.current = true;
      return;
    }
    const tick = () => {
      timer.current = undefined;
      if (waiting.current) {
        waiting.current = false;
        newest.current();
        timer.current = setTimeout(tick, rest);
      }
    };
    newest.current();
    timer.current = setTimeout(tick, rest);
  }, []);
}
