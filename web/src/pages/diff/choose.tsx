import { type FormEvent, useId, useState } from "react";
import { Link } from "react-router";
import { orderEnvironments } from "../../api/environments";
import { useOrganization } from "../../api/organization";
import { pathsOf } from "../../api/paths";
import { useLiveQuery } from "../../api/use-live-query";
import { DiffOffersDocument, type DiffOffersQuery } from "../../generated/graphql";
import { Button } from "../../parts/button";
import { Field } from "../../parts/form";
import { Icon } from "../../parts/icon";
import { Moment } from "../../parts/moment";
import { Card, Hidden, Muted } from "../../parts/page";
import { Empty, Failure, Loading } from "../../parts/state";
import styles from "./diff.module.css";

type Offered = NonNullable<DiffOffersQuery["organization"]>["environments"]["nodes"][number];
type Asked = ReturnType<typeof useOffers>;

/** The environments and their newest snapshots, in the order in which versions get there. */
export function useOffers() {
  const organization = useOrganization();
  const { data, error, fetching, refresh } = useLiveQuery(
    DiffOffersDocument,
    { organization },
    { concerns: (event) => event.snapshot !== null },
  );
  const environments = orderEnvironments(data?.organization?.environments.nodes ?? []);
  return { environments, error, fetching, refresh };
}

/** Two references to snapshots, in any form that they have. */
export function Choose({
  from,
  to,
  offers,
  choose,
}: {
  from: string;
  to: string;
  offers: Asked;
  choose: (from: string, to: string) => void;
}) {
  const [typedFrom, setFrom] = useState(from);
  const [typedTo, setTo] = useState(to);
  const list = useId();
  function submit(event: FormEvent) {
    event.preventDefault();
    choose(typedFrom.trim(), typedTo.trim());
  }
  function swap() {
    setFrom(typedTo);
    setTo(typedFrom);
    if (from && to) choose(typedTo.trim(), typedFrom.trim());
  }
  const input = { type: "text", required: true, list, spellCheck: false, autoComplete: "off" } as const;
  return (
    <form className={styles.choose} onSubmit={submit}>
      <Field label="From">
        {(props) => (
          <input
            {...props}
            {...input}
            placeholder="aws-prod~1"
            value={typedFrom}
            onChange={(event) => setFrom(event.target.value)}
          />
        )}
      </Field>
      <Button className={styles.turn} onClick={swap} aria-label="Swap the two" title="Swap the two">
        <span className={styles.swap}>⇄</span>
      </Button>
      <Field label="To">
        {(props) => (
          <input
            {...props}
            {...input}
            placeholder="aws-prod"
            value={typedTo}
            onChange={(event) => setTo(event.target.value)}
          />
        )}
      </Field>
      <Button kind="primary" type="submit">
        Compare
      </Button>
      <datalist id={list}>
        {offers.environments.flatMap(({ name, snapshots }) => [
          <option key={name} value={name}>
            the newest
          </option>,
          <option key={`${name}~1`} value={`${name}~1`}>
            the one before it
          </option>,
          <option key={`${name}@`} value={`${name}@{yesterday}`}>
            as it was yesterday
          </option>,
          ...snapshots.nodes.map(({ ref }) => <option key={ref} value={ref} />),
        ])}
      </datalist>
      <p className={styles.hint}>
        <code>aws-prod</code> is the newest snapshot, <code>aws-prod#65</code> number 65,{" "}
        <code>aws-prod~1</code> the one before the newest, <code>{"aws-prod@{2.weeks.ago}"}</code> the one of
        then.
      </p>
    </form>
  );
}

/** What may be worth a look: the last change of each environment, and what waits before the next. */
export function Offers({ offers: { environments, error, fetching, refresh } }: { offers: Asked }) {
  const paths = pathsOf(useOrganization());
  if (error) return <Failure error={error} retry={refresh} />;
  if (fetching && environments.length === 0) return <Loading what="environments" />;
  const changed = environments.filter((e) => e.snapshots.nodes.length === 2);
  const places = environments.filter((e) => e.type !== "LOGICAL" && e.snapshots.nodes.length > 0);
  const waits = places.slice(1).map((next, i) => [places[i] as Offered, next] as const);
  if (changed.length === 0 && waits.length === 0) {
    return (
      <Card>
        <Empty title="There is nothing to compare yet" command="landfall snapshot docker staging --watch">
          As soon as what runs in an environment changes, it has two snapshots. An agent tells.
        </Empty>
      </Card>
    );
  }
  return (
    <div className={styles.offers}>
      {changed.length > 0 && (
        <Card title="What changed last" flush>
          <ul>
            {changed.map((environment) => (
              <LastChange key={environment.id} environment={environment} />
            ))}
          </ul>
        </Card>
      )}
      {waits.length > 0 && (
        <Card title="What waits" flush>
          <ul>
            {waits.map(([before, next]) => (
              <li key={next.id} className={styles.offer}>
                <Link to={paths.diff(next.name, before.name)}>
                  In {before.name}, not yet in {next.name}
                </Link>
              </li>
            ))}
          </ul>
        </Card>
      )}
    </div>
  );
}

function LastChange({ environment: { snapshots } }: { environment: Offered }) {
  const [newest, before] = snapshots.nodes;
  if (!newest || !before) return null;
  return (
    <li className={styles.offer}>
      <Pair from={before.ref} to={newest.ref} />
      <Muted>
        <Moment at={newest.takenAt} />
      </Muted>
    </li>
  );
}

function Pair({ from, to }: { from: string; to: string }) {
  const paths = pathsOf(useOrganization());
  return (
    <Link to={paths.diff(from, to)}>
      {from} <Icon name="arrow" size={12} />
      <Hidden> to </Hidden> {to}
    </Link>
  );
}
