import { describe, expect, test } from "vitest";
import { CircularDependencyError } from "../../src/errors.ts";
import { IdentitySet } from "../../src/util/identity-set.ts";
import { LruCache } from "../../src/util/lru-cache.ts";
import { memoize } from "../../src/util/memoized.ts";
import { Mutex } from "../../src/util/mutex.ts";
import { describeParameters, describeValue } from "../../src/util/repr.ts";
import { camelCase, quoteWith, snakeCase, suggest } from "../../src/util/text.ts";
import { findCycles, sortIntoLayers, topologicalSort, type Edge } from "../../src/util/topological.ts";
import { WeakValueMap } from "../../src/util/weak-value-map.ts";

describe("LruCache", () => {
  test("drops what was not used for longest", () => {
    const dropped: string[] = [];
    const cache = new LruCache<string, number>(2, (key) => dropped.push(key));
    cache.set("a", 1);
    cache.set("b", 2);
    expect(cache.get("a")).toBe(1);
    cache.set("c", 3);
    expect(dropped).toEqual(["b"]);
    expect([...cache.keys()]).toEqual(["a", "c"]);
    expect(cache.get("b")).toBeUndefined();
    expect([cache.hits, cache.misses]).toEqual([1, 1]);
  });

  test("of size 0 keeps nothing", () => {
    const cache = new LruCache<string, number>(0);
    cache.set("a", 1);
    expect(cache.size).toBe(0);
  });
});

describe("topological sort", () => {
  const fail = ({ cycles, edges }: { cycles: ReadonlySet<string>; edges: readonly Edge<string>[] }): Error =>
    new CircularDependencyError("circle", [...cycles], edges);

  test("puts everything after what it depends on, and keeps the order otherwise", () => {
    const edges: Edge<string>[] = [
      ["a", "c"],
      ["b", "c"],
      ["c", "d"],
    ];
    expect(sortIntoLayers(edges, ["d", "c", "b", "a", "e"], fail)).toEqual([["b", "a", "e"], ["c"], ["d"]]);
    expect(topologicalSort(edges, ["d", "c", "b", "a"], fail)).toEqual(["b", "a", "c", "d"]);
  });

  test("sorts a chain in as many steps as it has links", () => {
    const all = Array.from({ length: 200_000 }, (_, i) => i);
    const edges = all.slice(1).map((i): Edge<number> => [i - 1, i]);
    expect(sortIntoLayers(edges, all.toReversed(), () => new Error("a circle")).flat()).toEqual(all);
  });

  test("names the members of circles, and only them", () => {
    const edges: Edge<string>[] = [
      ["a", "b"],
      ["b", "a"],
      ["b", "c"],
      ["x", "x"],
    ];
    expect([...findCycles(edges, ["a", "b", "c", "x"])].toSorted()).toEqual(["a", "b", "x"]);
    expect(() => topologicalSort(edges, ["a", "b", "c", "x"], fail)).toThrow(CircularDependencyError);
  });

  test("a chain may be longer than the stack is deep", () => {
    const nodes = Array.from({ length: 50_000 }, (_, i) => String(i));
    const edges = nodes.slice(1).map((node, i): Edge<string> => [nodes[i]!, node]);
    expect(findCycles(edges, nodes).size).toBe(0);
  });
});

test("IdentitySet takes copies for one and the same", () => {
  const a = {
    get _identity() {
      return this;
    },
  };
  const copy = { _identity: a };
  const set = new IdentitySet<{ readonly _identity: object }>([a]);
  expect(set.has(copy)).toBe(true);
  expect(set.add(copy).size).toBe(1);
  expect([...set.union([{ _identity: {} }])]).toHaveLength(2);
  expect(set.intersects([copy])).toBe(true);
});

test("memoize() computes once", () => {
  let count = 0;
  class Thing {
    get value(): number {
      return memoize(this, "value", ++count);
    }
  }
  const thing = new Thing();
  expect([thing.value, thing.value]).toEqual([1, 1]);
});

test("Mutex hands on in order, and gives up in time", async () => {
  const mutex = new Mutex();
  expect(await mutex.acquire()).toBe(true);
  const order: string[] = [];
  const late = mutex.acquire(5);
  const a = mutex.acquire().then(() => void order.push("a"));
  const b = mutex.acquire().then(() => void order.push("b"));
  expect(await late).toBe(false);
  mutex.release();
  await a;
  mutex.release();
  await b;
  mutex.release();
  expect(order).toEqual(["a", "b"]);
  expect(mutex.locked).toBe(false);
});

test("WeakValueMap", () => {
  const map = new WeakValueMap<string, object>();
  const value = {};
  map.set("a", value);
  expect(map.get("a")).toBe(value);
  expect([...map.entries()]).toEqual([["a", value]]);
  expect(map.delete("a")).toBe(true);
  expect(map.has("a")).toBe(false);
});

test("names", () => {
  expect(["releaseDate", "id", "HTTPServer", "userID2", "aB", "Film", "already_snake", "größeÄndern"].map(snakeCase)).toEqual([
    "release_date",
    "id",
    "http_server",
    "user_id2",
    "a_b",
    "film",
    "already_snake",
    "größe_ändern",
  ]);
  expect(["release_date", "_private", "id"].map(camelCase)).toEqual(["releaseDate", "_private", "id"]);
  expect(quoteWith('"', 'a"b')).toBe('"a""b"');
  expect(suggest("pool_size", ["poolSize", "poolTimeout"])).toBe("poolSize");
  expect(suggest("zzz", ["poolSize"])).toBe(null);
});

test("values in messages are shortened", () => {
  expect(describeValue("x".repeat(1000)).length).toBeLessThan(400);
  expect(describeValue(new Uint8Array(100))).toContain("(100 bytes)");
  expect(describeValue(5n)).toBe("5n");
  expect(describeValue({ a: 1n })).toBe('{"a":"1n"}');
  expect(describeParameters([1, "a", null])).toBe("[1, 'a', null]");
  expect(describeParameters(Array.from({ length: 1000 }, (_, i) => [i]))).toContain("1000 rows in all");
});
