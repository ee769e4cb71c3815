import { expect, test } from "vitest";
import { lasting } from "../../parts/words";
import { choiceOf, daysUpTo, searchOf, timeOf } from "./choice";
import { duration, often, percent, stepName } from "./words";

test("an address says what is asked, and leads back to itself", () => {
  const story = "environment=aws-prod&flow=runner&since=2022-08-01&until=2022-09-01&step=DAY";
  const choice = choiceOf(new URLSearchParams(story));
  expect(choice).toEqual({
    environment: "aws-prod",
    flow: "runner",
    since: "2022-08-01",
    until: "2022-09-01",
    step: "DAY",
  });
  expect(searchOf(choice).toString()).toBe(story);
  const usual = choiceOf(new URLSearchParams("step=fortnight"));
  expect(usual.step).toBe("WEEK");
  expect(searchOf(usual).toString()).toBe("");
});

test("which of the times it is", () => {
  const time = (search: string) => timeOf(choiceOf(new URLSearchParams(search)));
  expect(time("")).toBe("90.days.ago");
  expect(time("since=30.days.ago")).toBe("30.days.ago");
  expect(time("since=30.days.ago&until=yesterday")).toBe("other");
  expect(time("since=2022-08-01&until=2022-09-01")).toBe("days");
  expect(time("since=2022-08-01")).toBe("days");
  expect(time("since=last.monday")).toBe("other");
  expect(daysUpTo(new Date("2022-08-24T16:12:28Z"), 30)).toEqual({
    since: "2022-07-25",
    until: "2022-08-25",
  });
});

test.each([
  [0, "none"],
  [2.1428, "2.1 a day"],
  [12.4, "12 a day"],
  [0.29, "2 a week"],
  [0.1, "3 a month"],
  [0.01, "one in 3.3 months"],
])("%f a day", (perDay, want) => {
  expect(often(perDay)).toBe(want);
});

test("nothing is not the same as 0", () => {
  expect(percent(0)).toBe("0 %");
  expect(percent(0.125)).toBe("12.5 %");
  expect(duration(null)).toBe("none measured");
  expect(duration({ medianSeconds: 0 })).toBe(lasting(0));
});

test("names of steps", () => {
  expect(stepName("2022-08-08T00:00:00Z", "2022-08-15T00:00:00Z", "WEEK")).toEqual({
    short: "8 Aug",
    long: "8 Aug to 14 Aug 2022",
  });
  expect(stepName("2022-12-26T00:00:00Z", "2023-01-02T00:00:00Z", "WEEK").long).toBe(
    "26 Dec 2022 to 1 Jan 2023",
  );
  expect(stepName("2022-08-08T00:00:00Z", "2022-08-09T00:00:00Z", "DAY").long).toBe("8 Aug 2022");
  expect(stepName("2022-08-01T00:00:00Z", "2022-09-01T00:00:00Z", "MONTH").short).toBe("Aug 22");
});
