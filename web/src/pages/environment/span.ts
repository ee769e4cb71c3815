import type { Span } from "../../charts/steps";

const hour = 3_600_000;

/**
 * The time that a chart of an environment shows at first: from its first snapshot until now,
 * or until a little after its last if nothing has changed for long: else everything would
 * stand at the left edge.
 */
export function wholeSpan(oldest: number, newest: number, now: number): Span {
  const lived = Math.max(newest - oldest, hour);
  return { from: oldest, to: Math.min(Math.max(now, newest), newest + Math.max(lived * 0.08, hour / 2)) };
}

/** Half or twice as much around a moment, within the whole. */
export function zoomed(span: Span, around: number, factor: number, whole: Span): Span {
  const width = Math.max(60_000, (span.to - span.from) * factor);
  if (width >= whole.to - whole.from) return whole;
  const from = Math.min(Math.max(around - width / 2, whole.from), whole.to - width);
  return { from, to: from + width };
}
