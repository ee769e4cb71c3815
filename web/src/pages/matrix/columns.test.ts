import { expect, test } from "vitest";
import { type Column, columnsOf, rowsAtOnce } from "./columns";

function environment(name: string, order?: string, type: Column["type"] = "ECS"): Column {
  return {
    id: name,
    name,
    type,
    description: "",
    tags: order === undefined ? [] : [{ key: "order", value: order }],
    reporting: { state: "CURRENT", silentSince: null, lastReportedAt: null },
    snapshot: null,
    breaches: { nodes: [] },
  };
}

const names = (columns: Column[]) => columns.map((c) => c.name);

test("environments stand in the order in which versions get there", () => {
  const all = [
    environment("qa", "2"),
    environment("prod", "10"),
    environment("zoo"),
    environment("beta", "x"),
    environment("dev", "1"),
  ];
  expect(names(columnsOf(all, []))).toEqual(["dev", "qa", "prod", "beta", "zoo"]);
});

test("unions are shown only if they are chosen", () => {
  const all = [environment("all", undefined, "LOGICAL"), environment("a"), environment("b")];
  expect(names(columnsOf(all, []))).toEqual(["a", "b"]);
  expect(names(columnsOf(all, ["b", "all"]))).toEqual(["all", "b"]);
  expect(names(columnsOf(all, ["gone"]))).toEqual(["a", "b"]);
});

test("a question stays below what the server answers", () => {
  expect(rowsAtOnce(2)).toBe(100);
  expect(rowsAtOnce(20)).toBe(74);
  expect(rowsAtOnce(50)).toBe(29);
});
