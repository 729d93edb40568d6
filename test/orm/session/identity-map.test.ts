import { describe, expect, test } from "vitest";
import { IdentityMap } from "../../../src/orm/session/identity-map.ts";
import type { Mapper } from "../../../src/orm/mapping/mapper.ts";
import type { InstanceState } from "../../../src/orm/state/instance-state.ts";

const mapper = {} as Mapper;
const state = (id: number): InstanceState =>
  ({ key: { mapper, id, identity: [id] }, modified: false, obj: {} }) as unknown as InstanceState;

describe("IdentityMap", () => {
  test("finds states by key, one for each", () => {
    const map = new IdentityMap();
    const a = state(1);
    expect(map.replace(a)).toBeUndefined();
    expect(map.find(mapper, 1)).toBe(a);
    const b = state(1);
    expect(map.replace(b)).toBe(a);
    expect(map.contains(a)).toBe(false);
    expect(map.contains(b)).toBe(true);
    map.discard(a);
    expect(map.size).toBe(1);
    map.discard(b);
    expect(map.size).toBe(0);
  });

  test("goes on working when there are so many that they may be collected", () => {
    const map = new IdentityMap();
    const kept: InstanceState[] = [];
    for (let id = 0; id < 25_000; id++) {
      const each = state(id);
      kept.push(each);
      map.add(each);
    }
    expect(map.size).toBe(25_000);
    expect(map.find(mapper, 3)).toBe(kept[3]);
    const again = state(3);
    expect(map.replace(again)).toBe(kept[3]);
    expect(map.find(mapper, 3)).toBe(again);
    expect(map.size).toBe(25_000);
    map.discard(kept[4]!);
    expect(map.find(mapper, 4)).toBeUndefined();
    expect(new Set(map.states()).size).toBe(24_999);
  });

  test("holds states with changes", () => {
    const map = new IdentityMap();
    const a = state(1);
    (a as { modified: boolean }).modified = true;
    map.add(a);
    expect(map.modified.has(a)).toBe(true);
    map.discard(a);
    expect(map.modified.size).toBe(0);
  });
});
