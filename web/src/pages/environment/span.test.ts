import { expect, test } from "vitest";
import { wholeSpan, zoomed } from "./span";

const day = 86_400_000;

test("the whole ends a little after the last change, or now", () => {
  expect(wholeSpan(0, 100 * day, 1000 * day)).toEqual({ from: 0, to: 108 * day });
  expect(wholeSpan(0, 100 * day, 101 * day)).toEqual({ from: 0, to: 101 * day });
  // A clock of an agent that is ahead of ours.
  expect(wholeSpan(0, 100 * day, 99 * day)).toEqual({ from: 0, to: 100 * day });
});

test("a zoom stays within the whole", () => {
  const whole = { from: 0, to: 100 };
  const hour = { from: 0, to: 100 * day };
  expect(zoomed(hour, 50 * day, 0.5, hour)).toEqual({ from: 25 * day, to: 75 * day });
  expect(zoomed(hour, 0, 0.5, hour)).toEqual({ from: 0, to: 50 * day });
  expect(zoomed(hour, 100 * day, 0.5, hour)).toEqual({ from: 50 * day, to: 100 * day });
  expect(zoomed({ from: 25 * day, to: 75 * day }, 30 * day, 2, hour)).toEqual(hour);
  expect(zoomed(whole, 50, 0.5, whole)).toEqual(whole); // not below a minute
});
