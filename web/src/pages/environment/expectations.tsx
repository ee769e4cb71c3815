import { type FormEvent, useState } from "react";
import { Link } from "react-router";
import { useMay, useOrganization } from "../../api/organization";
import { pathsOf } from "../../api/paths";
import { useChange } from "../../api/use-change";
import { useList } from "../../api/use-list";
import {
  ExpectationsDocument,
  type ExpectationsQuery,
  ExpectDocument,
  ExpectNoMoreDocument,
} from "../../generated/graphql";
import { Badge } from "../../parts/badge";
import { Button } from "../../parts/button";
import { Moment } from "../../parts/moment";
import { More } from "../../parts/more";
import parts from "../../parts/parts.module.css";
import { Empty, Failure, Loading, reason } from "../../parts/state";
import styles from "./environment.module.css";

type Breach = NonNullable<
  NonNullable<ExpectationsQuery["organization"]>["environment"]
>["breaches"]["nodes"][number];

const pick = (data: ExpectationsQuery) => data.organization?.environment?.breaches;

const states = {
  MET: { tone: "good", word: "Met" },
  BREACHED: { tone: "bad", word: "Breached" },
  UNKNOWN: { tone: "quiet", word: "Not known yet" },
} as const;

/** What must hold in an environment, and when it did not. */
export function Expectations({ environment }: { environment: string }) {
  const organization = useOrganization();
  const may = useMay("MEMBER");
  const variables = { organization, name: environment, after: null };
  const list = useList(ExpectationsDocument, variables, pick, {
    concerns: (event) => event.environment?.name === environment,
  });
  const remove = useChange(ExpectNoMoreDocument);
  const expectations = list.data?.organization?.environment?.expectations.nodes ?? [];

  async function takeAway(expect: string) {
    await remove.run({ input: { organization, environment, expect } });
    list.refresh();
  }
  if (list.error) return <Failure error={list.error} retry={list.refresh} />;
  if (!list.data) return <Loading what="expectations" />;
  return (
    <>
      {may && <Expect environment={environment} onDone={list.refresh} />}
      {remove.error && (
        <p className={styles.error} role="alert">
          {reason(remove.error)}
        </p>
      )}
      {expectations.length === 0 ? (
        <Empty
          title="Nothing is expected yet"
          command={`landfall create expectation ${environment} 'runner: at least 3'`}
        >
          Say what must run here, and be told when it does not: how many replicas, from which origin, how old
          at most, or the same as in another environment.
        </Empty>
      ) : (
        <div className={styles.scroll}>
          <table>
            <thead>
              <tr>
                <th>Expected</th>
                <th>State</th>
                <th>Since</th>
                {may && <th>Change</th>}
              </tr>
            </thead>
            <tbody>
              {expectations.map((e) => (
                <tr key={e.id}>
                  <td>{e.summary}</td>
                  <td>
                    <Badge tone={states[e.state].tone}>{states[e.state].word}</Badge>
                  </td>
                  <td>
                    <Moment at={e.createdAt} />
                  </td>
                  {may && (
                    <td>
                      <Button
                        kind="bare"
                        onClick={() => void takeAway(e.summary)}
                        aria-label={`Expect no more: ${e.summary}`}
                      >
                        Take away
                      </Button>
                    </td>
                  )}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {list.nodes.length > 0 && <Breaches environment={environment} breaches={list.nodes} />}
      <More list={list} />
    </>
  );
}

function Expect({ environment, onDone }: { environment: string; onDone: () => void }) {
  const organization = useOrganization();
  const change = useChange(ExpectDocument);
  const [text, setText] = useState("");
  async function submit(event: FormEvent) {
    event.preventDefault();
    if (!(await change.run({ input: { organization, environment, expect: text } }))) return;
    setText("");
    onDone();
  }
  return (
    <form className={styles.form} onSubmit={submit}>
      <div className={parts.field}>
        <label htmlFor="expect">Expect</label>
        <input
          id="expect"
          required
          placeholder="runner: at least 3"
          list="expectations"
          value={text}
          onChange={(e) => setText(e.target.value)}
        />
        <datalist id="expectations">
          <option value="runner: at least 3" />
          <option value="known provenance" />
          <option value="at most 30 days old" />
          <option value="same as aws-beta within 1h" />
        </datalist>
      </div>
      <Button type="submit" disabled={change.busy}>
        Expect it
      </Button>
      {change.error && (
        <p className={styles.error} role="alert">
          {reason(change.error)}
        </p>
      )}
    </form>
  );
}

function Breaches({ environment, breaches }: { environment: string; breaches: readonly Breach[] }) {
  const to = pathsOf(useOrganization());
  return (
    <>
      <h2 className={styles.subhead}>When it was not so</h2>
      <div className={styles.scroll}>
        <table>
          <thead>
            <tr>
              <th>Found</th>
              <th>Since</th>
              <th>Until</th>
            </tr>
          </thead>
          <tbody>
            {breaches.map((b) => (
              <tr key={b.id}>
                <td>{b.summary}</td>
                <td>
                  <Moment at={b.startedAt} />{" "}
                  {b.startedIn && (
                    <Link to={to.environment(environment, { snapshot: b.startedIn.number })}>
                      #{b.startedIn.number}
                    </Link>
                  )}
                </td>
                <td>
                  {b.endedAt ? <Moment at={b.endedAt} /> : <Badge tone="bad">Goes on</Badge>}{" "}
                  {b.endedIn && (
                    <Link to={to.environment(environment, { snapshot: b.endedIn.number })}>
                      #{b.endedIn.number}
                    </Link>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}
