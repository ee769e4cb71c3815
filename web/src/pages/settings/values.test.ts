import { expect, test } from "vitest";
import { agentCommand } from "../../api/environment-kinds";
import { expiryOf, linesOf, minutesOf, positionOf, secondsOf, tagsOf } from "./values";

test("tags are lines, and the position is one of them that has its own field", () => {
  const tags = [
    { key: "order", value: "2" },
    { key: "team", value: "core" },
    { key: "url", value: "a=b" },
    { key: "public", value: "" },
  ];
  expect(linesOf(tags)).toBe("team=core\nurl=a=b\npublic");
  expect(tagsOf("team=core\n\n url = a=b\npublic", "2")).toEqual([
    { key: "team", value: "core" },
    { key: "url", value: "a=b" },
    { key: "public", value: "" },
    { key: "order", value: "2" },
  ]);
  expect(tagsOf("order=7\nteam=a\nteam=b", " ")).toEqual([{ key: "team", value: "b" }]);
});

test("a position is a number, or there is none", () => {
  const position = (value: string) => positionOf({ tags: [{ key: "order", value }] });
  expect(position("2")).toBe(2);
  expect(position(" -1.5 ")).toBe(-1.5);
  expect(position("0")).toBe(0);
  expect(position("")).toBeNull();
  expect(position("first")).toBeNull();
  expect(positionOf({ tags: [] })).toBeNull();
});

test("minutes", () => {
  expect(secondsOf("15")).toBe(900);
  expect(secondsOf("1.5")).toBe(90);
  expect(secondsOf("")).toBe(0);
  expect(secondsOf("-3")).toBe(0);
  expect(minutesOf(900)).toBe("15");
  expect(minutesOf(90)).toBe("1.5");
  expect(minutesOf(null)).toBe("");
});

test("until when a token is good", () => {
  const now = new Date("2022-08-24T12:00:00Z");
  expect(expiryOf("never", "", now)).toBeUndefined();
  expect(expiryOf("30", "", now)).toBe("2022-09-23T12:00:00.000Z");
  expect(expiryOf("day", "2022-08-31", now)).toMatch(/^2022-(08-31|09-01)T/);
  expect(expiryOf("day", "", now)).toBeUndefined();
});

test("the command that starts an agent", () => {
  expect(agentCommand("DOCKER", "staging")).toBe("landfall snapshot docker staging --watch");
  expect(agentCommand("S3", "website")).toBe("landfall snapshot s3 website --bucket BUCKET --watch");
  expect(agentCommand("CLOUD_RUN", "x")).toBeNull();
  expect(agentCommand("LOGICAL", "x")).toBeNull();
});
