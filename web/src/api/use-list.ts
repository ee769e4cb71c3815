import type { TypedDocumentNode } from "@graphql-typed-document-node/core";
import { useCallback, useEffect, useRef, useState } from "react";
import { type AnyVariables, type Client, type CombinedError, useClient } from "urql";
import { type Happening, useLive } from "./live";
import { useThrottled } from "./use-live-query";

/** One page of a list, as the API gives it. */
export interface ListPage<Node> {
  nodes: Node[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}

export interface List<Data, Node> {
  /** The answer that the first page came with. */
  data: Data | undefined;
  /** What is there of all pages that were read. */
  nodes: Node[];
  error: CombinedError | undefined;
  /** True while there is no answer to this very question yet. */
  fetching: boolean;
  /** Reads the page after those that are there; null if there is none. */
  more: (() => void) | null;
  /** True while anything is read. */
  loadingMore: boolean;
  /** Reads all pages that are there again. */
  refresh: () => void;
  /** Changes what is there, until it is read again. */
  change: (by: (nodes: Node[]) => Node[]) => void;
}

interface Read<Data, Node> {
  key: string;
  data: Data | undefined;
  nodes: Node[];
  pages: number;
  end: string | null;
  hasMore: boolean;
  error: CombinedError | undefined;
}

/**
 * Reads a list that people change, page by page: the first by itself, and the others when
 * they are asked for. All that is there is read again after a change, and when something
 * happens that `concerns` it.
 */
export function useList<Data, Variables extends AnyVariables & { after?: string | null }, Node>(
  query: TypedDocumentNode<Data, Variables>,
  variables: Variables,
  pick: (data: Data) => ListPage<Node> | null | undefined,
  options: { concerns?: (event: Happening) => boolean; pause?: boolean } = {},
): List<Data, Node> {
  const client = useClient();
  const key = JSON.stringify(variables);
  const [read, setRead] = useState<Read<Data, Node>>();
  const [loadingMore, setLoading] = useState(false);
  const newest = useRef({ query, variables, pick });
  newest.current = { query, variables, pick };
  const turn = useRef(0);

  const reading = useRef(false);
  const changed = useRef(false);
  const load = useCallback(
    async (pages: number, from?: Read<Data, Node>) => {
      const mine = ++turn.current;
      reading.current = true;
      setLoading(true);
      changed.current = false;
      let result = await readPages(client, newest.current, pages, from);
      // What is changed while it is read may not be in the answer. Where that never ends, it
      // is read again when something is told next.
      for (let i = 0; changed.current && i < 3 && mine === turn.current; i++) {
        changed.current = false;
        result = await readPages(client, newest.current, pages, from);
      }
      if (mine !== turn.current) return; // another question was asked meanwhile
      reading.current = false;
      setLoading(false);
      setRead((before) =>
        // What was there stays where it cannot be read again.
        result.error && before?.key === result.key ? { ...before, error: result.error } : result,
      );
    },
    [client],
  );

  // biome-ignore lint/correctness/useExhaustiveDependencies: the key stands for the variables.
  useEffect(() => {
    if (!options.pause) void load(1);
    // Who comes back to a page sees at once what was there, and then what is there now.
    const known = client.readQuery(query, { ...variables, after: null } as Variables)?.data;
    const page = known && pick(known);
    if (page && !options.pause) setRead(added(begun(key), known, page, undefined));
    return () => {
      turn.current++;
    };
  }, [load, key, options.pause]);

  const current = read?.key === key ? read : undefined;
  const refresh = useCallback(() => void load(Math.max(1, current?.pages ?? 1)), [load, current?.pages]);
  const later = useThrottled(refresh);
  useLive((told) => {
    if (options.pause || !options.concerns || !current) return;
    if ("missed" in told || options.concerns(told.event)) later();
  });
  return {
    data: current?.data,
    nodes: current?.nodes ?? [],
    error: current?.error,
    fetching: !current && !options.pause,
    more: current?.hasMore ? () => void load(1, current) : null,
    loadingMore,
    refresh,
    change: useCallback((by) => {
      changed.current = reading.current;
      setRead((now) => now && { ...now, nodes: by(now.nodes) });
    }, []),
  };
}

/** What is asked for each page of a list. */
interface Question<Data, Variables extends AnyVariables, Node> {
  query: TypedDocumentNode<Data, Variables>;
  variables: Variables;
  pick: (data: Data) => ListPage<Node> | null | undefined;
}

/** A list of which nothing was read yet. */
function begun<Data, Node>(key: string): Read<Data, Node> {
  return { key, data: undefined, nodes: [], pages: 0, end: null, hasMore: true, error: undefined };
}

/** A list with one page more. */
function added<Data, Node>(
  read: Read<Data, Node>,
  data: Data | undefined,
  page: ListPage<Node>,
  error: CombinedError | undefined,
): Read<Data, Node> {
  return {
    ...read,
    data: read.data ?? data,
    nodes: [...read.nodes, ...page.nodes],
    pages: read.pages + 1,
    end: page.pageInfo.endCursor,
    hasMore: page.pageInfo.hasNextPage,
    error,
  };
}

/** Reads so many pages one after the other, from the beginning or from what was read before. */
async function readPages<Data, Variables extends AnyVariables & { after?: string | null }, Node>(
  client: Client,
  { query, variables, pick }: Question<Data, Variables, Node>,
  pages: number,
  from?: Read<Data, Node>,
): Promise<Read<Data, Node>> {
  let read = from ?? begun<Data, Node>(JSON.stringify(variables));
  for (let i = 0; i < pages && read.hasMore; i++) {
    const { data, error } = await client
      .query(query, { ...variables, after: read.end }, { requestPolicy: "network-only" })
      .toPromise();
    const page = data && pick(data);
    if (!page) return { ...read, data: read.data ?? data, hasMore: read.pages > 0, error };
    read = added(read, data, page, error);
  }
  return read;
}

/**
 * More of a list whose first page came with something else. It begins anew when that
 * does.
 */
export function useMore<Data, Variables extends AnyVariables & { after?: string | null }, Node>(
  first: ListPage<Node>,
  query: TypedDocumentNode<Data, Variables>,
  variables: Variables,
  pick: (data: Data) => ListPage<Node> | null | undefined,
): Pick<List<Data, Node>, "nodes" | "more" | "loadingMore" | "error"> {
  const client = useClient();
  const [rest, setRest] = useState<{ of: ListPage<Node>; pages: ListPage<Node>[]; error?: CombinedError }>();
  const [loadingMore, setLoading] = useState(false);
  const of = rest?.of === first ? rest : { of: first, pages: [] };
  const last = of.pages.at(-1) ?? first;
  async function more() {
    setLoading(true);
    const { data, error } = await client
      .query(query, { ...variables, after: last.pageInfo.endCursor }, { requestPolicy: "network-only" })
      .toPromise();
    setLoading(false);
    const page = data && pick(data);
    setRest({ of: first, pages: page ? [...of.pages, page] : of.pages, error });
  }
  return {
    nodes: [first, ...of.pages].flatMap((page) => page.nodes),
    more: last.pageInfo.hasNextPage ? () => void more() : null,
    loadingMore,
    error: of.error,
  };
}
