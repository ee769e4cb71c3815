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
  SCALED: { icon: "up", tone: "quiet" },
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
          <h3 className={styles.day}>{day}</h3>
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
  return (
    <li className={styles.line}>
      <time className={styles.time} dateTime={event.at} title={exact(at)}>
        {clock(at)}
      </time>
      <span className={styles.mark}>
        <span className={`${styles.sign} ${styles[tone] ?? ""}`}>
          <Icon name={icon} size={13} />
        </span>
      </span>
      <span className={styles.what}>
        {of === "environment" && <What event={event} />}
        {event.summary} <Where event={event} />
        {Date.parse(event.recordedAt) - at.getTime() > late && (
          <span className={styles.late} title={`Known since ${exact(new Date(event.recordedAt))}`}>
            {" "}
            · told later
          </span>
        )}
      </span>
    </li>
  );
}

/** What it happened to. */
function What({ event }: { event: LogLineFragment }) {
  const to = pathsOf(useOrganization());
  if (!event.artifactName) return null;
  const name = shortName(event.artifactName);
  return event.artifact ? (
    <>
      <Link to={to.artifact(event.artifact.ref)}>{name}</Link>{" "}
    </>
  ) : (
    `${name} `
  );
}

/** The snapshot that shows it first. */
function Where({ event }: { event: LogLineFragment }) {
  const to = pathsOf(useOrganization());
  if (!event.environment || !event.snapshot) return null;
  const { name } = event.environment;
  return (
    <Link to={to.environment(name, { snapshot: event.snapshot.number })}>
      {name}#{event.snapshot.number}
    </Link>
  );
}
