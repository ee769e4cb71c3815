import { expect, test } from "vitest";
import { choiceOf, filterOf, sourceOf, withDelivery } from "./filter";

test("an address says which deliveries, and what means nothing is left out", () => {
  const choice = choiceOf(
    new URLSearchParams("source=docker-hub&state=failed&event=%20push&repository=acme/hello"),
  );
  expect(choice).toEqual({ source: "DOCKER_HUB", state: "FAILED", event: "push", repository: "acme/hello" });
  expect(filterOf(choice)).toEqual({
    sources: ["DOCKER_HUB"],
    states: ["FAILED"],
    events: ["push"],
    repository: "acme/hello",
  });
  expect(choiceOf(new URLSearchParams("source=svn&state="))).toEqual({
    source: null,
    state: null,
    event: "",
    repository: "",
  });
  expect(filterOf(choiceOf(new URLSearchParams()))).toBeUndefined();
  expect(sourceOf("toString")).toBeNull();
  expect(sourceOf("GitHub")).toBe("GITHUB");
});

const at = (id: string, minute: number, state: "FAILED" | "APPLIED" = "FAILED") => ({
  id,
  state,
  receivedAt: `2022-08-22T09:0${minute}:00Z`,
});
const ids = (list: { id: string }[]) => list.map((d) => d.id).join(" ");

test("what is told takes its place in a list", () => {
  const list = [at("c", 3), at("b", 2)];
  expect(ids(withDelivery(list, at("d", 4), null, false))).toBe("d c b");
  expect(ids(withDelivery(list, at("x", 2), null, false))).toBe("c x b");
  expect(ids(withDelivery(list, at("a", 1), null, false))).toBe("c b"); // it is on a later page
  expect(ids(withDelivery(list, at("a", 1), null, true))).toBe("c b a");
  expect(ids(withDelivery([], at("a", 1), null, true))).toBe("a");
  expect(withDelivery(list, at("b", 2, "APPLIED"), null, false)[1]?.state).toBe("APPLIED");
});

test("what does not fit any more leaves", () => {
  const list = [at("c", 3), at("b", 2)];
  expect(ids(withDelivery(list, at("c", 3, "APPLIED"), "FAILED", false))).toBe("b");
  expect(ids(withDelivery(list, at("d", 4, "APPLIED"), "FAILED", false))).toBe("c b");
});
