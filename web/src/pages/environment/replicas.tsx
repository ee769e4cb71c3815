import { memo, type PointerEvent, useMemo, useState } from "react";
import { Link } from "react-router";
import { useOrganization } from "../../api/organization";
import { pathsOf } from "../../api/paths";
import { useList } from "../../api/use-list";
import { TimeAxis } from "../../charts/axis";
import { boxHeight, boxWidth, type Span, stackedAreas, stepAt, stepLine } from "../../charts/steps";
import { ticksOf } from "../../charts/ticks";
import { type FlowReplicasLineFragment, ReplicasDocument, type ReplicasQuery } from "../../generated/graphql";
import { Button } from "../../parts/button";
import { Icon } from "../../parts/icon";
import { More } from "../../parts/more";
import { Hidden } from "../../parts/page";
import { Failure, Loading } from "../../parts/state";
import { count, exact, shortName } from "../../parts/words";
import styles from "./environment.module.css";
import { zoomed } from "./span";

const pick = (data: ReplicasQuery) => data.organization?.environment?.replicas.flows;
const keyOf = (flow: FlowReplicasLineFragment) => `${flow.flow ? "flow" : "image"} ${flow.name}`;

/**
 * How many replicas of each flow ran over time. Versions stand on each other, so that scaling
 * and the overlap of a blue-green deployment can be seen.
 */
export function Replicas({
  environment,
  whole,
  at,
  onPick,
}: {
  environment: string;
  whole: Span;
  /** The moment of the snapshot that is looked at. */
  at: number | null;
  onPick: (number: number) => void;
}) {
  const organization = useOrganization();
  const [zoom, setZoom] = useState<Span | null>(null);
  const span = zoom ?? whole;
  const variables = {
    organization,
    name: environment,
    from: new Date(span.from).toISOString(),
    to: new Date(span.to).toISOString(),
    steps: 240,
    after: null,
  };
  const list = useList(ReplicasDocument, variables, pick, {
    concerns: (event) => event.environment?.name === environment && zoom === null,
  });
  const series = list.data?.organization?.environment?.replicas;
  const [hovered, setHovered] = useState<number | null>(null);
  const times = useMemo(() => series?.steps.map((s) => Date.parse(s.at)) ?? [], [series]);
  const shown = useMemo<Span>(
    () => (series ? { from: Date.parse(series.from), to: Date.parse(series.to) } : span),
    [series, span],
  );
  const ticks = useMemo(() => ticksOf(shown, 7), [shown]);
  const pointed = hovered ?? at;
  const step = pointed === null ? times.length - 1 : stepAt(times, pointed);

  if (list.error) return <Failure error={list.error} retry={list.refresh} />;
  if (!series) return <Loading what="replicas over time" lines={5} />;
  const around = at ?? (shown.from + shown.to) / 2;
  return (
    <figure aria-label="Replicas of each flow over time" onPointerLeave={() => setHovered(null)}>
      <div className={styles.tools}>
        <figcaption>
          {hovered !== null && series.steps[step] ? (
            <>
              {exact(new Date(hovered))}, snapshot #{series.steps[step].number}
            </>
          ) : (
            <>
              Replicas over time. Each colour is a version; where versions overlap, they stand on each other.
              {!series.exact &&
                " Each step stands for several snapshots, and the thin line for the most in it."}
            </>
          )}
        </figcaption>
        <span className={styles.moves}>
          <Button
            onClick={() => setZoom(zoomed(span, around, 0.5, whole))}
            aria-label="Show less time"
            title="Show less time"
          >
            <Icon name="plus" size={14} />
          </Button>
          <Button
            onClick={() => setZoom(zoomed(span, around, 2, whole))}
            disabled={zoom === null}
            aria-label="Show more time"
            title="Show more time"
          >
            <Icon name="minus" size={14} />
          </Button>
          <Button onClick={() => setZoom(null)} disabled={zoom === null}>
            All
          </Button>
        </span>
      </div>
      <div className={styles.lanes}>
        {list.nodes.map((flow) => (
          <Lane
            key={keyOf(flow)}
            flow={flow}
            times={times}
            span={shown}
            step={step}
            cursor={at}
            hovered={hovered}
            onHover={setHovered}
            onPick={(moment) => {
              const number = series.steps[stepAt(times, moment)]?.number;
              if (number) onPick(number);
            }}
          />
        ))}
        <div className={styles.axisRow}>
          <span />
          <TimeAxis ticks={ticks} />
        </div>
        <More list={list} />
      </div>
    </figure>
  );
}

interface LaneProps {
  flow: FlowReplicasLineFragment;
  times: readonly number[];
  span: Span;
  step: number;
  cursor: number | null;
  hovered: number | null;
  onHover: (at: number | null) => void;
  onPick: (at: number) => void;
}

function Lane({ flow, times, span, step, cursor, hovered, onHover, onPick }: LaneProps) {
  const to = pathsOf(useOrganization());
  const momentOf = (event: PointerEvent<HTMLDivElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    const part = Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
    return span.from + part * (span.to - span.from);
  };
  const versions = flow.versions.filter((v) => (v.replicas[step - v.first] ?? 0) > 0);
  const now = flow.replicas[step] ?? 0;
  return (
    <div className={styles.lane}>
      <span className={styles.laneName} title={flow.name}>
        {flow.flow ? <Link to={to.flow(flow.name)}>{flow.name}</Link> : shortName(flow.name)}
      </span>
      <div
        className={styles.plot}
        onPointerMove={(event) => onHover(momentOf(event))}
        onPointerUp={(event) => onPick(momentOf(event))}
      >
        <Areas flow={flow} times={times} span={span} />
        {cursor !== null && <Line looks={styles.cursor} at={cursor} span={span} />}
        {hovered !== null && <Line looks={styles.hover} at={hovered} span={span} />}
      </div>
      <span
        className={versions.length > 1 ? `${styles.laneNow} ${styles.overlap}` : styles.laneNow}
        title={versions
          .map((v) => `${v.commit?.shortSha ?? v.name} ×${v.replicas[step - v.first]}`)
          .join("\n")}
      >
        {versions.length > 1 ? versions.map((v) => v.replicas[step - v.first]).join("+") : now}
        <Hidden>
          {" "}
          {count(now, "replica")} of {count(versions.length, "version")}
        </Hidden>
      </span>
    </div>
  );
}

function Line({ looks, at, span }: { looks: string | undefined; at: number; span: Span }) {
  const part = (at - span.from) / (span.to - span.from);
  if (part < 0 || part > 1) return null;
  return <span className={looks} style={{ left: `${part * 100}%` }} />;
}

const colours = 6;

/** The areas of the versions. They are drawn anew only when the series is another one. */
const Areas = memo(function Areas({
  flow,
  times,
  span,
}: {
  flow: FlowReplicasLineFragment;
  times: readonly number[];
  span: Span;
}) {
  const most = Math.max(1, ...flow.highest);
  const layers = flow.versions.map((v) => ({ first: v.first, counts: v.replicas }));
  return (
    <svg
      viewBox={`0 0 ${boxWidth} ${boxHeight}`}
      preserveAspectRatio="none"
      aria-hidden="true"
      focusable="false"
    >
      {stackedAreas(layers, times, span, most).map((path, i) => (
        <path
          key={`${flow.versions[i]?.first} ${flow.versions[i]?.name}`}
          d={path}
          style={{ fill: `var(--series-${(i % colours) + 1})` }}
        />
      ))}
      <path className={styles.highest} d={stepLine(flow.highest, times, span, most)} />
    </svg>
  );
});
