import { orderEnvironments } from "../../api/environments";
import type { MatrixEnvironmentsQuery } from "../../generated/graphql";

export type Column = NonNullable<MatrixEnvironmentsQuery["organization"]>["environments"]["nodes"][number];

/** How many environments are shown at once if nobody chooses. */
export const columnsAtMost = 20;

/**
 * The environments to show, in the order in which versions get there: those that were
 * chosen, or else all but unions of others, which would show everything twice.
 */
export function columnsOf(environments: readonly Column[], chosen: readonly string[]): Column[] {
  const ordered = orderEnvironments(environments);
  if (chosen.length > 0) {
    const found = ordered.filter((e) => chosen.includes(e.name));
    if (found.length > 0) return found.slice(0, 50);
  }
  return ordered.filter((e) => e.type !== "LOGICAL").slice(0, columnsAtMost);
}

/**
 * How many rows one question may ask for: the server counts what an answer may hold at
 * most, and takes no question whose answer could be too large.
 */
export function rowsAtOnce(columns: number): number {
  const cellCost = 60;
  return Math.max(10, Math.min(100, Math.floor(90_000 / (columns * cellCost + 10))));
}
