import { useState } from "react";
import { Link } from "react-router";
import { useOrganization } from "../../api/organization";
import { pathsOf } from "../../api/paths";
import { useChange } from "../../api/use-change";
import { useLiveQuery } from "../../api/use-live-query";
import {
  CreateWebhookDocument,
  type Forge,
  RotateWebhookSecretDocument,
  WebhooksDocument,
  type WebhookWholeFragment,
} from "../../generated/graphql";
import { isForbidden, NotAllowed } from "../../parts/allowed";
import { Badge } from "../../parts/badge";
import { Button } from "../../parts/button";
import { Copy } from "../../parts/copy";
import { Confirm, Dialog, Whole } from "../../parts/dialog";
import { Field } from "../../parts/form";
import form from "../../parts/form.module.css";
import { ExactMoment, Moment } from "../../parts/moment";
import { Card, Fact, Facts, Muted } from "../../parts/page";
import { Failure, Loading } from "../../parts/state";
import { DeliveryLink, StateBadge, Why } from "../deliveries/deliveries";
import { forges } from "./forges";
import styles from "./settings.module.css";

/** A secret that was just made, and is shown this once. */
interface Made {
  forge: Forge;
  url: string;
  secret: string;
  /** Until when the one before is good, if there was one. */
  formerExpiresAt?: string;
}

/** What forges send here: where to, and how to set it up there. */
export function WebhookSettings() {
  const organization = useOrganization();
  const { data, error, fetching, refresh } = useLiveQuery(WebhooksDocument, { organization });
  const [made, setMade] = useState<Made>();
  const hooks = data?.organization?.webhooks.nodes;
  if (!hooks) {
    if (isForbidden(error)) return <NotAllowed what="Webhooks" needed="ADMIN" />;
    return fetching && !error ? (
      <Loading what="webhooks" lines={8} />
    ) : (
      <Failure error={error ?? new Error("There is no such organization.")} retry={refresh} />
    );
  }
  const show = (secret: Made) => {
    setMade(secret);
    refresh();
  };
  const all = Object.keys(forges) as Forge[];
  const withHook = all.flatMap((forge) => {
    const hook = hooks.find((h) => h.forge === forge);
    return hook ? [{ forge, hook }] : [];
  });
  const without = all.filter((forge) => !hooks.some((h) => h.forge === forge));
  return (
    <>
      <p className={styles.intro}>
        Point the webhooks of your forge here once, and everything that happens after git is known: commits,
        builds, images, deployments. One webhook for a whole organization is fine.
      </p>
      {error && <Failure error={error} retry={refresh} />}
      {withHook.map(({ forge, hook }) => (
        <HookCard key={forge} hook={hook} show={show} />
      ))}
      {without.map((forge) => (
        <NoHookCard key={forge} forge={forge} show={show} />
      ))}
      <SecretDialog made={made} close={() => setMade(undefined)} />
    </>
  );
}

function HookCard({ hook, show }: { hook: WebhookWholeFragment; show: (made: Made) => void }) {
  const to = pathsOf(useOrganization());
  const guide = forges[hook.forge];
  const secretInUrl = guide.secret === null;
  return (
    <Card
      title={
        <span className={styles.title}>
          {guide.name} <Badge tone="good">Set up</Badge>
        </span>
      }
      actions={<Rotate forge={hook.forge} show={show} />}
    >
      <div className={styles.webhook}>
        <Facts>
          <Fact name={guide.url}>
            <code>{hook.url}</code>
            {secretInUrl ? (
              <>
                /<Muted>SECRET, which is shown only when it is made</Muted>
              </>
            ) : (
              <>
                {" "}
                <Copy text={hook.url} what={`the URL for ${guide.name}`} />
              </>
            )}
          </Fact>
          {guide.contentType && (
            <Fact name="Content type">
              <code>{guide.contentType}</code>
            </Fact>
          )}
          <Fact name="Events">{guide.events}</Fact>
          <Fact name="Made">
            <Moment at={hook.createdAt} />
          </Fact>
          {hook.formerSecretExpiresAt && (
            <Fact name="Secret before">
              good until <ExactMoment at={hook.formerSecretExpiresAt} />
            </Fact>
          )}
        </Facts>
        <div>
          <h3>What came in last</h3>
          {hook.deliveries.nodes.length === 0 ? (
            <Muted>Nothing yet. Paste it at {guide.name}, as is told below.</Muted>
          ) : (
            <ul className={styles.recent}>
              {hook.deliveries.nodes.map((d) => (
                <li key={d.id}>
                  <StateBadge state={d.state} />
                  <DeliveryLink delivery={d}>{d.event}</DeliveryLink>
                  {d.repository && <span>{d.repository}</span>}
                  <Muted>
                    <Moment at={d.receivedAt} />
                  </Muted>
                  {d.state !== "APPLIED" && <Why delivery={d} />}
                </li>
              ))}
              <li>
                <Link to={to.deliveries({ source: hook.forge.toLowerCase() })}>
                  All deliveries from {guide.name}
                </Link>
              </li>
            </ul>
          )}
        </div>
        <Guide forge={hook.forge} />
      </div>
    </Card>
  );
}

function NoHookCard({ forge, show }: { forge: Forge; show: (made: Made) => void }) {
  const organization = useOrganization();
  const create = useChange(CreateWebhookDocument);
  const guide = forges[forge];
  async function run() {
    const data = await create.run({ organization, forge });
    if (!data) return false;
    show({ forge, ...data.createWebhook });
    return true;
  }
  return (
    <Card
      title={
        <span className={styles.title}>
          {guide.name} <Badge tone="quiet">Not set up</Badge>
        </span>
      }
      actions={
        <Confirm
          label="Set it up"
          what={`Set up ${guide.name}`}
          title={`Set up the webhook of ${guide.name}`}
          action="Make the secret"
          {...create}
          run={run}
        >
          <p>
            A {guide.secret === null ? "URL with a secret in it" : "secret"} is made and shown once. Have the
            page of {guide.name} open where it is to be pasted.
          </p>
        </Confirm>
      }
    >
      <Guide forge={forge} />
    </Card>
  );
}

function Guide({ forge }: { forge: Forge }) {
  const { name } = forges[forge];
  return (
    <details className={styles.guide}>
      <summary>Where to paste it at {name}</summary>
      <Steps forge={forge} />
    </details>
  );
}

function Steps({ forge }: { forge: Forge }) {
  return (
    <ol className={styles.steps}>
      {forges[forge].steps.map((step) => (
        <li key={step}>{step}</li>
      ))}
    </ol>
  );
}

const overlaps = [
  [0, "is not good any more, at once"],
  [3600, "stays good for an hour"],
  [86_400, "stays good for a day"],
  [7 * 86_400, "stays good for a week"],
  [30 * 86_400, "stays good for 30 days"],
] as const;

function Rotate({ forge, show }: { forge: Forge; show: (made: Made) => void }) {
  const organization = useOrganization();
  const rotate = useChange(RotateWebhookSecretDocument);
  const [overlapSeconds, setOverlap] = useState(86_400);
  const { name } = forges[forge];
  async function run() {
    const data = await rotate.run({ organization, forge, overlapSeconds });
    if (!data) return false;
    show({ forge, ...data.rotateWebhookSecret });
    return true;
  }
  return (
    <Confirm
      label="New secret"
      what={`New secret for ${name}`}
      title={`A new secret for ${name}?`}
      action="Make a new secret"
      {...rotate}
      run={run}
    >
      <p>
        It is shown once, and has to take the place of the one before at {name}. Nothing is lost if that is
        done while the one before is good.
      </p>
      <div className={form.form}>
        <Field label="The one before">
          {(props) => (
            <select
              {...props}
              value={overlapSeconds}
              onChange={(event) => setOverlap(Number(event.target.value))}
            >
              {overlaps.map(([seconds, words]) => (
                <option key={seconds} value={seconds}>
                  {words}
                </option>
              ))}
            </select>
          )}
        </Field>
      </div>
    </Confirm>
  );
}

function SecretDialog({ made, close }: { made: Made | undefined; close: () => void }) {
  if (!made) return null;
  const guide = forges[made.forge];
  return (
    <Dialog
      open
      keep
      onOpenChange={(open) => !open && close()}
      title={`Paste this at ${guide.name}`}
      about={
        guide.secret === null
          ? "Keep the URL now: its end is the secret, which cannot be shown again."
          : "Keep the secret now: it cannot be shown again."
      }
    >
      <Whole name={guide.url} text={made.url} />
      {guide.secret && <Whole name={guide.secret} text={made.secret} />}
      {guide.contentType && (
        <p>
          Content type: <code>{guide.contentType}</code>
        </p>
      )}
      {made.formerExpiresAt && (
        <p>
          The one before is good until <ExactMoment at={made.formerExpiresAt} />.
        </p>
      )}
      <Steps forge={made.forge} />
      <div className={form.buttons}>
        <Button kind="primary" onClick={close}>
          I have kept it
        </Button>
      </div>
    </Dialog>
  );
}
