import { useCallback, useEffect, useLayoutEffect, useMemo, useReducer, useRef, useState } from "react";
import { type CombinedError, useClient } from "urql";
import { type Told, useLive } from "../../api/live";
import { type MatrixRowFragment, MatrixRowsDocument } from "../../generated/graphql";
import { rowsAtOnce } from "./columns";

/** How long is gathered what has changed before it is asked for. */
const gathering = 250;

/** The most rows that are asked for by name; if more have changed, all are asked for again. */
const changedAtMost = 40;

/** So many rows are asked for at first: those that are in sight are there sooner. */
const inSight = 30;

interface State {
  rows: MatrixRowFragment[];
  complete: boolean;
  error: CombinedError | undefined;
}

type Action =
  | { type: "page"; rows: MatrixRowFragment[]; fresh: boolean; complete: boolean }
  | { type: "changed"; rows: MatrixRowFragment[] }
  | { type: "failed"; error: CombinedError };

function reduce(state: State, action: Action): State {
  switch (action.type) {
    case "page":
      return {
        rows: action.fresh ? action.rows : [...state.rows, ...action.rows],
        complete: action.complete,
        error: undefined,
      };
    case "changed": {
      const known = new Set(state.rows.map((r) => r.name));
      const changed = new Map(action.rows.map((r) => [r.name, r]));
      const rows = state.rows.map((r) => changed.get(r.name) ?? r);
      const added = action.rows.filter((r) => !known.has(r.name));
      const all = added.length > 0 ? [...rows, ...added].sort((a, b) => (a.name < b.name ? -1 : 1)) : rows;
      return { ...state, rows: all, error: undefined };
    }
    case "failed":
      return { ...state, error: action.error };
  }
}

export interface Matrix extends State {
  /** Asks for everything again. */
  reload: () => void;
}

/**
 * The rows of the matrix, page after page until all are there. Afterwards only rows of
 * which something happened are asked for again.
 */
export function useMatrix(organization: string, environments: readonly string[]): Matrix {
  const client = useClient();
  const [state, dispatch] = useReducer(reduce, { rows: [], complete: false, error: undefined });
  const [round, setRound] = useState(0);
  const reload = useCallback(() => setRound((n) => n + 1), []);
  const key = environments.join("\n");
  const names = useMemo(() => (key === "" ? [] : key.split("\n")), [key]);
  const changed = useRef(new Set<string>());
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);

  // Before the empty table is painted: its rows are on their way meanwhile.
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new round asks the same again.
  useLayoutEffect(() => {
    if (names.length === 0) return;
    let ended = false;
    const most = rowsAtOnce(names.length);
    async function read() {
      let after: string | null = null;
      let fresh = true;
      do {
        const result: Awaited<ReturnType<typeof ask>> = await ask(
          after,
          fresh ? Math.min(most, inSight) : most,
        );
        if (ended) return;
        const page = result.data?.organization?.flows;
        if (!page) {
          if (result.error) dispatch({ type: "failed", error: result.error });
          return;
        }
        after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
        dispatch({ type: "page", rows: page.nodes, fresh, complete: after === null });
        fresh = false;
      } while (after !== null);
    }
    const ask = (after: string | null, first: number) =>
      client.query(
        MatrixRowsDocument,
        { organization, environments: names, first, after },
        { requestPolicy: "network-only" },
      );
    void read();
    return () => {
      ended = true;
    };
  }, [client, organization, names, round]);

  const refresh = useCallback(async () => {
    timer.current = undefined;
    const flows = [...changed.current];
    changed.current.clear();
    if (flows.length > changedAtMost) return reload();
    const result = await client.query(
      MatrixRowsDocument,
      { organization, environments: names, names: flows, first: changedAtMost, after: null },
      { requestPolicy: "network-only" },
    );
    const rows = result.data?.organization?.flows.nodes;
    if (rows) dispatch({ type: "changed", rows });
    else if (result.error) dispatch({ type: "failed", error: result.error });
  }, [client, organization, names, reload]);

  useEffect(() => () => clearTimeout(timer.current), []);
  useLive((told: Told) => {
    if ("missed" in told) return;
    const flow = told.event.flow?.name ?? told.event.artifact?.flow.name;
    if (!flow || names.length === 0) return;
    changed.current.add(flow);
    timer.current ??= setTimeout(() => void refresh(), gathering);
  });

  return { ...state, reload };
}
