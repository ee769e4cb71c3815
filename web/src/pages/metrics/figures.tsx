import type { ReactNode } from "react";
import { Chart, type Series } from "../../charts/chart";
import { countAxis, shareAxis } from "../../charts/counts";
import { durationAxis } from "../../charts/durations";
import type { MetricsFiguresFragment, MetricsStep, MetricsWholeFragment } from "../../generated/graphql";
import { Card, Muted } from "../../parts/page";
import { count, lasting } from "../../parts/words";
import styles from "./metrics.module.css";
import { duration, often, percent, stages, stepName } from "./words";

type Durations = { count: number; medianSeconds: number; p90Seconds: number } | null;

/** The four figures, each with how it went. */
export function Figures({ metrics, step }: { metrics: MetricsWholeFragment; step: MetricsStep }) {
  const { series, total } = metrics;
  const names = series.map((figures) => stepName(figures.from, figures.to, step));
  const all = { series, names };
  return (
    <>
      <div className={styles.figures}>
        <Figure
          title="How often"
          value={total.changes === 0 ? "0" : often(total.changesPerDay)}
          about={`${count(total.changes, "change")} in ${count(daysBetween(metrics.from, metrics.to), "day")}`}
          {...all}
          columns={["Changes", "A day"]}
          row={(f) => [f.changes.toLocaleString("en-GB"), String(Math.round(f.changesPerDay * 100) / 100)]}
        >
          <Chart
            label="How often, step by step"
            steps={names}
            series={[
              { name: "Changes", colour: 1, kind: "bars", values: series.map((figures) => figures.changes) },
            ]}
            axis={countAxis(series.map((figures) => figures.changes))}
            tell={(i) => count(series[i]?.changes ?? 0, "change")}
          />
        </Figure>
        <Figure
          title="Lead time"
          value={duration(total.leadTime)}
          about={
            total.leadTime
              ? `median of ${count(total.leadTime.count, "commit")}; 9 of 10 within ${lasting(total.leadTime.p90Seconds)}`
              : "No change brought a commit that was new there, as far as is known."
          }
          {...all}
          columns={["Median", "9 of 10 within", "Commits"]}
          row={(f) => durationCells(f.leadTime)}
        >
          <DurationChart label="Lead time, step by step" {...all} of={(f) => f.leadTime} what="commit" />
        </Figure>
        <Figure
          title="Failure rate"
          value={total.failureRate === null ? "not known" : percent(total.failureRate)}
          about={failuresOf(total)}
          {...all}
          columns={["Failed", "Known of", "Rate"]}
          row={(f) => [
            String(f.failures),
            `${f.judged} of ${f.changes}`,
            f.failureRate === null ? "not known" : percent(f.failureRate),
          ]}
        >
          {total.failureRate !== null && (
            <Chart
              label="Failure rate, step by step"
              steps={names}
              series={[
                {
                  name: "Failure rate",
                  colour: 2,
                  kind: "bars",
                  values: series.map((figures) => figures.failureRate),
                },
              ]}
              axis={shareAxis()}
              tell={(i) => (series[i] ? failuresOf(series[i]) : "")}
            />
          )}
        </Figure>
        <Figure
          title="Time to restore"
          value={
            total.timeToRestore
              ? lasting(total.timeToRestore.medianSeconds)
              : total.judged === 0
                ? "not known"
                : "nothing failed"
          }
          about={
            total.timeToRestore
              ? `median of ${count(total.timeToRestore.count, "failure")}; 9 of 10 within ${lasting(total.timeToRestore.p90Seconds)}`
              : total.judged === 0
                ? "It is known of no change whether it failed."
                : "There was nothing to restore."
          }
          {...all}
          columns={["Median", "9 of 10 within", "Failures"]}
          row={(f) => durationCells(f.timeToRestore)}
        >
          <DurationChart
            label="Time to restore, step by step"
            {...all}
            of={(f) => f.timeToRestore}
            what="failure"
          />
        </Figure>
      </div>
      <Stages total={total} />
    </>
  );
}

function daysBetween(from: string, to: string): number {
  return Math.max(1, Math.round((new Date(to).getTime() - new Date(from).getTime()) / 86_400_000));
}

function failuresOf({
  judged,
  failures,
  changes,
}: {
  judged: number;
  failures: number;
  changes: number;
}): string {
  if (changes === 0) return "no change";
  if (judged === 0) return `whether ${count(changes, "change")} failed is not known`;
  const unknown = changes - judged;
  return `${failures} of ${count(judged, "change")} failed${
    unknown > 0 ? `; of ${unknown.toLocaleString("en-GB")} it is not known` : ""
  }`;
}

function durationCells(figures: Durations): string[] {
  if (!figures) return ["none measured", "", "0"];
  return [lasting(figures.medianSeconds), lasting(figures.p90Seconds), figures.count.toLocaleString("en-GB")];
}

interface Stepwise {
  series: MetricsFiguresFragment[];
  names: { short: string; long: string }[];
}

/** A figure: what it is in all, how it went, and the same as a table. */
function Figure({
  title,
  value,
  about,
  series,
  names,
  columns,
  row,
  children,
}: Stepwise & {
  title: string;
  value: string;
  about: string;
  columns: string[];
  row: (figures: MetricsFiguresFragment) => string[];
  children: ReactNode;
}) {
  return (
    <section className={styles.figure} aria-label={title}>
      <h2>{title}</h2>
      <p className={styles.value}>{value}</p>
      <p className={styles.about}>{about}</p>
      {children}
      <details className={styles.numbers}>
        <summary>{title} as numbers</summary>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be scrolled by keyboard. */}
        <section className={styles.scroll} tabIndex={0} aria-label={`${title} as numbers`}>
          <table>
            <thead>
              <tr>
                <th scope="col">Time, in UTC</th>
                {columns.map((column) => (
                  <th key={column} scope="col" className={styles.number}>
                    {column}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {series.map((figures, i) => (
                <tr key={figures.from}>
                  <th scope="row">{names[i]?.long}</th>
                  {row(figures).map((cell, column) => (
                    <td key={columns[column]} className={styles.number}>
                      {cell}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      </details>
    </section>
  );
}

/** Median and nine in ten; nothing where nothing was measured. */
function DurationChart({
  label,
  series,
  names,
  of,
  what,
}: Stepwise & { label: string; of: (figures: MetricsFiguresFragment) => Durations; what: string }) {
  const values = series.map(of);
  const known = values.flatMap((d) => (d ? [d.medianSeconds, d.p90Seconds] : []));
  if (known.length === 0) return null;
  const lines: Series[] = [
    { name: "Median", colour: 1, kind: "line", values: values.map((d) => d?.medianSeconds ?? null) },
    { name: "9 of 10 within", colour: 3, kind: "line", values: values.map((d) => d?.p90Seconds ?? null) },
  ];
  return (
    <Chart
      label={label}
      steps={names}
      series={lines}
      axis={durationAxis(known)}
      tell={(i) => {
        const d = values[i];
        return d
          ? `median ${lasting(d.medianSeconds)}, 9 of 10 within ${lasting(d.p90Seconds)}, ${count(d.count, what)}`
          : "none measured";
      }}
    />
  );
}

/** The way from commit to running, stage by stage. */
function Stages({ total }: { total: MetricsWholeFragment["total"] }) {
  if (total.stages.length === 0) return null;
  const longest = Math.max(1, ...total.stages.map(({ duration }) => duration.medianSeconds));
  return (
    <Card title="Where the lead time goes">
      <ul className={styles.stages}>
        {total.stages.map(({ stage, duration: d }) => (
          <li key={stage}>
            <span>{stages[stage]}</span>
            <span className={styles.median}>{lasting(d.medianSeconds)}</span>
            <span className={styles.track} aria-hidden="true">
              <span style={{ width: `${(d.medianSeconds / longest) * 100}%` }} />
            </span>
            <Muted>
              9 of 10 within {lasting(d.p90Seconds)}; {d.count.toLocaleString("en-GB")} measured
            </Muted>
          </li>
        ))}
      </ul>
    </Card>
  );
}
