// The order in which environments are shown: that in which versions get there.

/** The tag by which people say where an environment comes, as a number. */
export const orderTag = "order";

interface Ordered {
  name: string;
  tags: { key: string; value: string }[];
}

/** Where people said that an environment comes; null if they did not, or not with a number. */
export function positionOf(environment: Pick<Ordered, "tags">): number | null {
  const value = environment.tags.find((tag) => tag.key === orderTag)?.value.trim();
  if (!value) return null;
  const position = Number(value);
  return Number.isFinite(position) ? position : null;
}

/** Those with a position come first, by it; the others follow by name. */
export function orderEnvironments<E extends Ordered>(environments: readonly E[]): E[] {
  return environments.toSorted((a, b) => {
    const [p, q] = [positionOf(a), positionOf(b)];
    if (p !== q) {
      if (p === null) return 1;
      if (q === null) return -1;
      return p - q;
    }
    return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
  });
}
