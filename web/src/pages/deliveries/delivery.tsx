import { useState } from "react";
import { Link, useParams } from "react-router";
import { useClient } from "urql";
import { codesOf } from "../../api/client";
import { useMay, useOrganization } from "../../api/organization";
import { pathsOf } from "../../api/paths";
import { useChange } from "../../api/use-change";
import { useLiveQuery } from "../../api/use-live-query";
import { useStream } from "../../api/use-stream";
import {
  DeliveriesChangeDocument,
  DeliveryBodyDocument,
  type DeliveryLineFragment,
  type DeliverySource,
  OneDeliveryDocument,
  type OneDeliveryQuery,
  ReplayDeliveryDocument,
} from "../../generated/graphql";
import { isForbidden, NotAllowed } from "../../parts/allowed";
import { Button } from "../../parts/button";
import { Copy } from "../../parts/copy";
import { Done, Refusal } from "../../parts/form";
import { Icon } from "../../parts/icon";
import { ExactMoment, Moment } from "../../parts/moment";
import { Card, Fact, Facts, Muted, Page } from "../../parts/page";
import { Empty, Failure, Loading } from "../../parts/state";
import { bytes, count } from "../../parts/words";
import { type Body, readable } from "./body";
import { StateBadge } from "./deliveries";
import styles from "./deliveries.module.css";
import { sourceOf, sources, states } from "./filter";

type Whole = NonNullable<NonNullable<OneDeliveryQuery["organization"]>["delivery"]>;

/** One thing that came in: what became of it, and what it said. */
export function DeliveryPage() {
  const allowed = useMay("MEMBER");
  const { source: slug, "*": sourceId = "" } = useParams();
  const source = sourceOf(slug);
  if (!allowed) {
    return (
      <Page title="Delivery">
        <NotAllowed what="Deliveries" needed="MEMBER" />
      </Page>
    );
  }
  if (!source) {
    return (
      <Page title="Delivery">
        <Empty title={`Nothing comes from ${slug}`}>
          Deliveries come from {Object.keys(sources).join(", ").toLowerCase()}.
        </Empty>
      </Page>
    );
  }
  return <One key={`${source} ${sourceId}`} source={source} sourceId={sourceId} />;
}

function One({ source, sourceId }: { source: DeliverySource; sourceId: string }) {
  const organization = useOrganization();
  const to = pathsOf(organization);
  const { data, error, fetching, refresh } = useLiveQuery(OneDeliveryDocument, {
    organization,
    source,
    sourceId,
  });
  const [newest, setNewest] = useState<DeliveryLineFragment>();
  useStream(
    DeliveriesChangeDocument,
    { organization, filter: { sources: [source], sourceId } },
    {
      told: ({ deliveries }) => setNewest(deliveries),
      missed() {
        setNewest(undefined);
        refresh();
      },
    },
  );
  const found = data?.organization?.delivery;
  if (!found) {
    return (
      <Page title="Delivery" kicker={<Link to={to.deliveries()}>Deliveries</Link>}>
        {fetching && !error ? (
          <Loading what="the delivery" lines={8} />
        ) : isForbidden(error) ? (
          <NotAllowed what="Deliveries" needed="MEMBER" />
        ) : (
          <>
            {error && !codesOf(error).includes("NOT_FOUND") && <Failure error={error} retry={refresh} />}
            <Empty
              title={`No delivery from ${sources[source]} is known as ${sourceId}`}
              command={`landfall list deliveries --source ${source.toLowerCase().replace("_", "-")}`}
            >
              Deliveries that need nothing any more are forgotten after a while, by default after 90 days.
              What was made of them stays.
            </Empty>
          </>
        )}
      </Page>
    );
  }
  const delivery: Whole = { ...found, ...newest };
  return (
    <Page
      title={`${delivery.event} from ${sources[source]}`}
      heading={
        <>
          {delivery.event}
          {delivery.repository && ` of ${delivery.repository}`}
        </>
      }
      kicker={
        <>
          <Link to={to.deliveries()}>Deliveries</Link> from{" "}
          <Link to={to.deliveries({ source: source.toLowerCase() })}>{sources[source]}</Link>
        </>
      }
      about={
        <>
          Received <Moment at={delivery.receivedAt} />
        </>
      }
    >
      <Verdict delivery={delivery} replayed={setNewest} />
      <Card title="About this delivery">
        <Facts>
          <Fact name="Source">{sources[source]}</Fact>
          <Fact name="Id">
            <code>{delivery.sourceId}</code> <Copy text={delivery.sourceId} what="the id" />
          </Fact>
          <Fact name="Event">
            <Link to={`${to.deliveries()}?event=${encodeURIComponent(delivery.event)}`}>
              {delivery.event}
            </Link>
          </Fact>
          {delivery.repository && (
            <Fact name="Repository">
              <Link to={`${to.deliveries()}?repository=${encodeURIComponent(delivery.repository)}`}>
                {delivery.repository}
              </Link>
            </Fact>
          )}
          <Fact name="Received">
            <ExactMoment at={delivery.receivedAt} />
          </Fact>
          <Fact name="Tried">
            {delivery.attempts === 0 ? "not yet" : count(delivery.attempts, "time")}
            {delivery.nextAttemptAt && (
              <>
                , and again <Moment at={delivery.nextAttemptAt} />
              </>
            )}
          </Fact>
          <Fact name="Size">{bytes(delivery.size)}</Fact>
        </Facts>
      </Card>
      <Card title="Headers" flush>
        {delivery.headers.length === 0 ? (
          <Empty title="None was kept" />
        ) : (
          <table className={styles.headers}>
            <thead>
              <tr>
                <th>Name</th>
                <th>Value</th>
              </tr>
            </thead>
            <tbody>
              {delivery.headers.map((h) => (
                <tr key={`${h.name} ${h.value}`}>
                  <td>{h.name}</td>
                  <td>
                    <code>{h.value}</code>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </Card>
      <BodyCard source={source} sourceId={sourceId} size={delivery.size} />
    </Page>
  );
}

/** What became of it and why, and the way to try it again. */
function Verdict({
  delivery: d,
  replayed,
}: {
  delivery: Whole;
  replayed: (delivery: DeliveryLineFragment) => void;
}) {
  const replay = useChange(ReplayDeliveryDocument);
  const [done, setDone] = useState("");
  async function run() {
    setDone("");
    const data = await replay.run({ id: d.id });
    if (!data) return;
    const now = data.replayDelivery.delivery;
    replayed(now);
    setDone(resultOf(now));
  }
  const looks = d.state === "FAILED" ? styles.badly : d.state === "WAITING" ? styles.waiting : "";
  return (
    <>
      <section className={`${styles.verdict} ${looks}`} aria-label="What became of it">
        <div className={styles.failedHead}>
          <StateBadge state={d.state} />
          <Button onClick={() => void run()} disabled={replay.busy}>
            <Icon name="replay" /> {replay.busy ? "Replaying…" : "Replay"}
          </Button>
        </div>
        {d.reason && <p>{sentenceOf(d.reason)}</p>}
        <p>
          <Muted>{states[d.state].meaning}</Muted>
        </p>
      </section>
      <Refusal error={replay.error} />
      <Done>{done}</Done>
    </>
  );
}

/** What a replay led to, in words. */
function resultOf({ state, reason }: DeliveryLineFragment): string {
  const why = reason ? `: ${reason}` : "";
  switch (state) {
    case "APPLIED":
      return `It was replayed and applied${why}. What it had said before was not said twice.`;
    case "IGNORED":
      return `It was replayed, and is of no use here${why}.`;
    case "STALE":
      return `It was replayed, and came too late to change anything${why}.`;
    case "WAITING":
      return `It will be tried by itself${why}. What becomes of it shows here.`;
    case "FAILED":
      return `It was replayed and failed again${why}.`;
  }
}

function sentenceOf(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1) + (/[.?!]$/.test(text) ? "" : ".");
}

/** What was sent: read only when somebody wants it, since it may be large. */
function BodyCard({ source, sourceId, size }: { source: DeliverySource; sourceId: string; size: number }) {
  const organization = useOrganization();
  const admin = useMay("ADMIN");
  const client = useClient();
  const [state, setState] = useState<{ busy?: boolean; error?: Error; raw?: string; body?: Body }>({});
  async function read() {
    setState({ busy: true });
    const variables = { organization, source, sourceId };
    const { data, error } = await client
      .query(DeliveryBodyDocument, variables, { requestPolicy: "network-only" })
      .toPromise();
    const raw = data?.organization?.delivery?.body;
    if (error) setState({ error });
    else if (raw === null || raw === undefined) {
      setState({ error: new Error("It is shown to administrators only, or is not there any more.") });
    } else setState({ raw, body: readable(raw) });
  }
  if (!admin) {
    return (
      <Card title="Body">
        <Muted>Only administrators are shown what was sent: it may have secrets in it.</Muted>
      </Card>
    );
  }
  const { busy = false, error, raw, body } = state;
  if (!body || raw === undefined) {
    return (
      <Card title="Body">
        {error && <Failure error={error} />}
        <Button onClick={() => void read()} disabled={busy}>
          {busy ? "Reading…" : `Show what was sent (${bytes(size)})`}
        </Button>
      </Card>
    );
  }
  return (
    <Card
      title="Body"
      actions={
        <>
          <Copy text={raw} what="the body" />
          <Button onClick={() => save(raw, `${sourceId}${body.json ? ".json" : ".txt"}`)}>Save</Button>
        </>
      }
      flush
    >
      {body.text === "" ? (
        <Empty title="It was empty" />
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be scrolled by keyboard.
        <section className={styles.body} tabIndex={0} aria-label="The body">
          <pre>{body.text}</pre>
        </section>
      )}
      {body.beyond > 0 && (
        <p className={styles.beyond}>
          {count(body.beyond, "more character")} {body.beyond === 1 ? "is" : "are"} not shown: save it to read
          all.
        </p>
      )}
    </Card>
  );
}

/** Gives somebody a file with a text. */
function save(text: string, name: string) {
  const url = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name.replaceAll(/[^\w.-]/g, "_");
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
