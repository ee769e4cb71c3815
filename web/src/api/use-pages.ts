import type { TypedDocumentNode } from "@graphql-typed-document-node/core";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { type AnyVariables, type CombinedError, useClient } from "urql";
import type { Happening } from "./live";
import { useLiveQuery } from "./use-live-query";

interface Page<Node> {
  nodes: Node[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}

export interface Pages<Node, Data> {
  /** The newest answer to the question for the first page. */
  data: Data | undefined;
  nodes: Node[];
  fetching: boolean;
  error: CombinedError | undefined;
  /** Reads the next page; null if there is none. */
  more: (() => void) | null;
  loadingMore: boolean;
  refresh: () => void;
}

/**
 * A list, page after page. The first page is asked for again when something happens that
 * `concerns` it: what is new comes in front of what is there already, as in lists that begin
 * with the newest.
 */
export function usePages<Data, Variables extends AnyVariables & { after?: string | null }, Node>(
  query: TypedDocumentNode<Data, Variables>,
  variables: Variables,
  pick: (data: Data) => Page<Node> | null | undefined,
  keyOf: (node: Node) => string,
  options: { concerns?: (event: Happening) => boolean; pause?: boolean } = {},
): Pages<Node, Data> {
  const client = useClient();
  const first = useLiveQuery(query, variables, options);
  const page = first.data ? pick(first.data) : undefined;
  const question = JSON.stringify(variables);
  const [further, setFurther] = useState<{ question: string; page: Page<Node> } | null>(null);
  const [failed, setFailed] = useState<CombinedError>();
  const [loadingMore, setLoadingMore] = useState(false);
  const kept = further?.question === question ? further.page : null;
  const nodes = useMemo(() => merged(page?.nodes ?? [], kept?.nodes ?? [], keyOf), [page, kept, keyOf]);
  const end = kept ?? page;
  const newest = useRef(question);
  newest.current = question;

  // biome-ignore lint/correctness/useExhaustiveDependencies: what went wrong belongs to one question.
  useEffect(() => setFailed(undefined), [question]);
  const more = useCallback(async () => {
    if (!end?.pageInfo.hasNextPage) return;
    setLoadingMore(true);
    const after = { ...variables, after: end.pageInfo.endCursor };
    const result = await client.query(query, after, { requestPolicy: "network-only" });
    setLoadingMore(false);
    if (newest.current !== question) return;
    const next = result.data ? pick(result.data) : undefined;
    setFailed(result.error);
    if (next) setFurther({ question, page: { ...next, nodes: merged(nodes, next.nodes, keyOf) } });
  }, [client, query, question, variables, end, nodes, pick, keyOf]);

  return {
    data: first.data,
    nodes,
    fetching: first.fetching,
    error: failed ?? first.error,
    more: end?.pageInfo.hasNextPage ? () => void more() : null,
    loadingMore,
    refresh: first.refresh,
  };
}

/** All of the first list, and what the second has besides. */
export function merged<Node>(
  first: readonly Node[],
  second: readonly Node[],
  keyOf: (node: Node) => string,
): Node[] {
  const there = new Set(first.map(keyOf));
  return [...first, ...second.filter((node) => !there.has(keyOf(node)))];
}
