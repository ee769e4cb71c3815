import { describe, expect, test } from "vitest";
import { placeOf, stackedAreas, stepAt, stepLine } from "./steps";

const span = { from: 0, to: 100 };

test("a moment has its place", () => {
  expect(placeOf(0, span)).toBe(0);
  expect(placeOf(25, span)).toBe(250);
  expect(placeOf(100, span)).toBe(1000);
  expect(placeOf(5, { from: 7, to: 7 })).toBe(0);
});

describe("what overlaps stands on each other", () => {
  // A blue-green deployment: one replica of the old until 60, three of the new from 40 on.
  const times = [0, 40, 60];
  const areas = stackedAreas(
    [
      { first: 0, counts: [1, 1] },
      { first: 1, counts: [3, 3] },
    ],
    times,
    span,
    4,
  );
  test("the old stands on the ground, and ends where it is gone", () => {
    expect(areas[0]).toBe("M0,75L400,75L400,75L600,75L600,75L600,100L600,100L400,100L400,100L0,100Z");
  });
  test("the new stands on the old, and falls to the ground when that is gone", () => {
    expect(areas[1]).toBe("M400,0L600,0L600,25L1000,25L1000,25L1000,100L1000,100L600,100L600,75L400,75Z");
  });
});

test("a layer that is nowhere has no area", () => {
  expect(
    stackedAreas(
      [
        { first: 0, counts: [] },
        { first: 9, counts: [1] },
      ],
      [0],
      span,
      1,
    ),
  ).toEqual(["", ""]);
});

test("a line goes on to the end", () => {
  expect(stepLine([1, 2], [0, 50], span, 2)).toBe("M0,50L500,50L500,0L1000,0L1000,0");
  expect(stepLine([], [], span, 2)).toBe("");
});

test.each([
  [-1, -1],
  [0, 0],
  [39, 0],
  [40, 1],
  [1000, 2],
])("at %i it is step %i", (at, want) => {
  expect(stepAt([0, 40, 60], at)).toBe(want);
});
