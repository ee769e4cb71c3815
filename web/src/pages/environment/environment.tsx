import { Tabs } from "@base-ui/react/tabs";
import { useMemo } from "react";
import { Link, useParams } from "react-router";
import { agentCommand, kinds } from "../../api/environment-kinds";
import { useMark } from "../../api/mark";
import { useOrganization } from "../../api/organization";
import { pathsOf } from "../../api/paths";
import { useList } from "../../api/use-list";
import { useLiveQuery } from "../../api/use-live-query";
import {
  EnvironmentDocument,
  type EnvironmentHeadFragment,
  SnapshotDocument,
  type SnapshotQuery,
} from "../../generated/graphql";
import { AsOf } from "../../parts/as-of";
import { Badge } from "../../parts/badge";
import { Icon } from "../../parts/icon";
import { Moment } from "../../parts/moment";
import { More } from "../../parts/more";
import { Card, Page } from "../../parts/page";
import { Empty, Failure, Loading } from "../../parts/state";
import { lasting } from "../../parts/words";
import styles from "./environment.module.css";
import { Expectations } from "./expectations";
import { Log } from "./log";
import { type Place, refOf, usePlace, type View, views } from "./place";
import { Replicas } from "./replicas";
import { RunningTable } from "./running";
import { Scrubber } from "./scrubber";
import { Snapshots } from "./snapshots";
import { wholeSpan } from "./span";

/** What runs in an environment, and what ran at any moment. */
export function EnvironmentPage() {
  const organization = useOrganization();
  const { environment: name = "" } = useParams();
  const { data, error, refresh } = useLiveQuery(
    EnvironmentDocument,
    { organization, name },
    { concerns: (event) => event.environment !== null },
  );
  const environment = data?.organization?.environment;
  if (environment) return <Whole environment={environment} />;
  return (
    <Page title={name}>
      {error ? <Failure error={error} retry={refresh} /> : <Loading what="the environment" lines={10} />}
    </Page>
  );
}

function Whole({ environment }: { environment: EnvironmentHeadFragment }) {
  const place = usePlace();
  const at = place.chosen !== "newest" && "at" in place.chosen ? place.chosen.at : null;
  return (
    <Page
      title={environment.name}
      kicker={<Kicker environment={environment} />}
      about={environment.description}
      actions={
        <AsOf at={at} onChoose={(chosen) => place.show(chosen === null ? "newest" : { at: chosen })} />
      }
    >
      <Alerts environment={environment} />
      {environment.newest ? (
        <Seen environment={environment} place={place} />
      ) : (
        <NeverReported environment={environment} />
      )}
    </Page>
  );
}

function Kicker({ environment: e }: { environment: EnvironmentHeadFragment }) {
  const to = pathsOf(useOrganization());
  return (
    <span className={styles.facts}>
      <span>{kinds[e.type]}</span>
      {e.reporting.lastReportedAt && (
        <span>
          reported <Moment at={e.reporting.lastReportedAt} />
        </span>
      )}
      {e.tags.map((t) => (
        <Badge key={t.key} tone="quiet">
          {t.key}: {t.value}
        </Badge>
      ))}
      {e.formerNames.length > 0 && <span>was {e.formerNames.join(", ")}</span>}
      {e.members.nodes.length > 0 && (
        <span>
          union of{" "}
          {e.members.nodes.map((m, i) => (
            <span key={m.id}>
              {i > 0 && ", "}
              <Link to={to.environment(m.name)}>{m.name}</Link>
            </span>
          ))}
        </span>
      )}
      {e.memberOf.nodes.length > 0 && (
        <span>
          in{" "}
          {e.memberOf.nodes.map((m, i) => (
            <span key={m.id}>
              {i > 0 && ", "}
              <Link to={to.environment(m.name)}>{m.name}</Link>
            </span>
          ))}
        </span>
      )}
    </span>
  );
}

/** What is wrong with an environment now. */
function Alerts({ environment: e }: { environment: EnvironmentHeadFragment }) {
  if (!e.archivedAt && !e.reporting.silentSince && e.breaches.nodes.length === 0) return null;
  return (
    <div className={styles.alerts}>
      {e.archivedAt && (
        <div className={`${styles.alert} ${styles.warn}`}>
          <Icon name="info" />
          <span>
            It was archived <Moment at={e.archivedAt} />, and takes no reports.
          </span>
        </div>
      )}
      {e.reporting.silentSince && (
        <div className={`${styles.alert} ${styles.warn}`} role="status">
          <Icon name="warn" />
          <span>
            Nothing was reported since <Moment at={e.reporting.lastReportedAt ?? e.reporting.silentSince} />
            {e.reporting.silentAfterSeconds &&
              `, and a report was due after ${lasting(e.reporting.silentAfterSeconds)}`}
            . What is shown may be out of date.
          </span>
        </div>
      )}
      {e.breaches.nodes.map((b) => (
        <div className={styles.alert} key={b.id} role="status">
          <Icon name="warn" />
          <span>
            {b.summary}, since <Moment at={b.startedAt} />
          </span>
        </div>
      ))}
    </div>
  );
}

function NeverReported({ environment }: { environment: EnvironmentHeadFragment }) {
  const command = agentCommand(environment.type, environment.name);
  if (environment.type === "LOGICAL") {
    return (
      <Empty title="Nothing is known of its members yet">
        A logical environment is the union of others, and shows what is reported of them.
      </Empty>
    );
  }
  return (
    <Empty title="Nothing was reported yet" {...(command ? { command } : {})}>
      An agent looks at what runs, and reports what changes. Start one where the environment can be seen, with
      a token that has the role reporter.
    </Empty>
  );
}

const pick = (data: SnapshotQuery) => data.organization?.snapshot?.running;

function Seen({ environment, place }: { environment: EnvironmentHeadFragment; place: Place }) {
  const organization = useOrganization();
  const newest = environment.newest?.number ?? 1;
  const ref = refOf(environment.name, place.chosen);
  const variables = { organization, ref, after: null };
  const list = useList(SnapshotDocument, variables, pick, {
    concerns: (event) => place.chosen === "newest" && event.environment !== null,
  });
  const shown = list.data?.organization?.snapshot ?? undefined;
  const oldest = environment.oldest.nodes[0]?.takenAt ?? environment.createdAt;
  const latest = environment.newest?.takenAt ?? oldest;
  const whole = useMemo(
    () => wholeSpan(Date.parse(oldest), Date.parse(latest), Date.now()),
    [oldest, latest],
  );
  useMark("environment", list.nodes.length > 0);
  return (
    <>
      <Card flush>
        <Scrubber environment={environment.name} newest={newest} shown={shown} place={place} />
        <Replicas
          environment={environment.name}
          whole={whole}
          at={shown ? Date.parse(shown.takenAt) : null}
          onPick={(number) => place.show({ number })}
        />
      </Card>
      <Card flush>
        <Tabs.Root value={place.view} onValueChange={(view: View) => place.look(view)}>
          <Tabs.List className={styles.tabs} aria-label="Views of the environment" activateOnFocus={false}>
            {Object.entries(views).map(([view, title]) => (
              <Tabs.Tab key={view} value={view} className={styles.tab}>
                {title}
              </Tabs.Tab>
            ))}
          </Tabs.List>
          <Tabs.Panel value="running">
            {list.error && <Failure error={list.error} retry={list.refresh} />}
            {!shown && !list.error && <Loading what="what runs" />}
            {shown && <RunningTable running={list.nodes} />}
            <More list={list} />
          </Tabs.Panel>
          <Tabs.Panel value="log">
            <Log environment={environment.name} />
          </Tabs.Panel>
          <Tabs.Panel value="snapshots">
            <Snapshots key={environment.id} environment={environment.name} newest={newest} />
          </Tabs.Panel>
          <Tabs.Panel value="expectations">
            <Expectations environment={environment.name} />
          </Tabs.Panel>
        </Tabs.Root>
      </Card>
    </>
  );
}
