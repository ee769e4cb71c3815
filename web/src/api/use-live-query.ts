import type { TypedDocumentNode } from "@graphql-typed-document-node/core";
import { useCallback, useEffect, useRef } from "react";
import { type AnyVariables, type CombinedError, useQuery } from "urql";
import { type Happening, useLive } from "./live";

/** How close after each other a question is asked again, however much happens. */
const pause = 400;

export interface Answer<Data> {
  /** The newest answer; while another is on its way, the one before it. */
  data: Data | undefined;
  error: CombinedError | undefined;
  /** True while there is no answer to this very question yet. */
  fetching: boolean;
  /** Asks again. */
  refresh: () => void;
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
  const [result, execute] = useQuery({ query, variables, pause: options.pause ?? false });
  const refresh = useCallback(() => execute({ requestPolicy: "network-only" }), [execute]);
  const later = useThrottled(refresh);
  useLive((told) => {
    if (options.pause || !options.concerns) return;
    if ("missed" in told || options.concerns(told.event)) later();
  });
  return { data: result.data, error: result.error, fetching: result.fetching && !result.stale, refresh };
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
        timer.current = setTimeout(tick, pause);
      }
    };
    newest.current();
    timer.current = setTimeout(tick, pause);
  }, []);
}
