import { describe, expect, test } from "vitest";
import { ago, agoShort, bytes, count, lasting, shortName, words } from "./words";

const now = new Date("2022-08-24T12:00:00Z");
const past = (seconds: number) => new Date(now.getTime() - seconds * 1000);

describe("how long ago", () => {
  test.each([
    [0, "just now", "now"],
    [59, "just now", "now"],
    [60, "1 minute ago", "1min"],
    [150, "2 minutes ago", "2min"],
    [3600, "1 hour ago", "1h"],
    [86_399, "23 hours ago", "23h"],
    [2 * 86_400, "2 days ago", "2d"],
    [15 * 86_400, "2 weeks ago", "15d"],
    [90 * 86_400, "2 months ago", "2mo"],
    [4 * 366 * 86_400, "4 years ago", "4y"],
    [-3600, "in 1\u00a0h", "now"],
  ])("%i seconds", (seconds, long, short) => {
    expect(ago(past(seconds), now)).toBe(long);
    expect(agoShort(past(seconds), now)).toBe(short);
  });
});

test.each([
  [0, "0 s"],
  [44, "44 s"],
  [164, "2 min 44 s"],
  [3600, "1 h"],
  [3605, "1 h"],
  [90_061, "1 d 1 h"],
  [-5, "0 s"],
])("%i seconds last", (seconds, want) => {
  expect(lasting(seconds).replaceAll("\u00a0", " ")).toBe(want);
});

test("counts and words", () => {
  expect(count(1, "commit")).toBe("1 commit");
  expect(count(0, "commit")).toBe("0 commits");
  expect(count(1200, "replica")).toBe("1,200 replicas");
  expect(words("NOT_YET")).toBe("not yet");
  expect(bytes(999)).toBe("999 B");
  expect(bytes(12_345)).toBe("12.3 kB");
});

test("names of images", () => {
  expect(shortName("274425519734.dkr.ecr.eu-central-1.amazonaws.com/runner:16d9990")).toBe("runner:16d9990");
  expect(shortName("cyberdojo/runner:16d9990")).toBe("cyberdojo/runner:16d9990");
  expect(shortName("localhost/hello:dev")).toBe("hello:dev");
  expect(shortName("/usr/bin/hello")).toBe("/usr/bin/hello");
  expect(shortName("nginx")).toBe("nginx");
});
