import { useVirtualizer } from "@tanstack/react-virtual";
import { type CSSProperties, memo, useRef } from "react";
import { pathsOf } from "../../api/paths";
import type { MatrixRowFragment } from "../../generated/graphql";
import { Badge } from "../../parts/badge";
import { Moment } from "../../parts/moment";
import { useNow } from "../../parts/now";
import { useLinks } from "../../parts/use-links";
import { count } from "../../parts/words";
import { Cell } from "./cell";
import type { Column } from "./columns";
import styles from "./matrix.module.css";

const rowHeight = 60;
/** As in matrix.module.css. */
const columnWidth = 168;

/** So many environments are all drawn: they share what width there is. */
const drawnAlways = 8;

/** The table itself. Only what is in sight is there, so that it may have thousands of rows. */
export function Grid({
  organization,
  columns,
  rows,
}: {
  organization: string;
  columns: Column[];
  rows: MatrixRowFragment[];
}) {
  const frame = useRef<HTMLElement>(null);
  const now = useNow();
  const down = useVirtualizer({
    count: rows.length,
    getScrollElement: () => frame.current,
    estimateSize: () => rowHeight,
    overscan: 5,
    getItemKey: (i) => rows[i]?.id ?? i,
  });
  const across = useVirtualizer({
    horizontal: true,
    enabled: columns.length > drawnAlways,
    count: columns.length,
    getScrollElement: () => frame.current,
    estimateSize: () => columnWidth,
    overscan: 2,
  });
  const seen = across.getVirtualItems();
  const first = columns.length > drawnAlways ? (seen[0]?.index ?? 0) : 0;
  const last = columns.length > drawnAlways ? (seen.at(-1)?.index ?? 0) : columns.length - 1;
  const onClick = useLinks();
  return (
    // It can be reached by keyboard, as it scrolls; its clicks are those of the links in it.
    <section
      className={styles.frame}
      ref={frame}
      tabIndex={0}
      aria-label="Flows by environment"
      onClick={onClick}
    >
      <div
        role="table"
        aria-label="Flows by environment"
        aria-rowcount={rows.length + 1}
        aria-colcount={columns.length + 1}
        className={styles.table}
        style={{ "--columns": columns.length } as CSSProperties}
      >
        <Head organization={organization} columns={columns} first={first} last={last} />
        <div role="rowgroup" className={styles.body} style={{ height: down.getTotalSize() }}>
          {down.getVirtualItems().map((item) => {
            const row = rows[item.index];
            return (
              row && (
                <Row
                  key={item.key}
                  organization={organization}
                  row={row}
                  index={item.index}
                  top={item.start}
                  first={first}
                  last={last}
                  now={now}
                />
              )
            );
          })}
        </div>
      </div>
    </section>
  );
}

const Head = memo(function Head({
  organization,
  columns,
  first,
  last,
}: {
  organization: string;
  columns: Column[];
  first: number;
  last: number;
}) {
  return (
    <div role="rowgroup" className={styles.head}>
      <div role="row" aria-rowindex={1} className={styles.row}>
        <div role="columnheader" aria-colindex={1} className={styles.corner}>
          Flow
        </div>
        {columns.slice(first, last + 1).map((column, i) => (
          <div
            role="columnheader"
            key={column.id}
            aria-colindex={first + i + 2}
            style={{ gridColumn: first + i + 2 }}
            className={styles.environment}
          >
            <a href={pathsOf(organization).environment(column.name)} title={column.description}>
              {column.name}
            </a>
            <ColumnState column={column} />
          </div>
        ))}
      </div>
    </div>
  );
});

function ColumnState({ column: { reporting, snapshot, breaches } }: { column: Column }) {
  return (
    <div className={styles.state}>
      {snapshot && (
        <span>
          #{snapshot.number}, <Moment at={snapshot.takenAt} />
        </span>
      )}
      {reporting.state === "SILENT" && (
        <Badge tone="warn" title="Nothing was reported for too long: what is shown may be out of date.">
          silent
        </Badge>
      )}
      {reporting.state === "NEVER" && <span>never reported</span>}
      {breaches.nodes.length > 0 && (
        <Badge tone="bad" title={breaches.nodes.map((b) => b.summary).join("\n")}>
          {count(breaches.nodes.length, "breach", "breaches")}
        </Badge>
      )}
    </div>
  );
}

const Row = memo(function Row({
  organization,
  row,
  index,
  top,
  first,
  last,
  now,
}: {
  organization: string;
  row: MatrixRowFragment;
  index: number;
  top: number;
  first: number;
  last: number;
  now: Date;
}) {
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      className={styles.row}
      style={{ height: rowHeight, transform: `translateY(${top}px)` }}
    >
      <div role="rowheader" aria-colindex={1} className={styles.flow}>
        <a href={pathsOf(organization).flow(row.name)} title={row.name}>
          {row.name}
        </a>
        <p title={row.description}>{row.description}</p>
      </div>
      {row.inEnvironments.slice(first, last + 1).map((cell, i) => (
        <Cell
          key={cell.environment.name}
          organization={organization}
          cell={cell}
          column={first + i + 2}
          now={now}
        />
      ))}
    </div>
  );
});
