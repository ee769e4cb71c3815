import { Link } from "react-router";
import { useOrganization } from "../api/organization";
import { pathsOf } from "../api/paths";
import type { LogLineFragment } from "../generated/graphql";
import type { Tone } from "./badge";
import { Icon, type IconName } from "./icon";
import styles from "./timeline.module.css";
import { clock, dayOf, exact, shortName } from "./words";

const signs: Record<LogLineFragment["kind"], { icon: IconName; tone: Tone }> = {
  ARTIFACT_CREATED: { icon: "box", tone: "info" },
  ATTESTATION_RECEIVED: { icon: "check", tone: "info" },
  DEPLOYMENT_CREATED: { icon: "rocket", tone: "info" },
  STARTED_RUNNING: { icon: "plus", tone: "good" },
  SCALED: { icon: "arrow", tone: "quiet" },
  STOPPED_RUNNING: { icon: "minus", tone: "quiet" },
  RUNNING_NAME_CHANGED: { icon: "info", tone: "quiet" },
  RUNNING_FLOW_CHANGED: { icon: "info", tone: "quiet" },
  REPORTING_STOPPED: { icon: "warn", tone: "warn" },
  REPORTING_RESUMED: { icon: "check", tone: "good" },
  EXPECTATION_BREACHED: { icon: "warn", tone: "bad" },
  EXPECTATION_MET: { icon: "check", tone: "good" },
  ENVIRONMENT_RENAMED: { icon: "info", tone: "quiet" },
  ENVIRONMENT_ARCHIVED: { icon: "info", tone: "quiet" },
  ENVIRONMENT_RESTORED: { icon: "info", tone: "quiet" },
  MEMBER_ADDED: { icon: "plus", tone: "quiet" },
  MEMBER_REMOVED: { icon: "minus", tone: "quiet" },
};

/** What happened, day by day, in the order that is given. */
export function Timeline({
  events,
  of,
}: {
  events: readonly LogLineFragment[];
  of: "artifact" | "environment";
}) {
  const days: { day: string; events: LogLineFragment[] }[] = [];
  for (const event of events) {
    const day = dayOf(new Date(event.at));
    const last = days.at(-1);
    if (last?.day === day) last.events.push(event);
    else days.push({ day, events: [event] });
  }
  return (
    <ol>
      {days.map(({ day, events: those }) => (
        <li key={those[0]?.id}>
          <p className={styles.day}>{day}</p>
          <ol>
            {those.map((event) => (
              <Line key={event.id} event={event} of={of} />
            ))}
          </ol>
        </li>
      ))}
    </ol>
  );
}

/** How much later than it happened something must have become known for that to be said. */
const late = 10 * 60_000;

function Line({ event, of }: { event: LogLineFragment; of: "artifact" | "environment" }) {
  const { icon, tone } = signs[event.kind];
  const at = new Date(event.at);
  const known = new Date(event.recordedAt);
  const title =
    known.getTime() - at.getTime() > late ? `${exact(at)}\nKnown since ${exact(known)}` : exact(at);
  return (
    <li className={styles.line}>
      <time className={styles.time} dateTime={event.at} title={title}>
        {clock(at)}
      </time>
      <span className={styles.mark}>
        <span className={`${styles.sign} ${styles[tone] ?? ""}`}>
          <Icon name={icon} size={13} />
        </span>
      </span>
      <span className={styles.what}>
        {of === "environment" && event.artifactName ? (
          <>
            <What name={event.artifactName} event={event} />{" "}
            <Summary text={uncapitalized(event.summary)} event={event} />
          </>
        ) : (
          <Summary text={event.summary} event={event} />
        )}
      </span>
    </li>
  );
}

/** What it happened to. */
function What({ name, event }: { name: string; event: LogLineFragment }) {
  const to = pathsOf(useOrganization());
  const short = shortName(name);
  return event.artifact ? <Link to={to.artifact(event.artifact.ref)}>{short}</Link> : short;
}

/** The sentence of the server, in which the snapshot or the environment leads to its page. */
function Summary({ text, event: { environment, snapshot } }: { text: string; event: LogLineFragment }) {
  const to = pathsOf(useOrganization());
  if (!environment) return text;
  const name = snapshot ? `${environment.name}#${snapshot.number}` : environment.name;
  const at = text.indexOf(name);
  if (at < 0) return text;
  return (
    <>
      {text.slice(0, at)}
      <Link to={to.environment(environment.name, { snapshot: snapshot?.number ?? null })}>{name}</Link>
      {text.slice(at + name.length)}
    </>
  );
}

function uncapitalized(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
