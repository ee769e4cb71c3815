import { useRef, useState } from "react";
import { Link, useSearchParams } from "react-router";
import { codesOf } from "../../api/client";
import { useOrganization } from "../../api/organization";
import { pathsOf } from "../../api/paths";
import { useList, useMore } from "../../api/use-list";
import { useLiveQuery } from "../../api/use-live-query";
import {
  DiffAddedDocument,
  DiffChangedDocument,
  type DiffChangeFragment,
  DiffDocument,
  DiffFlowsDocument,
  type DiffQuery,
  DiffRemovedDocument,
  type DiffRunningFragment,
  type DiffSnapshotFragment,
  DiffUnchangedDocument,
} from "../../generated/graphql";
import { Badge } from "../../parts/badge";
import { Button } from "../../parts/button";
import { Fingerprint, Sha } from "../../parts/git";
import { Icon } from "../../parts/icon";
import { ExactMoment, Moment } from "../../parts/moment";
import { More } from "../../parts/more";
import { Card, Hidden, Muted, Page } from "../../parts/page";
import { Empty, Failure, Loading } from "../../parts/state";
import table from "../../parts/table.module.css";
import { count, sentence, shortName } from "../../parts/words";
import { Choose, Offers, useOffers } from "./choose";
import styles from "./diff.module.css";
import { FlowChanges } from "./flow-changes";
import { isFixed, scalingOf } from "./words";

type Whole = NonNullable<NonNullable<DiffQuery["organization"]>["diff"]>;

/** What differs between two snapshots, of one environment or of two. */
export function Diff() {
  const organization = useOrganization();
  const [search, setSearch] = useSearchParams();
  const from = search.get("from")?.trim() ?? "";
  const to = search.get("to")?.trim() ?? "";
  const chosen = from !== "" && to !== "";
  const offers = useOffers();
  // Which environments it is about is known only from the answer.
  const about = useRef<Whole>(undefined);
  const { data, error, fetching, refresh } = useLiveQuery(
    DiffDocument,
    { organization, from, to },
    {
      pause: !chosen,
      concerns: (event) =>
        event.snapshot !== null &&
        ((!isFixed(from) && event.environment?.name === about.current?.from.environment.name) ||
          (!isFixed(to) && event.environment?.name === about.current?.to.environment.name)),
    },
  );
  const diff = chosen ? data?.organization?.diff : undefined;
  about.current = diff ?? undefined;
  return (
    <Page
      title={chosen ? `${from} to ${to}` : "Diff"}
      heading={chosen ? <Heading from={from} to={to} /> : "What differs"}
      about={
        diff
          ? sentence(diff.summary)
          : "Between two snapshots: of one environment at two times, or of two environments."
      }
    >
      <Choose
        key={`choose ${from} ${to}`}
        from={from}
        to={to}
        offers={offers}
        choose={(from, to) => setSearch({ from, to })}
      />
      {error &&
        (codesOf(error).includes("NOT_FOUND") ? (
          <Failure error={error} />
        ) : (
          <Failure error={error} retry={refresh} />
        ))}
      {chosen && fetching && !diff && !error && <Loading what="the difference" lines={10} />}
      {diff && <Result key={`result ${diff.from.ref} ${diff.to.ref}`} diff={diff} />}
      {(!chosen || (error && !diff) || diff?.empty) && <Offers offers={offers} />}
    </Page>
  );
}

function Heading({ from, to }: { from: string; to: string }) {
  return (
    <>
      {from} <span className={styles.arrow}>→</span> {to}
    </>
  );
}

function Result({ diff }: { diff: Whole }) {
  const organization = useOrganization();
  // Further pages are of the very snapshots that the first is of.
  const variables = { organization, from: diff.from.ref, to: diff.to.ref };
  const flows = useMore(diff.flows, DiffFlowsDocument, variables, (data) => data.organization?.diff?.flows);
  const added = useMore(diff.added, DiffAddedDocument, variables, (data) => data.organization?.diff?.added);
  const removed = useMore(
    diff.removed,
    DiffRemovedDocument,
    variables,
    (data) => data.organization?.diff?.removed,
  );
  const changed = useMore(
    diff.changed,
    DiffChangedDocument,
    variables,
    (data) => data.organization?.diff?.changed,
  );
  return (
    <>
      <div className={styles.snapshots}>
        <Side snapshot={diff.from} word="From" />
        <Side snapshot={diff.to} word="To" />
      </div>
      <ul className={styles.counts} aria-label="How much differs">
        <Counted n={diff.addedCount} word="added" tone="good" />
        <Counted n={diff.removedCount} word="removed" tone="bad" />
        <Counted n={diff.changedCount} word="changed" tone="warn" />
        <Counted n={diff.unchangedCount} word="unchanged" tone="quiet" />
      </ul>
      {diff.empty && (
        <Card>
          <Empty title="Nothing differs">
            {diff.from.ref === diff.to.ref
              ? "It is one and the same snapshot."
              : "The same artifacts run in both, with as many replicas."}
          </Empty>
        </Card>
      )}
      {flows.nodes.length > 0 && (
        <Card title="What it means for flows" flush>
          <FlowChanges changes={flows.nodes} />
          {flows.error && <Failure error={flows.error} />}
          <More list={flows} />
        </Card>
      )}
      {added.nodes.length > 0 && (
        <Card title={`Added: only in ${diff.to.ref}`} flush>
          <Artifacts nodes={added.nodes} />
          {added.error && <Failure error={added.error} />}
          <More list={added} />
        </Card>
      )}
      {removed.nodes.length > 0 && (
        <Card title={`Removed: only in ${diff.from.ref}`} flush>
          <Artifacts nodes={removed.nodes} />
          {removed.error && <Failure error={removed.error} />}
          <More list={removed} />
        </Card>
      )}
      {changed.nodes.length > 0 && (
        <Card title="Changed: in both, and not alike" flush>
          <Changes nodes={changed.nodes} />
          {changed.error && <Failure error={changed.error} />}
          <More list={changed} />
        </Card>
      )}
      {diff.unchangedCount > 0 && <Unchanged diff={diff} />}
    </>
  );
}

function Counted({ n, word, tone }: { n: number; word: string; tone: "good" | "bad" | "warn" | "quiet" }) {
  return (
    <li>
      <Badge tone={n === 0 ? "quiet" : tone}>
        {n.toLocaleString("en-GB")} {word}
      </Badge>
    </li>
  );
}

function Side({ snapshot, word }: { snapshot: DiffSnapshotFragment; word: string }) {
  const to = pathsOf(useOrganization());
  return (
    <section className={styles.side} aria-label={`${word} ${snapshot.ref}`}>
      <div>
        <Muted>{word}</Muted>{" "}
        <Link
          className={styles.ref}
          to={to.environment(snapshot.environment.name, { snapshot: snapshot.number })}
        >
          {snapshot.ref}
        </Link>{" "}
        {snapshot.until === null && <Badge tone="info">Newest</Badge>}
      </div>
      <div>
        <ExactMoment at={snapshot.takenAt} />
      </div>
      <Muted>
        <Moment at={snapshot.takenAt} />, {count(snapshot.replicaCount, "replica")}
      </Muted>
    </section>
  );
}

/** What runs under a name: the artifact if it is known, and the name without its registry. */
export function Running({ of: running }: { of: DiffRunningFragment }) {
  const to = pathsOf(useOrganization());
  const name = shortName(running.name);
  if (!running.artifact) return <span title={running.name}>{name}</span>;
  return (
    <Link to={to.artifact(running.artifact.ref)} title={running.name}>
      {name}
    </Link>
  );
}

function Artifacts({ nodes }: { nodes: DiffRunningFragment[] }) {
  return (
    <table className={table.stack}>
      <thead>
        <tr>
          <th>Artifact</th>
          <th>Flow</th>
          <th>Commit</th>
          <th>Fingerprint</th>
          <th className={table.number}>Replicas</th>
          <th>Running since</th>
        </tr>
      </thead>
      <tbody>
        {nodes.map((r) => (
          <tr key={`${r.fingerprint} ${r.name}`}>
            <td className={table.long} data-name="Artifact">
              <Running of={r} />
            </td>
            <FlowCell of={r} />
            <td className={table.long} data-name="Commit">
              {r.commit ? (
                <>
                  <Sha commit={r.commit} /> {r.commit.subject}
                </>
              ) : (
                <Muted>not known</Muted>
              )}
            </td>
            <td className={table.keep} data-name="Fingerprint">
              {r.fingerprint ? <Fingerprint value={r.fingerprint} /> : <Muted>not told</Muted>}
            </td>
            <td className={table.number} data-name="Replicas">
              {r.replicas}
            </td>
            <td className={table.keep} data-name="Running since">
              <Moment at={r.runningSince} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function FlowCell({ of: { artifact } }: { of: DiffRunningFragment }) {
  const to = pathsOf(useOrganization());
  return (
    <td className={table.long} data-name="Flow">
      {artifact ? <Link to={to.flow(artifact.flow.name)}>{artifact.flow.name}</Link> : <Muted>none</Muted>}
    </td>
  );
}

function Changes({ nodes }: { nodes: DiffChangeFragment[] }) {
  return (
    <table className={table.stack}>
      <thead>
        <tr>
          <th>Artifact</th>
          <th>Flow</th>
          <th>What changed</th>
        </tr>
      </thead>
      <tbody>
        {nodes.map(({ from, to }) => {
          const { replicas, gained, lost } = scalingOf(from, to);
          return (
            <tr key={`${to.fingerprint} ${to.name}`}>
              <td className={table.long} data-name="Artifact">
                <Running of={to} />
              </td>
              <FlowCell of={to} />
              <td className={table.long} data-name="What changed">
                {replicas && <div>{replicas}</div>}
                {gained.map((name) => (
                  <div key={name}>
                    <Icon name="plus" size={12} /> <Hidden>new name </Hidden>
                    {name}
                  </div>
                ))}
                {lost.map((name) => (
                  <div key={name}>
                    <Icon name="minus" size={12} /> <Hidden>name that is gone </Hidden>
                    {name}
                  </div>
                ))}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

/** What is the same in both: read only when somebody wants it. */
function Unchanged({ diff }: { diff: Whole }) {
  const organization = useOrganization();
  const [open, setOpen] = useState(false);
  const list = useList(
    DiffUnchangedDocument,
    { organization, from: diff.from.ref, to: diff.to.ref },
    (data) => data.organization?.diff?.unchanged,
    { pause: !open },
  );
  if (!open) {
    return (
      <div>
        <Button aria-expanded={false} onClick={() => setOpen(true)}>
          Show {count(diff.unchangedCount, "artifact")} that did not change
        </Button>
      </div>
    );
  }
  return (
    <Card
      title="Unchanged: in both, just the same"
      actions={
        <Button aria-expanded onClick={() => setOpen(false)}>
          Hide
        </Button>
      }
      flush
    >
      {list.fetching && <Loading what="what did not change" />}
      {list.error && <Failure error={list.error} retry={list.refresh} />}
      {list.nodes.length > 0 && <Artifacts nodes={list.nodes} />}
      <More list={list} />
    </Card>
  );
}
