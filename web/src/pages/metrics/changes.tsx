import { Link } from "react-router";
import { useOrganization } from "../../api/organization";
import { pathsOf } from "../../api/paths";
import { useMore } from "../../api/use-list";
import {
  ChangesOfAllDocument,
  ChangesOfFlowDocument,
  type MetricsChangeFragment,
  type MetricsWholeFragment,
} from "../../generated/graphql";
import { Badge } from "../../parts/badge";
import { Sha } from "../../parts/git";
import { Moment } from "../../parts/moment";
import { More } from "../../parts/more";
import { Card, Muted } from "../../parts/page";
import { Failure } from "../../parts/state";
import table from "../../parts/table.module.css";
import { count, lasting, sentence, shortName } from "../../parts/words";
import { changeOf } from "../diff/words";
import { exclusions } from "./words";

interface Props {
  metrics: MetricsWholeFragment;
  flow: string | null;
  during: { from: string; to: string };
}

/** The versions that came to run, the newest first, those too that are in no figure. */
export function Changes({ flow, ...rest }: Props) {
  return (
    <Card title="What came to run" flush>
      {flow ? <ChangesOfFlow {...rest} flow={flow} /> : <ChangesOfAll {...rest} flow={null} />}
    </Card>
  );
}

function ChangesOfAll({ metrics, during }: Props) {
  const organization = useOrganization();
  const list = useMore(
    metrics.changes,
    ChangesOfAllDocument,
    { organization, environment: metrics.environment.name, during },
    (data) => data.organization?.metrics?.changes,
  );
  return (
    <>
      <Table changes={list.nodes} withFlow />
      {list.error && <Failure error={list.error} />}
      <More list={list} />
    </>
  );
}

function ChangesOfFlow({ metrics, during, flow }: Props & { flow: string }) {
  const organization = useOrganization();
  const list = useMore(
    metrics.changes,
    ChangesOfFlowDocument,
    { organization, flow, environment: metrics.environment.name, during },
    (data) => data.organization?.flow?.metrics?.changes,
  );
  return (
    <>
      <Table changes={list.nodes} withFlow={false} />
      {list.error && <Failure error={list.error} />}
      <More list={list} />
    </>
  );
}

function Table({ changes, withFlow }: { changes: MetricsChangeFragment[]; withFlow: boolean }) {
  const to = pathsOf(useOrganization());
  return (
    <table className={table.stack}>
      <thead>
        <tr>
          <th>Seen to run</th>
          {withFlow && <th>Flow</th>}
          <th>Version</th>
          <th>In place of</th>
          <th>Commits</th>
          <th>Lead time</th>
          <th>Failed</th>
        </tr>
      </thead>
      <tbody>
        {changes.map((c) => (
          <tr key={`${c.snapshot.ref} ${c.artifact.ref}`}>
            <td className={table.keep} data-name="Seen to run">
              <Moment at={c.runningAt} />
              <div>
                <Link to={to.environment(c.snapshot.environment.name, { snapshot: c.snapshot.number })}>
                  {c.snapshot.ref}
                </Link>
              </div>
            </td>
            {withFlow && (
              <td data-name="Flow">
                <Link to={to.flow(c.flow.name)}>{c.flow.name}</Link>
              </td>
            )}
            <td data-name="Version">
              <Link to={to.artifact(c.artifact.ref)}>{shortName(c.artifact.name)}</Link>
              {c.artifact.commit && (
                <div>
                  <Sha commit={c.artifact.commit} /> <Muted>{c.artifact.commit.subject}</Muted>
                </div>
              )}
            </td>
            <td data-name="In place of">
              {c.replaced ? (
                <Link to={to.artifact(c.replaced.ref)}>{shortName(c.replaced.name)}</Link>
              ) : (
                <Muted>nothing</Muted>
              )}
            </td>
            <td data-name="Commits">
              <Commits change={c} />
            </td>
            <td className={table.keep} data-name="Lead time">
              {c.leadTime ? (
                <LeadTime change={c.leadTime} />
              ) : c.newCommits === null ? (
                <Muted>not known</Muted>
              ) : (
                <Muted>none</Muted>
              )}
            </td>
            <td data-name="Failed">
              <Failed change={c} />
              {c.excluded && (
                <>
                  {" "}
                  <Badge tone="quiet" title={sentence(exclusions[c.excluded].meaning)}>
                    {exclusions[c.excluded].word}
                  </Badge>
                </>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Commits({ change: { commits, newCommits, replaced } }: { change: MetricsChangeFragment }) {
  if (!commits || !replaced) return <Muted>nothing to compare with</Muted>;
  const what = changeOf(commits, true, true);
  return (
    <>
      {newCommits === null ? <Muted>not known</Muted> : `${newCommits.toLocaleString("en-GB")} new`}
      {commits.relation !== "AHEAD" && (
        <>
          {" "}
          <Badge tone={what.tone} title={sentence(what.sentence)}>
            {what.word}
          </Badge>
        </>
      )}
    </>
  );
}

function LeadTime({ change: d }: { change: NonNullable<MetricsChangeFragment["leadTime"]> }) {
  return (
    <span title={`Median of ${count(d.count, "commit")}; 9 of 10 within ${lasting(d.p90Seconds)}`}>
      {lasting(d.medianSeconds)}
      {d.p90Seconds !== d.medianSeconds && (
        <>
          {" "}
          <br />
          <Muted>to {lasting(d.p90Seconds)}</Muted>
        </>
      )}
    </span>
  );
}

function Failed({ change: { failure, restoredAt, runningAt } }: { change: MetricsChangeFragment }) {
  if (!failure) return null;
  const seconds = restoredAt ? (new Date(restoredAt).getTime() - new Date(runningAt).getTime()) / 1000 : null;
  return (
    <>
      <Badge tone="bad" icon="warn">
        {failure === "ROLLED_BACK" ? "Rolled back" : "Hotfixed"}
      </Badge>{" "}
      {seconds !== null && `after ${lasting(seconds)}`}
    </>
  );
}
