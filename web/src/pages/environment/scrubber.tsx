import { useId } from "react";
import { Link } from "react-router";
import { useOrganization } from "../../api/organization";
import { pathsOf } from "../../api/paths";
import type { SnapshotLineFragment } from "../../generated/graphql";
import { Badge } from "../../parts/badge";
import { Button } from "../../parts/button";
import { Icon } from "../../parts/icon";
import { ExactMoment, Moment } from "../../parts/moment";
import { count } from "../../parts/words";
import styles from "./environment.module.css";
import type { Place } from "./place";

/** Goes through all snapshots of an environment: by sliding, by steps, or to the newest. */
export function Scrubber({
  environment,
  newest,
  shown,
  place,
}: {
  environment: string;
  newest: number;
  shown: SnapshotLineFragment | undefined;
  place: Place;
}) {
  const to = pathsOf(useOrganization());
  const field = useId();
  const named =
    place.chosen !== "newest" && "number" in place.chosen ? Math.min(place.chosen.number, newest) : null;
  const number = place.scrubbed ?? named ?? shown?.number ?? newest;
  const go = (wanted: number) =>
    wanted >= newest ? place.show("newest") : place.show({ number: Math.max(1, wanted) });
  return (
    <div className={styles.scrub}>
      <span className={styles.moves}>
        <Button onClick={() => go(number - 1)} disabled={number <= 1} aria-label="The snapshot before">
          <Icon name="left" size={14} />
        </Button>
        <Button onClick={() => go(number + 1)} disabled={number >= newest} aria-label="The snapshot after">
          <Icon name="right" size={14} />
        </Button>
      </span>
      <input
        id={field}
        type="range"
        min={1}
        max={newest}
        step={1}
        value={number}
        disabled={newest === 1}
        aria-label="Snapshot"
        aria-valuetext={`snapshot ${number} of ${newest}`}
        onChange={(event) => place.scrub(Number(event.target.value))}
      />
      <Button
        onClick={() => place.show("newest")}
        disabled={place.chosen === "newest" && place.scrubbed === null}
      >
        Newest
      </Button>
      <div className={styles.which} aria-live="polite">
        <span className={styles.number}>
          {environment}#{number}
        </span>
        {shown && shown.number === number && (
          <>
            <span>
              <ExactMoment at={shown.takenAt} />
            </span>
            <span>
              <Moment at={shown.takenAt} />
            </span>
            <span>{count(shown.replicaCount, "replica")}</span>
            <span>{count(shown.changeCount, "change")}</span>
            {shown.until === null ? <Badge tone="good">Newest</Badge> : <Badge tone="info">Past</Badge>}
          </>
        )}
        {number > 1 && (
          <Link to={to.diff(`${environment}#${number - 1}`, `${environment}#${number}`)}>
            What changed in it
          </Link>
        )}
        {number < newest && (
          <Link to={to.diff(`${environment}#${number}`, environment)}>What changed since</Link>
        )}
      </div>
    </div>
  );
}
