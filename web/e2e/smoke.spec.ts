import { test } from "@playwright/test";

test("up", async () => {});
