import { expect, test } from "vitest";
import "athanor";
import { slots } from "../../../src/sql/base/late.ts";

test("every slot is filled by the package's entry", () => {
  expect(slots.filter((slot) => !slot.filled).map((slot) => slot.name)).toEqual([]);
  expect(slots.length).toBeGreaterThan(10);
});
