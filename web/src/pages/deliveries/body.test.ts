import { expect, test } from "vitest";
import { readable, shownAtMost } from "./body";

test("JSON is arranged, and anything else is left as it came", () => {
  expect(readable('{"ref":"refs/heads/main","n":[1]}')).toEqual({
    text: '{\n  "ref": "refs/heads/main",\n  "n": [\n    1\n  ]\n}',
    json: true,
    beyond: 0,
  });
  expect(readable("{broken")).toEqual({ text: "{broken", json: false, beyond: 0 });
  expect(readable("")).toEqual({ text: "", json: false, beyond: 0 });
  expect(readable("payload=1")).toEqual({ text: "payload=1", json: false, beyond: 0 });
});

test("what is long is cut at the end of a line", () => {
  const long = readable(JSON.stringify(Array.from({ length: 100_000 }, (_, i) => i)));
  expect(long.text.length).toBeLessThanOrEqual(shownAtMost);
  expect(long.text.endsWith(",")).toBe(true);
  expect(long.beyond).toBeGreaterThan(0);
  expect(readable("x".repeat(shownAtMost + 5)).beyond).toBe(5);
});
