import { expect, test } from "vitest";
import { exactRef, pathsOf } from "./paths";

const to = pathsOf("cyber-dojo");

test("addresses stay readable, and lead back to what was meant", () => {
  expect(to.commit("16d9990")).toBe("/o/cyber-dojo/commits/16d9990");
  expect(to.commit(exactRef("cyber-dojo/runner", "16d9990"))).toBe(
    "/o/cyber-dojo/commits/cyber-dojo/runner@16d9990",
  );
  expect(to.commit("#276")).toBe("/o/cyber-dojo/commits/%23276");
  expect(to.artifact("runner:16d9990")).toBe("/o/cyber-dojo/artifacts/runner:16d9990");
  expect(to.environment("aws-prod", { snapshot: 65, view: null })).toBe(
    "/o/cyber-dojo/environments/aws-prod?snapshot=65",
  );
  expect(to.diff("aws-prod#64", "aws-prod#65")).toBe(
    "/o/cyber-dojo/diff?from=aws-prod%2364&to=aws-prod%2365",
  );
  const [, query] = to.diff("a@{2.weeks.ago}", "a").split("?");
  expect(new URLSearchParams(query).get("from")).toBe("a@{2.weeks.ago}");
});
