import { memo, type ReactNode } from "react";
import { exactRef, pathsOf } from "../../api/paths";
import type { MatrixCellFragment, MatrixVersionFragment } from "../../generated/graphql";
import { Badge, Dot } from "../../parts/badge";
import { compliance } from "../../parts/compliance-words";
import { MomentAsOf } from "../../parts/moment";
import { Hidden } from "../../parts/page";
import { count, shortName } from "../../parts/words";
import styles from "./matrix.module.css";

/** What of a flow runs in an environment: the newest version, what it is about to replace, and how far behind it is. */
export const Cell = memo(function Cell({
  organization,
  cell,
  column,
  now,
}: {
  organization: string;
  cell: MatrixCellFragment;
  /** Which column it is, counting from 1; that of the flows is the first. */
  column: number;
  now: Date;
}) {
  const [newest, other, ...more] = cell.running;
  if (!newest) {
    return (
      <div
        role="cell"
        aria-colindex={column}
        style={{ gridColumn: column }}
        className={`${styles.cell} ${styles.none}`}
      >
        <span aria-hidden="true">–</span>
        <Hidden>nothing runs</Hidden>
      </div>
    );
  }
  return (
    <div role="cell" aria-colindex={column} style={{ gridColumn: column }} className={styles.cell}>
      <Version organization={organization} version={newest}>
        <Lag cell={cell} />
      </Version>
      {other ? (
        <Version organization={organization} version={other} leaving>
          {more.length > 0 && <span>and {count(more.length, "more version")}</span>}
        </Version>
      ) : (
        <div className={styles.meta}>
          since <MomentAsOf at={newest.runningSince} now={now} />
        </div>
      )}
    </div>
  );
});

function Version({
  organization,
  version,
  leaving = false,
  children,
}: {
  organization: string;
  version: MatrixVersionFragment;
  leaving?: boolean;
  children?: ReactNode;
}) {
  const to = pathsOf(organization);
  const { artifact, commit } = version;
  const state = artifact ? compliance[artifact.state] : { tone: "quiet" as const, word: "Of unknown origin" };
  return (
    <div
      className={leaving ? `${styles.version} ${styles.leaving}` : styles.version}
      title={`${version.name}, ${state.word}`}
    >
      <Dot tone={state.tone} />
      <Hidden>{state.word}</Hidden>
      {commit ? (
        <a href={to.commit(exactRef(commit.repository.name, commit.sha))} title={commit.subject}>
          <code>{commit.shortSha}</code>
        </a>
      ) : artifact ? (
        <a href={to.artifact(artifact.ref)}>{shortName(version.name)}</a>
      ) : (
        <span>{shortName(version.name)}</span>
      )}
      <span className={styles.replicas} title={count(version.replicas, "replica")}>
        ×{version.replicas}
      </span>
      {children}
    </div>
  );
}

/** How far behind the environment before it. What is not known is not shown: see the diff. */
function Lag({ cell: { lag } }: { cell: MatrixCellFragment }) {
  if (!lag) return null;
  if (lag.relation === "UNKNOWN") {
    return (
      <span title={lag.reason ?? "How it stands to the environment before it is not known."}>
        ? <Hidden>commits behind</Hidden>
      </span>
    );
  }
  if (lag.ahead === null || lag.ahead === 0) return null;
  return (
    <Badge tone="warn" title={`${count(lag.ahead, "commit")} behind the environment before it`}>
      {lag.ahead} behind
    </Badge>
  );
}
