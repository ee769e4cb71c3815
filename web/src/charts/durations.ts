import { scaleLog } from "d3-scale";

const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;

/** Where an axis of durations may have a line, and what it is called. */
const marks: [seconds: number, name: string][] = [
  [1, "1 s"],
  [10, "10 s"],
  [minute, "1 min"],
  [10 * minute, "10 min"],
  [hour, "1 h"],
  [6 * hour, "6 h"],
  [day, "1 d"],
  [7 * day, "7 d"],
  [30 * day, "30 d"],
  [365 * day, "1 y"],
  [3650 * day, "10 y"],
];

export interface Axis {
  /** Where a value is, from 0 at the bottom to 1 at the top. */
  place: (value: number) => number;
  ticks: { value: number; name: string }[];
}

/**
 * An axis for durations that differ much, as those of deliveries do: equal steps are equal
 * factors, so that minutes and days can both be read. What is less than a second is there
 * as one.
 */
export function durationAxis(values: number[]): Axis {
  const known = values.map((value) => Math.max(1, value));
  const least = Math.min(...known);
  const most = Math.max(...known);
  const before = marks.findLastIndex(([seconds]) => seconds <= least);
  const first = Math.min(Math.max(0, before), marks.length - 2);
  const after = marks.findIndex(([seconds]) => seconds >= most);
  const last = Math.max(first + 1, after < 0 ? marks.length - 1 : after);
  const used = marks.slice(first, last + 1);
  const scale = scaleLog()
    .domain([used[0]?.[0] ?? 1, used.at(-1)?.[0] ?? 10])
    .range([0, 1])
    .clamp(true);
  return {
    place: (value) => scale(Math.max(1, value)),
    ticks: used.map(([value, name]) => ({ value, name })),
  };
}
