import { expect, test } from "vitest";
import { orderEnvironments } from "./environments";

const environment = (name: string, order?: string) => ({
  name,
  tags: order === undefined ? [] : [{ key: "order", value: order }],
});

test("those with a position come first, the others by name", () => {
  const given = [
    environment("prod", "10"),
    environment("zoo"),
    environment("beta", "2"),
    environment("alpha", "x"),
    environment("canary", "2"),
    environment("staging", "-1"),
  ];
  expect(orderEnvironments(given).map((e) => e.name)).toEqual([
    "staging",
    "beta",
    "canary",
    "prod",
    "alpha",
    "zoo",
  ]);
  expect(given[0]?.name).toBe("prod"); // what was given stays as it was
});
