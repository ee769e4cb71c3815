import { area, curveStepAfter, line } from "d3-shape";

// Geometry of charts in which something stays as it is until the next step. Charts are drawn
// into a box of 1000 by 100 that is stretched to where it stands.

export const boxWidth = 1000;
export const boxHeight = 100;

/** A stretch of time that a chart shows. */
export interface Span {
  from: number;
  to: number;
}

/** Where in the box a moment is, in its whole width. */
export function placeOf(at: number, span: Span): number {
  if (span.to <= span.from) return 0;
  return ((at - span.from) / (span.to - span.from)) * boxWidth;
}

/** What runs from a step on: so many at it and at each after it. */
export interface Layer {
  first: number;
  counts: readonly number[];
}

/**
 * The areas of layers that stand on each other, each a path. Where none of a layer is, it
 * has no height.
 */
export function stackedAreas(
  layers: readonly Layer[],
  times: readonly number[],
  span: Span,
  most: number,
): string[] {
  const base = new Array<number>(times.length).fill(0);
  const height = (n: number) => boxHeight - (n / Math.max(1, most)) * boxHeight;
  return layers.map((layer) => {
    const points: { x: number; low: number; high: number }[] = [];
    layer.counts.forEach((n, i) => {
      const at = layer.first + i;
      const time = times[at];
      const low = base[at];
      if (time === undefined || low === undefined) return;
      base[at] = low + n;
      points.push({ x: placeOf(time, span), low: height(low), high: height(low + n) });
    });
    const last = points.at(-1);
    if (!last) return "";
    const end = times[layer.first + layer.counts.length] ?? span.to;
    points.push({ ...last, x: placeOf(end, span) });
    return (
      area<(typeof points)[number]>()
        .x((p) => p.x)
        .y0((p) => p.low)
        .y1((p) => p.high)
        .curve(curveStepAfter)(points) ?? ""
    );
  });
}

/** A line of steps as a path. */
export function stepLine(
  values: readonly number[],
  times: readonly number[],
  span: Span,
  most: number,
): string {
  const points = values.flatMap((n, i) => {
    const time = times[i];
    return time === undefined
      ? []
      : [{ x: placeOf(time, span), y: boxHeight - (n / Math.max(1, most)) * boxHeight }];
  });
  const last = points.at(-1);
  if (!last) return "";
  points.push({ ...last, x: boxWidth });
  return (
    line<(typeof points)[number]>()
      .x((p) => p.x)
      .y((p) => p.y)
      .curve(curveStepAfter)(points) ?? ""
  );
}

/** The step in which a moment is: the last that begins at it or before; -1 if none does. */
export function stepAt(times: readonly number[], at: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] ?? Number.POSITIVE_INFINITY) <= at) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
