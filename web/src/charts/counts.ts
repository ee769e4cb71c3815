import { scaleLinear } from "d3-scale";
import type { Axis } from "./durations";

/** An axis for whole numbers, from 0. */
export function countAxis(values: number[]): Axis {
  const scale = scaleLinear()
    .domain([0, Math.max(1, ...values)])
    .nice(4)
    .range([0, 1]);
  return {
    place: (value) => scale(value),
    ticks: scale
      .ticks(4)
      .filter(Number.isInteger)
      .map((value) => ({ value, name: value.toLocaleString("en-GB") })),
  };
}

/** An axis for shares, from 0 to all. */
export function shareAxis(): Axis {
  return {
    place: (value) => value,
    ticks: [0, 0.25, 0.5, 0.75, 1].map((value) => ({ value, name: `${value * 100} %` })),
  };
}

/** Which of so many labels are shown where there is room for a few: every so many, from the first. */
export function labelled(count: number, room: number): number {
  return Math.max(1, Math.ceil(count / Math.max(1, room)));
}
