import { expect, test } from "vitest";
import { changeOf, isFixed, scalingOf } from "./words";

const range = (relation: "SAME" | "AHEAD" | "BEHIND" | "DIVERGED" | "UNKNOWN") => ({
  relation,
  reason: relation === "UNKNOWN" ? "the history has a hole" : null,
  ahead: 1,
  behind: 3,
});

test("what a change of version does", () => {
  expect(changeOf(range("AHEAD"), true, true).sentence).toBe("It brings 1 commit.");
  expect(changeOf(range("BEHIND"), true, true).sentence).toBe("It goes back by 3 commits.");
  expect(changeOf(range("DIVERGED"), true, true).sentence).toBe(
    "It brings 1 commit, and takes 3 commits away.",
  );
  expect(changeOf(range("SAME"), true, true).word).toBe("Same commit");
  expect(changeOf(range("UNKNOWN"), true, true).sentence).toBe("the history has a hole");
  expect(changeOf(range("UNKNOWN"), false, true).word).toBe("New here");
  expect(changeOf(range("UNKNOWN"), true, false).word).toBe("Gone");
});

test("what changed of something that runs in both", () => {
  expect(scalingOf({ replicas: 1, names: ["a", "b"] }, { replicas: 3, names: ["b", "c"] })).toEqual({
    replicas: "1 → 3 replicas",
    gained: ["c"],
    lost: ["a"],
  });
  expect(scalingOf({ replicas: 1, names: [] }, { replicas: 1, names: [] }).replicas).toBeNull();
});

test("which references stay", () => {
  expect(isFixed("aws-prod#64")).toBe(true);
  expect(isFixed("aws-prod")).toBe(false);
  expect(isFixed("aws-prod~1")).toBe(false);
  expect(isFixed("aws-prod@{yesterday}")).toBe(false);
});
