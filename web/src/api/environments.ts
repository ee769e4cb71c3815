/** What the order of environments depends on. */
export interface Ordered {
  name: string;
  tags: { key: string; value: string }[];
}

/** The tag that says where an environment stands on the way to production. */
export const orderTag = "order";

function orderOf(environment: Ordered): number {
  const value = environment.tags.find((t) => t.key === orderTag)?.value ?? "";
  return /^-?\d+(\.\d+)?$/.test(value.trim()) ? Number(value) : Number.POSITIVE_INFINITY;
}

/**
 * Environments in the order in which versions get there: by the number of their tag
 * `order`, and then by name, as `aws-beta` comes before `aws-prod`.
 */
export function orderEnvironments<E extends Ordered>(environments: readonly E[]): E[] {
  return [...environments].sort((a, b) => {
    const [first, second] = [orderOf(a), orderOf(b)];
    return first === second ? a.name.localeCompare(b.name, "en") : first - second;
  });
}
