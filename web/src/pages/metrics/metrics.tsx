import { useState } from "react";
import { useSearchParams } from "react-router";
import { orderEnvironments } from "../../api/environments";
import { useOrganization } from "../../api/organization";
import { useLiveQuery } from "../../api/use-live-query";
import {
  MetricsChoicesDocument,
  type MetricsChoicesQuery,
  MetricsOfAllDocument,
  MetricsOfFlowDocument,
  type MetricsWholeFragment,
} from "../../generated/graphql";
import { Button } from "../../parts/button";
import { Field } from "../../parts/form";
import { Card, Page } from "../../parts/page";
import { Empty, Failure, Loading } from "../../parts/state";
import { count, dayOf as day } from "../../parts/words";
import { Changes } from "./changes";
import { type Choice, choiceOf, dayOf, daysUpTo, isDay, searchOf, steps, timeOf, times } from "./choice";
import { Figures } from "./figures";
import styles from "./metrics.module.css";
import { exclusions } from "./words";

type Choices = NonNullable<MetricsChoicesQuery["organization"]>;
type Place = Choices["environments"]["nodes"][number];

/** How well is delivered, judged by what was seen to run. */
export function Metrics() {
  const organization = useOrganization();
  const [search, setSearch] = useSearchParams();
  const { data, error, fetching, refresh } = useLiveQuery(MetricsChoicesDocument, { organization });
  const choices = data?.organization;
  const places = orderEnvironments(choices?.environments.nodes ?? []).filter((e) => e.type !== "LOGICAL");
  const asked = choiceOf(search);
  // Where versions get to last is what matters most, if anything runs there.
  const last = places.findLast((place) => place.snapshot !== null) ?? places.at(-1);
  const choice = { ...asked, environment: asked.environment ?? last?.name ?? null };
  const choose = (change: Partial<Choice>) =>
    setSearch(searchOf({ ...choice, ...change }), { replace: true });
  return (
    <Page
      title={`Metrics${choice.flow ? ` of ${choice.flow}` : ""}`}
      about="How well software is delivered to an environment, judged by what was seen to run there and not by what was announced."
    >
      {error && <Failure error={error} retry={refresh} />}
      {!choices && fetching && !error && <Loading what="what there is" lines={8} />}
      {choices && places.length === 0 && (
        <Card>
          <Empty
            title="There is no environment yet"
            command="landfall create environment staging --type docker"
          >
            Metrics tell how versions come to run in an environment. It takes an environment that an agent
            reports, and flows whose artifacts are known.
          </Empty>
        </Card>
      )}
      {choices && choice.environment !== null && places.length > 0 && (
        <>
          <Choosing choice={choice} choose={choose} places={places} flows={choices.flows} />
          {choice.flow ? (
            <OfFlow
              choice={{ ...choice, flow: choice.flow }}
              environment={choice.environment}
              places={places}
              choose={choose}
            />
          ) : (
            <OfAll choice={choice} environment={choice.environment} places={places} choose={choose} />
          )}
        </>
      )}
    </Page>
  );
}

interface Asked {
  choice: Choice;
  environment: string;
  places: Place[];
  choose: (change: Partial<Choice>) => void;
}

function OfAll(asked: Asked) {
  const organization = useOrganization();
  const { environment, choice } = asked;
  const during = { from: choice.since, to: choice.until };
  const { data, ...rest } = useLiveQuery(
    MetricsOfAllDocument,
    { organization, environment, during, step: choice.step },
    {
      concerns: (event) =>
        event.snapshot !== null && event.environment?.name === environment && choice.until === "now",
    },
  );
  return <Answered {...asked} {...rest} metrics={data?.organization?.metrics ?? undefined} />;
}

function OfFlow(asked: Asked & { choice: Choice & { flow: string } }) {
  const organization = useOrganization();
  const { environment, choice } = asked;
  const during = { from: choice.since, to: choice.until };
  const { data, ...rest } = useLiveQuery(
    MetricsOfFlowDocument,
    { organization, flow: choice.flow, environment, during, step: choice.step },
    {
      concerns: (event) =>
        event.snapshot !== null && event.environment?.name === environment && choice.until === "now",
    },
  );
  return <Answered {...asked} {...rest} metrics={data?.organization?.flow?.metrics ?? undefined} />;
}

function Answered({
  choice,
  environment,
  places,
  choose,
  metrics,
  error,
  fetching,
  refresh,
}: Asked & {
  metrics: MetricsWholeFragment | undefined;
  error: Parameters<typeof Failure>[0]["error"] | undefined;
  fetching: boolean;
  refresh: () => void;
}) {
  if (error && !metrics) return <Failure error={error} retry={refresh} />;
  if (!metrics) return fetching ? <Loading what="metrics" lines={12} /> : null;
  if (metrics.changes.nodes.length === 0) {
    return (
      <Card>
        <NoChanges choice={choice} place={places.find((p) => p.name === environment)} choose={choose} />
      </Card>
    );
  }
  return (
    <>
      {error && <Failure error={error} retry={refresh} />}
      <Figures metrics={metrics} step={choice.step} />
      <Excluded metrics={metrics} />
      <Changes metrics={metrics} flow={choice.flow} during={{ from: choice.since, to: choice.until }} />
    </>
  );
}

/** Nothing came to run in the time that is asked about: when something did, or what it takes. */
function NoChanges({
  choice,
  place,
  choose,
}: {
  choice: Choice;
  place: Place | undefined;
  choose: (change: Partial<Choice>) => void;
}) {
  const newest = place?.snapshot?.takenAt;
  if (!newest) {
    return (
      <Empty title="Nothing was reported of it yet" command="landfall snapshot docker staging --watch">
        As soon as an agent tells what runs in {choice.environment}, versions that come to run there are
        counted.
      </Empty>
    );
  }
  const at = new Date(newest);
  return (
    <div className={styles.offer}>
      <Empty title={`Nothing ${choice.flow ? `of ${choice.flow} ` : ""}came to run in that time`}>
        The newest snapshot of {choice.environment} is of {day(at)}. It takes artifacts of a flow, and an
        agent that sees them run.
      </Empty>
      <div className={styles.offers}>
        <Button kind="primary" onClick={() => choose({ ...daysUpTo(at, 30), step: "WEEK" })}>
          Show the 30 days before it
        </Button>
        {choice.flow && <Button onClick={() => choose({ flow: null })}>Show all flows</Button>}
      </div>
    </div>
  );
}

/** What was left out of figures, and why. */
function Excluded({ metrics: { excluded } }: { metrics: MetricsWholeFragment }) {
  if (excluded.length === 0) return null;
  return (
    <Card title="Left out of figures">
      <ul className={styles.excluded}>
        {excluded.map((left) => (
          <li key={left.reason}>
            <strong>{count(left.count, "change")}</strong>: {exclusions[left.reason].meaning}.
          </li>
        ))}
      </ul>
    </Card>
  );
}

function Choosing({
  choice,
  choose,
  places,
  flows,
}: {
  choice: Choice;
  choose: (change: Partial<Choice>) => void;
  places: Place[];
  flows: Choices["flows"];
}) {
  const time = timeOf(choice);
  const names = withChosen(
    places.map((place) => place.name),
    choice.environment,
  );
  return (
    <search className={styles.choosing}>
      <Field label="Environment">
        {(props) => (
          <select
            {...props}
            value={choice.environment ?? ""}
            onChange={(event) => choose({ environment: event.target.value })}
          >
            {names.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        )}
      </Field>
      <FlowChoice choice={choice} choose={choose} flows={flows} />
      <Field label="Time">
        {(props) => (
          <select
            {...props}
            value={time}
            onChange={(event) => {
              const wanted = event.target.value;
              if (wanted === "days") choose(daysUpTo(new Date(), 30));
              else choose({ since: wanted, until: "now" });
            }}
          >
            {Object.entries(times).map(([since, name]) => (
              <option key={since} value={since}>
                {name}
              </option>
            ))}
            <option value="days">Own days</option>
            {time === "other" && (
              <option value="other">
                {choice.since} to {choice.until}
              </option>
            )}
          </select>
        )}
      </Field>
      {time === "days" && <Days key={`${choice.since} ${choice.until}`} choice={choice} choose={choose} />}
      <Field label="Step by step">
        {(props) => (
          <select
            {...props}
            value={choice.step}
            onChange={(event) => choose({ step: event.target.value as Choice["step"] })}
          >
            {Object.entries(steps).map(([value, name]) => (
              <option key={value} value={value}>
                {name}
              </option>
            ))}
          </select>
        )}
      </Field>
    </search>
  );
}

/** What there is to choose from, and what was chosen, also if that is not there (any more). */
function withChosen(names: string[], chosen: string | null): string[] {
  return chosen === null || names.includes(chosen) ? names : [chosen, ...names];
}

function FlowChoice({
  choice,
  choose,
  flows,
}: {
  choice: Choice;
  choose: (change: Partial<Choice>) => void;
  flows: Choices["flows"];
}) {
  const names = flows.nodes.map((flow) => flow.name);
  if (flows.pageInfo.hasNextPage) {
    return <ManyFlows key={choice.flow} choice={choice} choose={choose} names={names} />;
  }
  return (
    <Field label="Flow">
      {(props) => (
        <select
          {...props}
          value={choice.flow ?? ""}
          onChange={(event) => choose({ flow: event.target.value || null })}
        >
          <option value="">All together</option>
          {withChosen(names, choice.flow).map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      )}
    </Field>
  );
}

/** Where there are too many flows to list, one is typed. */
function ManyFlows({
  choice,
  choose,
  names,
}: {
  choice: Choice;
  choose: (change: Partial<Choice>) => void;
  names: string[];
}) {
  const [typed, setTyped] = useState(choice.flow ?? "");
  const take = () => typed.trim() !== (choice.flow ?? "") && choose({ flow: typed.trim() || null });
  return (
    <Field label="Flow">
      {(props) => (
        <>
          <input
            {...props}
            type="search"
            list={`${props.id}-list`}
            placeholder="all together"
            spellCheck={false}
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
            onBlur={take}
            onKeyDown={(event) => event.key === "Enter" && take()}
          />
          <datalist id={`${props.id}-list`}>
            {names.map((name) => (
              <option key={name} value={name} />
            ))}
          </datalist>
        </>
      )}
    </Field>
  );
}

/** Own days, in UTC, as steps are cut. */
function Days({ choice, choose }: { choice: Choice; choose: (change: Partial<Choice>) => void }) {
  const [since, setSince] = useState(isDay(choice.since) ? choice.since : "");
  const [until, setUntil] = useState(isDay(choice.until) ? choice.until : dayOf(new Date()));
  const take = () => {
    if (isDay(since) && isDay(until) && (since !== choice.since || until !== choice.until)) {
      choose({ since, until });
    }
  };
  return (
    <>
      <Field label="From">
        {(props) => (
          <input
            {...props}
            type="date"
            value={since}
            max={until}
            onChange={(event) => setSince(event.target.value)}
            onBlur={take}
            onKeyDown={(event) => event.key === "Enter" && take()}
          />
        )}
      </Field>
      <Field label="Before">
        {(props) => (
          <input
            {...props}
            type="date"
            value={until}
            min={since}
            onChange={(event) => setUntil(event.target.value)}
            onBlur={take}
            onKeyDown={(event) => event.key === "Enter" && take()}
          />
        )}
      </Field>
    </>
  );
}
