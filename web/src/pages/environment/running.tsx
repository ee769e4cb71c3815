import { Link } from "react-router";
import { useOrganization } from "../../api/organization";
import { pathsOf } from "../../api/paths";
import type { RunningLineFragment } from "../../generated/graphql";
import { Badge } from "../../parts/badge";
import { Compliance } from "../../parts/compliance";
import { Fingerprint, Sha } from "../../parts/git";
import { Moment } from "../../parts/moment";
import { Muted } from "../../parts/page";
import parts from "../../parts/parts.module.css";
import { Empty } from "../../parts/state";
import { shortName } from "../../parts/words";
import styles from "./environment.module.css";

/** What runs in a snapshot. */
export function RunningTable({ running }: { running: readonly RunningLineFragment[] }) {
  if (running.length === 0) return <Empty title="Nothing runs in this snapshot" />;
  return (
    <div className={styles.scroll}>
      <table>
        <thead>
          <tr>
            <th>Commit</th>
            <th>Artifact</th>
            <th>Flow</th>
            <th>Running since</th>
            <th className={styles.amount}>Replicas</th>
            <th>Evidence</th>
          </tr>
        </thead>
        <tbody>
          {running.map((r) => (
            <Line key={`${r.fingerprint} ${r.name}`} running={r} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Line({ running }: { running: RunningLineFragment }) {
  const to = pathsOf(useOrganization());
  const { artifact, commit, fingerprint } = running;
  return (
    <tr>
      <td>
        {commit ? (
          <span title={commit.subject}>
            <Sha commit={commit} />
          </span>
        ) : running.ambiguousCommit ? (
          <Link to={to.commit(running.ambiguousCommit.askedFor)} title={running.ambiguousCommit.summary}>
            one of several
          </Link>
        ) : (
          <Muted>unknown</Muted>
        )}
      </td>
      <td className={styles.artifact}>
        <div title={running.name}>
          {artifact ? (
            <Link to={to.artifact(artifact.ref)}>{shortName(running.name)}</Link>
          ) : (
            shortName(running.name)
          )}{" "}
          {running.overlapping && (
            <Badge
              tone="warn"
              title="Another version of its flow runs beside it, as in a blue-green deployment."
            >
              overlapping
            </Badge>
          )}
        </div>
        <div className={`${parts.small} ${parts.muted}`}>
          {fingerprint ? <Fingerprint value={fingerprint} /> : "The runtime does not tell its fingerprint."}
        </div>
      </td>
      <td>
        {artifact ? <Link to={to.flow(artifact.flow.name)}>{artifact.flow.name}</Link> : <Muted>none</Muted>}
      </td>
      <td>
        <Moment at={running.runningSince} />
      </td>
      <td className={styles.amount}>{running.replicas}</td>
      <td>
        {artifact ? (
          <Compliance state={artifact.state} />
        ) : (
          <Badge tone="quiet" title="No flow has this fingerprint: nobody told where it comes from.">
            Unknown origin
          </Badge>
        )}
      </td>
    </tr>
  );
}
