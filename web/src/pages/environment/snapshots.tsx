import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef, useState } from "react";
import { Link } from "react-router";
import { useClient } from "urql";
import { useOrganization } from "../../api/organization";
import { pathsOf } from "../../api/paths";
import { type SnapshotLineFragment, SnapshotsDocument } from "../../generated/graphql";
import { ExactMoment, Moment } from "../../parts/moment";
import { Failure } from "../../parts/state";
import styles from "./environment.module.css";

/** How many snapshots are read at once. */
const block = 100;
const lineHeight = 40;

/**
 * All snapshots of an environment, the newest first, however many: only those in sight are
 * there, and are read by their numbers, which have no gaps.
 */
export function Snapshots({ environment, newest }: { environment: string; newest: number }) {
  const to = pathsOf(useOrganization());
  const frame = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: newest,
    getScrollElement: () => frame.current,
    estimateSize: () => lineHeight,
    overscan: 12,
    getItemKey: (i) => newest - i,
  });
  const items = virtual.getVirtualItems();
  const { snapshots, error, retry } = useSnapshots(
    environment,
    newest,
    items.map((item) => newest - item.index),
  );
  return (
    <>
      {error && <Failure error={error} retry={retry} />}
      <section className={styles.windowed} ref={frame} aria-label="Snapshots">
        <div role="table" aria-label="Snapshots" aria-rowcount={newest + 1}>
          <div role="row" aria-rowindex={1} className={`${styles.line} ${styles.top}`}>
            <span role="columnheader">Snapshot</span>
            <span role="columnheader">Taken</span>
            <span role="columnheader">That is</span>
            <span role="columnheader">Replicas</span>
            <span role="columnheader">Changes</span>
            <span role="columnheader">Compare</span>
          </div>
          <div role="rowgroup" className={styles.windowedBody} style={{ height: virtual.getTotalSize() }}>
            {items.map((item) => {
              const number = newest - item.index;
              const snapshot = snapshots.get(number);
              return (
                <div
                  role="row"
                  aria-rowindex={item.index + 2}
                  key={item.key}
                  className={styles.line}
                  style={{ transform: `translateY(${item.start}px)` }}
                >
                  <span role="cell">
                    <Link to={to.environment(environment, { snapshot: number })}>#{number}</Link>
                  </span>
                  <span role="cell">{snapshot ? <ExactMoment at={snapshot.takenAt} /> : "…"}</span>
                  <span role="cell">{snapshot && <Moment at={snapshot.takenAt} />}</span>
                  <span role="cell">{snapshot?.replicaCount}</span>
                  <span role="cell">{snapshot?.changeCount}</span>
                  <span role="cell">
                    {number > 1 && (
                      <Link to={to.diff(`${environment}#${number - 1}`, `${environment}#${number}`)}>
                        with #{number - 1}
                      </Link>
                    )}
                  </span>
                </div>
              );
            })}
          </div>
        </div>
      </section>
    </>
  );
}

/** Snapshots by number: those in sight, block by block, each block once. */
function useSnapshots(environment: string, newest: number, wanted: number[]) {
  const organization = useOrganization();
  const client = useClient();
  const [snapshots, setSnapshots] = useState<ReadonlyMap<number, SnapshotLineFragment>>(new Map());
  const [error, setError] = useState<Error>();
  const asked = useRef(new Set<number>());
  const blocks = [...new Set(wanted.map((number) => Math.ceil(number / block)))];
  const key = blocks.join(" ");

  // biome-ignore lint/correctness/useExhaustiveDependencies: another environment has other snapshots, and the newest one is not what it was.
  useEffect(() => {
    asked.current.delete(Math.ceil(newest / block));
  }, [environment, newest]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: key says which blocks they are, and the newest is in one of them.
  useEffect(() => {
    for (const which of blocks) {
      if (asked.current.has(which)) continue;
      asked.current.add(which);
      const interval = `${(which - 1) * block + 1}..${Math.min(which * block, newest)}`;
      client
        .query(
          SnapshotsDocument,
          { organization, name: environment, interval },
          { requestPolicy: "network-only" },
        )
        .then((result) => {
          const nodes = result.data?.organization?.environment?.snapshots.nodes;
          if (!nodes) {
            asked.current.delete(which);
            setError(result.error);
            return;
          }
          setError(undefined);
          setSnapshots((before) => new Map([...before, ...nodes.map((n) => [n.number, n] as const)]));
        });
    }
  }, [client, organization, environment, key, newest]);

  return { snapshots, error, retry: () => setError(undefined) };
}
