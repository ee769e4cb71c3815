import type { TypedDocumentNode } from "@graphql-typed-document-node/core";
import { useEffect, useRef } from "react";
import { type AnyVariables, useClient } from "urql";

/** How long a page may be hidden before its stream is given up. */
const hiddenAtMost = 60_000;
const retryFirst = 1000;
const retryMost = 30_000;

/**
 * Follows something that cannot be resumed, while it is shown and somebody looks. When the
 * stream begins again, `missed` is called: what happened meanwhile has to be asked for.
 */
export function useStream<Data, Variables extends AnyVariables>(
  subscription: TypedDocumentNode<Data, Variables>,
  variables: Variables,
  listener: { told: (data: Data) => void; missed: () => void },
  options: { pause?: boolean } = {},
): void {
  const client = useClient();
  const newest = useRef({ listener, variables });
  newest.current = { listener, variables };
  const key = JSON.stringify(variables);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key stands for the variables.
  useEffect(() => {
    if (options.pause) return;
    let stop: (() => void) | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let hiding: ReturnType<typeof setTimeout> | undefined;
    let wait = retryFirst;
    let broken = false;

    function begin() {
      timer = undefined;
      if (broken) newest.current.listener.missed();
      broken = false;
      const following = client.subscription(subscription, newest.current.variables).subscribe((result) => {
        if (result.data) {
          wait = retryFirst;
          newest.current.listener.told(result.data);
        }
        if (result.error || !result.hasNext) again();
      });
      stop = () => following.unsubscribe();
    }
    function end() {
      stop?.();
      stop = undefined;
      broken = true;
    }
    function again() {
      if (timer) return;
      end();
      timer = setTimeout(begin, wait);
      wait = Math.min(wait * 2, retryMost);
    }
    function onVisibility() {
      clearTimeout(hiding);
      if (document.hidden) hiding = setTimeout(end, hiddenAtMost);
      else if (!stop && !timer) begin();
    }

    begin();
    document.addEventListener("visibilitychange", onVisibility);
    return () => {
      stop?.();
      clearTimeout(timer);
      clearTimeout(hiding);
      document.removeEventListener("visibilitychange", onVisibility);
    };
  }, [client, subscription, key, options.pause]);
}
