import { expect, test } from "vitest";
import { countAxis, labelled, shareAxis } from "./counts";
import { durationAxis } from "./durations";

const names = (axis: { ticks: { name: string }[] }) => axis.ticks.map((tick) => tick.name).join(", ");

test("an axis of durations goes from the mark before the least to the one after the most", () => {
  const axis = durationAxis([395, 277_072]);
  expect(names(axis)).toBe("1 min, 10 min, 1 h, 6 h, 1 d, 7 d");
  expect(axis.place(60)).toBe(0);
  expect(axis.place(7 * 86_400)).toBeCloseTo(1);
  expect(axis.place(3600)).toBeGreaterThan(axis.place(600));
});

test("it has two marks at least, and takes what is out of reach", () => {
  expect(names(durationAxis([600]))).toBe("10 min, 1 h");
  expect(names(durationAxis([0]))).toBe("1 s, 10 s");
  const ages = durationAxis([86_400 * 365 * 40]);
  expect(ages.place(86_400 * 365 * 40)).toBeCloseTo(1);
});

test("an axis of counts has whole numbers only", () => {
  expect(names(countAxis([0, 15]))).toBe("0, 5, 10, 15");
  expect(names(countAxis([0]))).toBe("0, 1");
  expect(countAxis([3, 8]).place(0)).toBe(0);
  expect(names(shareAxis())).toBe("0 %, 25 %, 50 %, 75 %, 100 %");
});

test("labels are left out where there is no room", () => {
  expect(labelled(5, 10)).toBe(1);
  expect(labelled(30, 10)).toBe(3);
  expect(labelled(31, 10)).toBe(4);
  expect(labelled(0, 0)).toBe(1);
});
