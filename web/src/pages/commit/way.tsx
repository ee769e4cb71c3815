import type { CSSProperties, ReactNode } from "react";
import { Link } from "react-router";
import { useOrganization } from "../../api/organization";
import { pathsOf } from "../../api/paths";
import type { CommitWholeFragment } from "../../generated/graphql";
import { Badge, type Tone } from "../../parts/badge";
import { compliance } from "../../parts/compliance-words";
import { Outside } from "../../parts/git";
import { Icon, type IconName } from "../../parts/icon";
import { Moment } from "../../parts/moment";
import { Hidden } from "../../parts/page";
import { count, lasting, sentence, words } from "../../parts/words";
import styles from "./commit.module.css";
import { type Arrival, arrivedAt, between, type Journey, provenAt } from "./journey";
import { states } from "./place";

/** The way of a commit by one flow, as a picture that is read from left to right. */
export function Way({ commit, journey }: { commit: CommitWholeFragment; journey: Journey }) {
  const { build, artifact, arrivals } = journey;
  const built = artifact?.createdAt;
  const proven = provenAt(artifact);
  return (
    <div className={styles.way} style={{ "--arrivals": Math.max(1, arrivals.length) } as CSSProperties}>
      <Step kind="Commit" icon="commit" name={commit.shortSha} whole>
        <Moment at={commit.committedAt} />
      </Step>
      <Between
        seconds={between(commit.committedAt, build?.startedAt ?? built)}
        missing={!build && !artifact}
        whole
      />
      <BuildStep journey={journey} />
      <Between seconds={between(build?.startedAt, built)} missing={!artifact} whole />
      <ArtifactStep journey={journey} />
      <Between seconds={between(built, proven)} missing={!artifact} whole />
      <EvidenceStep journey={journey} />
      {arrivals.map((arrival, i) => (
        <ArrivalSteps
          key={arrival.place.environment.id}
          arrival={arrival}
          since={proven ?? built ?? null}
          branch={
            arrivals.length === 1 ? "only" : i === 0 ? "first" : i === arrivals.length - 1 ? "last" : "middle"
          }
        />
      ))}
    </div>
  );
}

function Step({
  kind,
  icon,
  name,
  tone,
  missing = false,
  whole = false,
  children,
}: {
  kind: string;
  icon: IconName;
  name?: ReactNode;
  tone?: Tone;
  missing?: boolean;
  whole?: boolean;
  children?: ReactNode;
}) {
  const looks = [styles.step, missing && styles.missing, tone && styles[tone], whole && styles.whole]
    .filter(Boolean)
    .join(" ");
  return (
    <div className={looks}>
      <div className={styles.kind}>
        <Icon name={icon} size={14} />
        {kind}
      </div>
      {name && <div className={styles.name}>{name}</div>}
      {children && <div className={styles.detail}>{children}</div>}
    </div>
  );
}

/** The line between two steps, with the time that lay between them. */
function Between({
  seconds,
  missing = false,
  whole = false,
  branch,
}: {
  seconds: number | null;
  missing?: boolean;
  whole?: boolean;
  branch?: "first" | "middle" | "last" | "only";
}) {
  const looks = [
    styles.link,
    missing && styles.missing,
    whole && styles.whole,
    branch && styles.branch,
    branch && styles[branch],
  ];
  return (
    <div className={looks.filter(Boolean).join(" ")}>
      {seconds !== null && (
        <span>
          <Hidden>after </Hidden>
          {lasting(seconds)}
        </span>
      )}
    </div>
  );
}

function BuildStep({ journey: { build, artifact } }: { journey: Journey }) {
  if (!build) {
    return (
      <Step kind="Build" icon="gear" missing whole name={artifact?.buildUrl ? undefined : "Not seen"}>
        {artifact?.buildUrl ? (
          <Outside url={artifact.buildUrl}>The build, as CI told</Outside>
        ) : (
          "No build of this commit was reported."
        )}
      </Step>
    );
  }
  const bad = ["FAILED", "CANCELLED", "TIMED_OUT"].includes(build.state);
  const ended = build.state === "SUCCEEDED";
  return (
    <Step
      kind="Build"
      icon="gear"
      whole
      tone={bad ? "bad" : ended ? "good" : "warn"}
      name={<Outside url={build.url}>{build.workflow}</Outside>}
    >
      {sentence(words(build.state))}
      {build.attempt > 1 && `, attempt ${build.attempt}`}
      {build.startedAt &&
        build.finishedAt &&
        ` in ${lasting(between(build.startedAt, build.finishedAt) ?? 0)}`}
    </Step>
  );
}

function ArtifactStep({ journey: { artifact, flow } }: { journey: Journey }) {
  const to = pathsOf(useOrganization());
  if (!artifact) {
    return (
      <Step kind="Artifact" icon="box" missing whole name="None of its own">
        {flow
          ? `Flow ${flow} has nothing that was built from this commit.`
          : "No flow follows its repository."}
      </Step>
    );
  }
  return (
    <Step
      kind="Artifact"
      icon="box"
      whole
      tone="good"
      name={<Link to={to.artifact(artifact.ref)}>{artifact.name}</Link>}
    >
      <Moment at={artifact.createdAt} />
    </Step>
  );
}

function EvidenceStep({ journey: { artifact } }: { journey: Journey }) {
  if (!artifact) return <Step kind="Evidence" icon="check" missing whole name="None" />;
  const { tone, word } = compliance[artifact.state];
  const asked = new Set(artifact.requirements.map((r) => r.name));
  const others = new Map(
    artifact.attestations.nodes.filter((a) => !asked.has(a.name)).map((a) => [a.name, a.compliant]),
  );
  if (asked.size === 0 && others.size === 0) {
    return (
      <Step kind="Evidence" icon="check" missing whole>
        None was given, and none is asked for.
      </Step>
    );
  }
  return (
    <Step kind="Evidence" icon="check" tone={tone} whole name={word}>
      <ul className={styles.evidence}>
        {artifact.requirements.map((r) => (
          <li key={r.name}>
            {r.state === "MET" ? (
              <Given />
            ) : r.state === "FAILED" ? (
              <Refuted />
            ) : (
              <Icon name="minus" size={12} />
            )}
            {r.name}
            {r.state === "MISSING" && " is missing"}
          </li>
        ))}
        {[...others].map(([name, holds]) => (
          <li key={name}>
            {holds ? <Given /> : <Refuted />}
            {name}
          </li>
        ))}
      </ul>
    </Step>
  );
}

function Given() {
  return (
    <span className={styles.ok}>
      <Icon name="check" size={12} />
    </span>
  );
}

function Refuted() {
  return (
    <span className={styles.notOk}>
      <Icon name="cross" size={12} />
      <Hidden>does not hold: </Hidden>
    </span>
  );
}

function ArrivalSteps({
  arrival: { place, deployment },
  since,
  branch,
}: {
  arrival: Arrival;
  since: string | null;
  branch: "first" | "middle" | "last" | "only";
}) {
  const arrived = arrivedAt(place);
  return (
    <>
      <Between seconds={between(since, deployment?.createdAt)} missing={!deployment} branch={branch} />
      {deployment ? (
        <Step
          kind="Deployment"
          icon="rocket"
          tone="good"
          name={
            deployment.url ? (
              <Outside url={deployment.url}>#{deployment.number}</Outside>
            ) : (
              `#${deployment.number}`
            )
          }
        >
          <Moment at={deployment.createdAt} />
        </Step>
      ) : (
        <Step kind="Deployment" icon="rocket" missing>
          None of it was announced.
        </Step>
      )}
      <Between seconds={between(deployment?.createdAt ?? since, arrived)} missing={!arrived} />
      <PlaceStep arrival={{ place, deployment }} />
    </>
  );
}

function PlaceStep({ arrival: { place } }: { arrival: Arrival }) {
  const to = pathsOf(useOrganization());
  const { word, tone } = states[place.state];
  return (
    <Step
      kind="Environment"
      icon="branch"
      tone={tone}
      missing={place.state === "UNKNOWN"}
      name={
        <span className={styles.stateLine}>
          <Link to={to.environment(place.environment.name, { snapshot: place.snapshot?.number })}>
            {place.environment.name}
          </Link>
          <Badge tone={tone}>{word}</Badge>
        </span>
      }
    >
      <PlaceDetail place={place} />
    </Step>
  );
}

/** What there is to say of a place, beyond the state. */
function PlaceDetail({ place }: { place: Arrival["place"] }) {
  const runs = place.running && <Runs place={place} />;
  switch (place.__typename) {
    case "CommitRunning":
      return (
        <>
          {count(place.running?.replicas ?? 0, "replica")} since <Moment at={place.since} />
        </>
      );
    case "CommitIncluded":
      return (
        <>
          In {runs}
          {place.commitsLater !== null && `, ${count(place.commitsLater, "commit")} later`}; here since{" "}
          <Moment at={place.since} />
        </>
      );
    case "CommitNotYet":
      return (
        <>
          {place.commitsBehind !== null && `${count(place.commitsBehind, "commit")} behind; `}
          {runs ? <>runs {runs}; </> : "nothing of it runs there; "}
          {words(place.progress)}
        </>
      );
    case "CommitGone":
      return (
        <>
          From <Moment at={place.firstAt} /> until <Moment at={place.goneAt} />
          {runs && <>; {runs} runs now</>}
        </>
      );
    case "CommitUnknown":
      return (
        <>
          {place.summary} {place.remedy}
        </>
      );
  }
}

function Runs({ place }: { place: Arrival["place"] }) {
  const to = pathsOf(useOrganization());
  const running = place.running;
  if (!running) return null;
  const name = running.commit ? `${place.flow?.name ?? ""}:${running.commit.shortSha}` : running.name;
  return running.artifact ? <Link to={to.artifact(running.artifact.ref)}>{name}</Link> : name;
}
