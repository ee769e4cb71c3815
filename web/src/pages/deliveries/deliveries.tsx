import { useEffect, useId, useRef, useState } from "react";
import { Link, useSearchParams } from "react-router";
import { useMay, useOrganization } from "../../api/organization";
import { pathsOf } from "../../api/paths";
import { useChange } from "../../api/use-change";
import { useList } from "../../api/use-list";
import { useLiveQuery, useThrottled } from "../../api/use-live-query";
import { useStream } from "../../api/use-stream";
import {
  DeliveriesChangeDocument,
  DeliveriesFailedDocument,
  type DeliveryFilter,
  type DeliveryLineFragment,
  DeliveryListDocument,
  type DeliveryState,
  ReplayDeliveriesDocument,
} from "../../generated/graphql";
import { isForbidden, NotAllowed } from "../../parts/allowed";
import { Badge } from "../../parts/badge";
import { Button } from "../../parts/button";
import { Confirm } from "../../parts/dialog";
import { Done, Field } from "../../parts/form";
import { Icon } from "../../parts/icon";
import { Moment } from "../../parts/moment";
import { More } from "../../parts/more";
import { Card, Muted, Page } from "../../parts/page";
import { Empty, Failure, Loading } from "../../parts/state";
import table from "../../parts/table.module.css";
import { bytes, count } from "../../parts/words";
import styles from "./deliveries.module.css";
import { type Choice, choiceOf, filterOf, sources, states, withDelivery } from "./filter";

const pageSize = 50;

/** What came in, and what was made of it. */
export function Deliveries() {
  const allowed = useMay("MEMBER");
  return (
    <Page
      title="Deliveries"
      about="What forges sent by webhook and what agents reported too late, and what was made of it."
    >
      {allowed ? <Inbox /> : <NotAllowed what="Deliveries" needed="MEMBER" />}
    </Page>
  );
}

function Inbox() {
  const organization = useOrganization();
  const [search, setSearch] = useSearchParams();
  const choice = choiceOf(search);
  const filter = filterOf(choice) ?? null;
  const list = useList(
    DeliveryListDocument,
    { organization, filter, first: pageSize },
    (data) => data.organization?.deliveries,
  );
  const failed = useFailed(organization, choice);
  const failedAgain = useThrottled(failed.refresh);
  // What leaves a state is told only to who follows all states.
  const { state, ...rest } = choice;
  useStream(
    DeliveriesChangeDocument,
    { organization, filter: filterOf({ ...rest, state: null }) ?? null },
    {
      told({ deliveries: told }) {
        list.change((nodes) => withDelivery(nodes, told, state, list.more === null));
        if (told.state === "FAILED" || failed.nodes.some((d) => d.id === told.id)) failedAgain();
      },
      missed() {
        list.refresh();
        failed.refresh();
      },
    },
  );
  const choose = (change: Partial<Choice>) => {
    const wanted = { ...choice, ...change };
    const next = new URLSearchParams();
    if (wanted.source) next.set("source", wanted.source.toLowerCase());
    if (wanted.state) next.set("state", wanted.state.toLowerCase());
    if (wanted.event) next.set("event", wanted.event);
    if (wanted.repository) next.set("repository", wanted.repository);
    setSearch(next, { replace: true });
  };
  if (isForbidden(list.error)) return <NotAllowed what="Deliveries" needed="MEMBER" />;
  return (
    <>
      <Filters choice={choice} choose={choose} nodes={list.nodes} />
      <FailedOnes
        choice={choice}
        choose={choose}
        nodes={failed.nodes}
        hasMore={failed.hasMore}
        refresh={() => {
          list.refresh();
          failed.refresh();
        }}
      />
      {list.error && <Failure error={list.error} retry={list.refresh} />}
      {(list.fetching || list.nodes.length > 0) && (
        <Card flush title={list.nodes.length > 0 ? titleOf(choice) : undefined}>
          {list.fetching ? <Loading what="deliveries" lines={8} /> : <Table nodes={list.nodes} />}
          <More list={list} />
        </Card>
      )}
      {!list.fetching && !list.error && list.nodes.length === 0 && (
        <Card>
          <Nothing filtered={filter !== null} clear={() => setSearch({}, { replace: true })} />
        </Card>
      )}
    </>
  );
}

function titleOf({ state }: Choice): string {
  return state ? states[state].meaning : "Newest first";
}

/** The newest that failed, whatever else is shown; nothing where the list shows them itself. */
function useFailed(organization: string, choice: Choice) {
  const filter: DeliveryFilter = { ...filterOf({ ...choice, state: null }), states: ["FAILED"] };
  const { data, refresh } = useLiveQuery(DeliveriesFailedDocument, { organization, filter });
  const page = data?.organization?.deliveries;
  return { nodes: page?.nodes ?? [], hasMore: page?.pageInfo.hasNextPage ?? false, refresh };
}

function FailedOnes({
  choice,
  choose,
  nodes,
  hasMore,
  refresh,
}: {
  choice: Choice;
  choose: (change: Partial<Choice>) => void;
  nodes: DeliveryLineFragment[];
  hasMore: boolean;
  refresh: () => void;
}) {
  const [done, setDone] = useState("");
  useEffect(() => {
    if (!done) return;
    const timer = setTimeout(() => setDone(""), 15_000); // by then there is news in the list
    return () => clearTimeout(timer);
  }, [done]);
  const shown = nodes.length > 0 && (choice.state === null || choice.state === "FAILED");
  return (
    <>
      <Done>{done}</Done>
      {shown && (
        <section className={styles.failed} aria-label="What failed">
          <div className={styles.failedHead}>
            <h2>
              <Icon name="warn" /> {hasMore ? `More than ${nodes.length}` : nodes.length}{" "}
              {nodes.length === 1 ? "delivery" : "deliveries"} could not be applied
            </h2>
            <ReplayAll
              choice={choice}
              done={(words) => {
                setDone(words);
                refresh();
              }}
            />
          </div>
          {choice.state === null && (
            <ul>
              {nodes.map((d) => (
                <li key={d.id}>
                  <DeliveryLink delivery={d}>
                    {d.event}
                    {d.repository && ` of ${d.repository}`}
                  </DeliveryLink>
                  , <Moment at={d.receivedAt} />: {d.reason ?? "nobody knows why"}
                </li>
              ))}
              {hasMore && (
                <li>
                  <Button kind="bare" onClick={() => choose({ state: "FAILED" })}>
                    Show all that failed
                  </Button>
                </li>
              )}
            </ul>
          )}
        </section>
      )}
    </>
  );
}

/** Applies again what failed, as far as the filters leave it. */
function ReplayAll({ choice, done }: { choice: Choice; done: (words: string) => void }) {
  const organization = useOrganization();
  const replay = useChange(ReplayDeliveriesDocument);
  async function run() {
    let replayed = 0;
    let after: string | null = null;
    for (;;) {
      const filter: DeliveryFilter = { ...filterOf(choice), states: ["FAILED"] };
      const data = await replay.run({ organization, filter, after });
      if (!data) return false;
      replayed += data.replayDeliveries.count;
      after = data.replayDeliveries.endCursor;
      if (!data.replayDeliveries.more || after === null) break;
    }
    done(
      replayed === 0
        ? "None was left to be replayed."
        : replayed === 1
          ? "1 delivery will be tried again. What becomes of it shows here by itself."
          : `${count(replayed, "delivery", "deliveries")} will be tried again, the oldest first. What becomes of them shows here by itself.`,
    );
    return true;
  }
  const narrowed = [
    choice.source && `from ${sources[choice.source]}`,
    choice.event && `of the event ${choice.event}`,
    choice.repository && `about ${choice.repository}`,
  ].filter(Boolean);
  return (
    <Confirm
      label={
        <>
          <Icon name="replay" /> Replay what failed
        </>
      }
      title="Replay all that failed?"
      action="Replay them"
      {...replay}
      run={run}
    >
      <p>
        All failed deliveries {narrowed.join(", ")} are tried again in the background, the oldest first. What
        one of them said before is not said twice.
      </p>
    </Confirm>
  );
}

function Filters({
  choice,
  choose,
  nodes,
}: {
  choice: Choice;
  choose: (change: Partial<Choice>) => void;
  nodes: DeliveryLineFragment[];
}) {
  const events = distinct(nodes.map((d) => d.event));
  const repositories = distinct(nodes.map((d) => d.repository ?? ""));
  return (
    <search className={styles.filters}>
      <Field label="Source">
        {(props) => (
          <select
            {...props}
            value={choice.source ?? ""}
            onChange={(e) => choose({ source: (e.target.value || null) as Choice["source"] })}
          >
            <option value="">All</option>
            {Object.entries(sources).map(([value, name]) => (
              <option key={value} value={value}>
                {name}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Field label="State">
        {(props) => (
          <select
            {...props}
            value={choice.state ?? ""}
            onChange={(e) => choose({ state: (e.target.value || null) as Choice["state"] })}
          >
            <option value="">All</option>
            {Object.entries(states).map(([value, { word }]) => (
              <option key={value} value={value}>
                {word}
              </option>
            ))}
          </select>
        )}
      </Field>
      <TextFilter
        label="Event"
        placeholder="workflow_run"
        value={choice.event}
        options={events}
        onChange={(event) => choose({ event })}
      />
      <TextFilter
        label="Repository"
        placeholder="owner/name"
        value={choice.repository}
        options={repositories}
        onChange={(repository) => choose({ repository })}
      />
      {filterOf(choice) && (
        <Button onClick={() => choose({ source: null, state: null, event: "", repository: "" })}>
          Show all
        </Button>
      )}
    </search>
  );
}

function distinct(values: string[]): string[] {
  return [...new Set(values.filter(Boolean))].sort();
}

/** A filter that is typed: it counts once nothing was typed for a while. */
function TextFilter({
  label,
  placeholder,
  value,
  options,
  onChange,
}: {
  label: string;
  placeholder: string;
  value: string;
  options: string[];
  onChange: (value: string) => void;
}) {
  const [typed, setTyped] = useState(value);
  const newest = useRef(onChange);
  newest.current = onChange;
  const list = useId();
  useEffect(() => setTyped(value), [value]);
  useEffect(() => {
    if (typed.trim() === value) return;
    const timer = setTimeout(() => newest.current(typed.trim()), 500);
    return () => clearTimeout(timer);
  }, [typed, value]);
  return (
    <Field label={label}>
      {(props) => (
        <>
          <input
            {...props}
            type="search"
            placeholder={placeholder}
            list={list}
            value={typed}
            spellCheck={false}
            onChange={(e) => setTyped(e.target.value)}
            onKeyDown={(e) => e.key === "Enter" && onChange(typed.trim())}
          />
          <datalist id={list}>
            {options.map((option) => (
              <option key={option} value={option} />
            ))}
          </datalist>
        </>
      )}
    </Field>
  );
}

function Table({ nodes }: { nodes: DeliveryLineFragment[] }) {
  return (
    <table className={table.stack}>
      <thead>
        <tr>
          <th>Received</th>
          <th>Source</th>
          <th>Event</th>
          <th>Repository</th>
          <th>State</th>
          <th>Why</th>
          <th className={table.number}>Tries</th>
          <th className={table.number}>Size</th>
        </tr>
      </thead>
      <tbody>
        {nodes.map((d) => (
          <tr key={d.id} className={d.state === "FAILED" ? styles.failedRow : undefined}>
            <td className={table.keep} data-name="Received">
              <Moment at={d.receivedAt} />
            </td>
            <td className={table.keep} data-name="Source">
              {sources[d.source]}
            </td>
            <td data-name="Event">
              <DeliveryLink delivery={d}>{d.event}</DeliveryLink>
            </td>
            <td className={table.long} data-name="Repository">
              {d.repository}
            </td>
            <td data-name="State">
              <StateBadge state={d.state} />
            </td>
            <td className={table.long} data-name="Why">
              <Why delivery={d} />
            </td>
            <td className={table.number} data-name="Tries">
              {d.attempts}
            </td>
            <td className={table.number} data-name="Size">
              {bytes(d.size)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export function StateBadge({ state }: { state: DeliveryState }) {
  const { word, tone, icon, meaning } = states[state];
  return (
    <Badge tone={tone} title={meaning} {...(icon && { icon })}>
      {word}
    </Badge>
  );
}

/** Why a delivery is in its state, and when it is tried next. */
export function Why({
  delivery: d,
}: {
  delivery: Pick<DeliveryLineFragment, "reason" | "nextAttemptAt" | "state">;
}) {
  if (!d.reason && !d.nextAttemptAt) return null;
  return (
    <span className={d.state === "FAILED" ? styles.bad : undefined}>
      {d.reason}
      {d.nextAttemptAt && (
        <Muted>
          {d.reason && "; "}tried again <Moment at={d.nextAttemptAt} />
        </Muted>
      )}
    </span>
  );
}

export function DeliveryLink({
  delivery: d,
  children,
}: {
  delivery: Pick<DeliveryLineFragment, "source" | "sourceId">;
  children: React.ReactNode;
}) {
  return <Link to={pathsOf(useOrganization()).delivery(d.source, d.sourceId)}>{children}</Link>;
}

function Nothing({ filtered, clear }: { filtered: boolean; clear: () => void }) {
  const admin = useMay("ADMIN");
  const to = pathsOf(useOrganization());
  if (filtered) {
    return (
      <Empty title="No delivery is like that">
        Repositories are written with their owner, and events in the words of the forge, such as{" "}
        <code>workflow_run</code>. <Button onClick={clear}>Show all</Button>
      </Empty>
    );
  }
  return (
    <Empty title="Nothing has come in yet" command="landfall create webhook github">
      Point the webhooks of your forge at this server, and what it sends is kept here. The command prints the
      URL and the secret to paste
      {admin && (
        <>
          , and so do the <Link to={to.settings("webhooks")}>settings</Link>
        </>
      )}
      .
    </Empty>
  );
}
