import { scaleBand } from "d3-scale";
import { line } from "d3-shape";
import { type KeyboardEvent, type PointerEvent, useEffect, useRef, useState } from "react";
import styles from "./chart.module.css";
import { labelled } from "./counts";
import type { Axis } from "./durations";

export interface Series {
  name: string;
  /** Which of the colours of series it has. */
  colour: 1 | 2 | 3 | 4;
  kind: "bars" | "line";
  /** One for each step; null where there is nothing to say, which is not 0. */
  values: (number | null)[];
}

export interface Step {
  /** As the axis has it: `8 Aug`. */
  short: string;
  /** As it is read: `8 Aug to 14 Aug 2022`. */
  long: string;
}

const height = 170;
const margin = { top: 8, right: 8, bottom: 22, left: 52 };

/**
 * A series of figures as a picture. Pointing at a step tells its figures below, and so do
 * the arrow keys.
 */
export function Chart({
  label,
  steps,
  series,
  axis,
  tell,
}: {
  label: string;
  steps: Step[];
  series: Series[];
  axis: Axis;
  /** The figures of a step in words. */
  tell: (step: number) => string;
}) {
  const [box, width] = useWidth();
  const [at, setAt] = useState<number | null>(null);
  const x = scaleBand<number>()
    .domain(steps.map((_, i) => i))
    .range([margin.left, Math.max(margin.left + 1, width - margin.right)])
    .paddingInner(0.25)
    .paddingOuter(0.15);
  const inner = height - margin.top - margin.bottom;
  const y = (value: number) => margin.top + inner * (1 - axis.place(value));
  const left = (i: number) => x(i) ?? 0;
  const middle = (i: number) => left(i) + x.bandwidth() / 2;
  const every = labelled(steps.length, Math.floor((width - margin.left) / 64));
  const words = (i: number) => `${steps[i]?.long}: ${tell(i)}`;

  function point(event: PointerEvent<SVGSVGElement>) {
    const from = event.currentTarget.getBoundingClientRect().left;
    const place = (event.clientX - from - margin.left) / x.step();
    setAt(Math.min(steps.length - 1, Math.max(0, Math.floor(place))));
  }
  function press(event: KeyboardEvent) {
    const last = steps.length - 1;
    const moves: Record<string, number | null> = {
      ArrowLeft: at === null ? last : Math.max(0, at - 1),
      ArrowDown: at === null ? last : Math.max(0, at - 1),
      ArrowRight: at === null ? 0 : Math.min(last, at + 1),
      ArrowUp: at === null ? 0 : Math.min(last, at + 1),
      Home: 0,
      End: last,
      Escape: null,
    };
    const wanted = moves[event.key];
    if (wanted === undefined) return;
    event.preventDefault();
    setAt(wanted);
  }
  const read = at !== null && at < steps.length ? at : null;
  return (
    <div>
      <div
        ref={box}
        className={styles.plot}
        role="slider"
        tabIndex={0}
        aria-label={label}
        aria-valuemin={1}
        aria-valuemax={Math.max(1, steps.length)}
        aria-valuenow={(read ?? steps.length - 1) + 1}
        aria-valuetext={words(read ?? steps.length - 1)}
        onKeyDown={press}
        onBlur={() => setAt(null)}
      >
        <svg
          aria-hidden="true"
          width={width}
          height={height}
          onPointerMove={point}
          onPointerDown={point}
          onPointerLeave={() => setAt(null)}
        >
          {axis.ticks.map((tick) => (
            <g key={tick.value} className={styles.tick}>
              <line x1={margin.left} x2={width - margin.right} y1={y(tick.value)} y2={y(tick.value)} />
              <text x={margin.left - 8} y={y(tick.value)} dy="0.32em" textAnchor="end">
                {tick.name}
              </text>
            </g>
          ))}
          {read !== null && (
            <rect
              className={styles.read}
              x={middle(read) - x.step() / 2}
              width={x.step()}
              y={margin.top}
              height={inner}
            />
          )}
          {steps.map((step, i) =>
            i % every === 0 ? (
              <text key={step.long} className={styles.label} x={middle(i)} y={height - 6} textAnchor="middle">
                {step.short}
              </text>
            ) : null,
          )}
          {series.map((s) =>
            s.kind === "bars" ? (
              <Bars key={s.name} series={s} left={left} width={x.bandwidth()} y={y} />
            ) : (
              <Line key={s.name} series={s} middle={middle} y={y} />
            ),
          )}
        </svg>
      </div>
      <p className={styles.words} aria-hidden="true">
        {read !== null ? words(read) : <Legend series={series} />}
      </p>
    </div>
  );
}

function Bars({
  series,
  left,
  width,
  y,
}: {
  series: Series;
  left: (i: number) => number;
  width: number;
  y: (value: number) => number;
}) {
  const wide = Math.min(width, 48);
  return (
    <g className={styles[`colour${series.colour}`]}>
      {series.values.map((value, i) => {
        if (value === null) return null;
        const top = y(value);
        // 0 is drawn too, as a line: there is something to say, and it is 0.
        const tall = Math.max(1.5, y(0) - top);
        return (
          <rect
            // biome-ignore lint/suspicious/noArrayIndexKey: a step is known by its place.
            key={i}
            className={styles.bar}
            x={left(i) + (width - wide) / 2}
            width={wide}
            y={y(0) - tall}
            height={tall}
            rx={Math.min(2, wide / 2, tall / 2)}
          />
        );
      })}
    </g>
  );
}

function Line({
  series,
  middle,
  y,
}: {
  series: Series;
  middle: (i: number) => number;
  y: (value: number) => number;
}) {
  const path = line<number | null>()
    .defined((value) => value !== null)
    .x((_, i) => middle(i))
    .y((value) => y(value ?? 0))(series.values);
  const few = series.values.length <= 62;
  return (
    <g className={styles[`colour${series.colour}`]}>
      {path && <path className={styles.line} d={path} />}
      {series.values.map((value, i) => {
        // One that stands alone would not be seen as a line.
        const alone = (series.values[i - 1] ?? null) === null && (series.values[i + 1] ?? null) === null;
        if (value === null || !(few || alone)) return null;
        // biome-ignore lint/suspicious/noArrayIndexKey: a step is known by its place.
        return <circle key={i} className={styles.dot} cx={middle(i)} cy={y(value)} r={2.5} />;
      })}
    </g>
  );
}

function Legend({ series }: { series: Series[] }) {
  if (series.length < 2) return null;
  return series.map((s) => (
    <span key={s.name} className={`${styles.key} ${styles[`colour${s.colour}`]}`}>
      <svg width="14" height="8" aria-hidden="true">
        <path className={styles.line} d="M0 4h14" />
      </svg>
      {s.name}
    </span>
  ));
}

/** How wide an element is, in whole pixels. */
function useWidth() {
  const box = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(360);
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const observer = new ResizeObserver(([entry]) => {
      if (entry) setWidth(Math.floor(entry.contentRect.width));
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [box, width] as const;
}
