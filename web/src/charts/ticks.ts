import { scaleUtc } from "d3-scale";
import type { Span } from "./steps";

const hour = 3_600_000;
const day = 24 * hour;

/** A mark on the axis of time: where it is, from 0 to 1, and what stands there. */
export interface Tick {
  at: number;
  place: number;
  label: string;
}

/** About so many marks at round times of the reader's clock. */
export function ticksOf(span: Span, about: number): Tick[] {
  const width = span.to - span.from;
  if (width <= 0) return [];
  // Round in the reader's zone: the scale is that of UTC, moved by what the zone is off.
  const shift = -new Date(span.from).getTimezoneOffset() * 60_000;
  const scale = scaleUtc().domain([new Date(span.from + shift), new Date(span.to + shift)]);
  return scale.ticks(about).map((moved) => {
    const at = moved.getTime() - shift;
    return { at, place: (at - span.from) / width, label: labelOf(new Date(at), width / about) };
  });
}

function labelOf(at: Date, step: number): string {
  const format = (options: Intl.DateTimeFormatOptions) => at.toLocaleString("en-GB", options);
  const midnight = at.getHours() === 0 && at.getMinutes() === 0;
  if (step < 60_000) return format({ hour: "2-digit", minute: "2-digit", second: "2-digit" });
  if (step < day && !midnight) return format({ hour: "2-digit", minute: "2-digit" });
  if (step < 25 * day) return format({ day: "numeric", month: "short" });
  if (at.getMonth() === 0) return format({ year: "numeric" });
  return format({ month: "short" });
}
