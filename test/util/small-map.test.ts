import fc from "fast-check";
import { expect, test } from "vitest";
import { SmallMap } from "../../src/util/small-map.ts";

test("it behaves as a Map does", () => {
  const key = fc.constantFrom("a", "b", "c", "__proto__", "toString");
  const step = fc.oneof(
    fc.record({ op: fc.constant("set" as const), key, value: fc.oneof(fc.integer(), fc.constant(undefined)) }),
    fc.record({ op: fc.constant("add" as const), key, value: fc.integer() }),
    fc.record({ op: fc.constant("delete" as const), key }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const model = new Map<string, unknown>();
      const map = new SmallMap<string, unknown>();
      for (const each of steps) {
        if (each.op === "delete") expect(map.delete(each.key)).toBe(model.delete(each.key));
        else if (each.op === "set") {
          map.set(each.key, each.value);
          model.set(each.key, each.value);
        } else {
          map.add(each.key, each.value);
          if (!model.has(each.key)) model.set(each.key, each.value);
        }
        expect([...map]).toEqual([...model]);
        expect([...map.keys()]).toEqual([...model.keys()]);
        expect(map.size).toBe(model.size);
        for (const name of ["a", "b", "toString", "absent"]) {
          expect(map.has(name)).toBe(model.has(name));
          expect(map.get(name)).toBe(model.get(name));
        }
      }
    }),
  );
});
