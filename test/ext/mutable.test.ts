import { inspect as show } from "node:util";
import { createEngine, declarativeBase, mappedColumn, select, sessionmaker, t, TypeDecorator, update } from "athanor";
import { Mutable, MutableDict, MutableList, MutableSet } from "athanor/ext";
import { describe, expect, test } from "vitest";
import { describeEachDatabase } from "../support/databases.ts";

class WordSet extends TypeDecorator<Set<string>> {
  override readonly impl = t.text();
  override readonly cacheOk = true;
  override processBindParam(value: Set<string> | null): string | null {
    return value === null ? null : [...value].join(",");
  }
  override processResultValue(value: string | null): Set<string> | null {
    return value === null ? null : new Set(value.split(",").filter((word) => word !== ""));
  }
}

function models() {
  const Base = declarativeBase();
  class Conf extends Base<typeof Conf> {
    static table = this.mapTo("confs");
    static id = mappedColumn(t.integer(), { primaryKey: true });
    static name = mappedColumn(t.string(20), { default: "x" });
    static data = mappedColumn(MutableDict.asMutable(t.json<Record<string, unknown>>()), { nullable: true });
    static items = mappedColumn(MutableList.asMutable(t.json<number[]>()), { nullable: true });
    static words = mappedColumn(MutableSet.asMutable(new WordSet()), { nullable: true });
    static made = mappedColumn(MutableDict.asMutable(t.json<{ n: number }>()), { default: () => ({ n: 0 }) });
    static later = mappedColumn(MutableDict.asMutable(t.json<{ n: number }>()), { nullable: true, deferred: true });
    static plain = mappedColumn(t.json<Record<string, unknown>>(), { nullable: true });
  }
  return { Base, Conf };
}

describe("values", () => {
  const { Conf } = models();

  test("look like what they are", () => {
    const given = { a: 1, nested: { b: 2 } };
    const conf = new Conf({ data: given, items: [1, 2], words: new Set(["a"]) });
    expect(conf.data).not.toBe(given);
    expect(conf.data).toEqual(given);
    expect({ ...conf.data }).toEqual(given);
    expect(JSON.stringify(conf.data)).toBe(JSON.stringify(given));
    expect(show(conf.data)).toBe("{ a: 1, nested: { b: 2 } }");
    expect(Object.getPrototypeOf(conf.data)).toBe(Object.prototype);
    expect(conf.data).toBeInstanceOf(MutableDict);
    expect(conf.items).toBeInstanceOf(MutableList);
    expect(conf.words).toBeInstanceOf(MutableSet);
    expect(given).not.toBeInstanceOf(MutableDict);
    expect(Array.isArray(conf.items)).toBe(true);
    expect(conf.items!.map((n) => n + 1)).toEqual([2, 3]);
    expect([...conf.items!, ...conf.items!.concat([3])]).toEqual([1, 2, 1, 2, 3]);
    expect(show(conf.items)).toBe("[ 1, 2 ]");
    conf.data = null;
    expect(conf.data).toBeNull();
  });

  test("of another kind are refused", () => {
    expect(() => new Conf({ data: [1] as never })).toThrow(/"data" has a mutable type that does not accept an array/);
    expect(() => new Conf({ items: { a: 1 } as never })).toThrow(/"items"/);
    expect(() => new Conf({ words: ["a"] as never })).toThrow(/"words"/);
    expect(() => MutableDict.asMutable("x" as never)).toThrow(/takes a type/);
  });
});

describeEachDatabase("mutable values", (db) => {
  async function setup() {
    const all = models();
    const engine = createEngine(db.url);
    await all.Base.metadata.dropAll(engine);
    await all.Base.metadata.createAll(engine);
    const Session = sessionmaker({ bind: engine });
    const session = Session();
    const conf = new all.Conf({ data: { a: 1 }, items: [3, 1], words: new Set(["w"]), plain: { a: 1 }, later: { n: 1 } });
    session.add(conf);
    await session.commit();
    const saved = async (): Promise<void> => {
      expect(session.dirty.has(conf)).toBe(true);
      await session.commit();
      expect(session.dirty.has(conf)).toBe(false);
      const other = Session();
      const read = await other.get(all.Conf, conf.id);
      expect([read!.data, read!.items, read!.words, read!.made]).toEqual([conf.data, conf.items, conf.words, conf.made]);
      await other.close();
    };
    return { ...all, engine, Session, session, conf, saved };
  }

  test("each way of changing them is noticed", async () => {
    const { engine, session, conf, saved } = await setup();
    const ways: (() => unknown)[] = [
      () => (conf.data!["b"] = 2),
      () => delete conf.data!["a"],
      () => Object.assign(conf.data!, { c: 3, d: 4 }),
      () => Object.defineProperty(conf.data, "e", { value: 5, enumerable: true, writable: true, configurable: true }),
      () => conf.items!.push(2),
      () => conf.items!.unshift(9),
      () => expect(conf.items!.splice(0, 1)).toEqual([9]),
      () => expect(conf.items!.sort((a, b) => a - b)).toBe(conf.items),
      () => conf.items!.reverse(),
      () => (conf.items![0] = 7),
      () => conf.items!.pop(),
      () => conf.items!.fill(4),
      () => (conf.items!.length = 0),
      () => conf.words!.add("x"),
      () => conf.words!.delete("w"),
      () => conf.words!.clear(),
      () => (conf.made.n = 5),
    ];
    for (const change of ways) {
      change();
      await saved();
    }
    expect(conf.data).toEqual({ b: 2, c: 3, d: 4, e: 5 });
    // what changes nothing is no change
    delete conf.data!["nope"];
    conf.words!.delete("nope");
    void conf.items!.map((n) => n);
    conf.plain!["b"] = 2;
    expect(session.dirty.has(conf)).toBe(false);
    await session.close();
    await engine.dispose();
  });

  test("after flush, refresh, expire, rollback, merge and loads on demand", async () => {
    const { Conf, engine, Session, session, conf, saved } = await setup();
    await session.refresh(conf);
    conf.data!["r"] = 1;
    await saved();
    session.expire(conf);
    await conf.awaitableAttrs.data;
    conf.items!.push(5);
    await saved();
    conf.data!["gone"] = true;
    await session.rollback();
    await session.refresh(conf);
    expect(conf.data).toEqual({ a: 1, r: 1 });
    conf.data!["s"] = 2;
    await saved();

    const loaded = await session.scalars(select(Conf).executionOptions({ populateExisting: true })).one();
    expect(loaded).toBe(conf);
    conf.data!["t"] = 3;
    await saved();
    session.expungeAll();
    const again = (await session.get(Conf, conf.id))!;
    (await again.awaitableAttrs.later)!.n = 9;
    expect(session.dirty.has(again)).toBe(true);
    await session.commit();

    const other = Session();
    const merged = await other.merge(again);
    merged.data!["m"] = 1;
    expect([other.dirty.has(merged), session.dirty.has(again)]).toEqual([true, again.data === merged.data]);
    await other.commit();
    await other.close();
    await session.refresh(again);
    const third = Session();
    const unloaded = await third.merge(again, { load: false });
    unloaded.data!["u"] = 1;
    expect(third.dirty.has(unloaded)).toBe(true);
    await third.close();
    await session.close();
    await engine.dispose();
  });

  test("values that an UPDATE has set, and values that were replaced", async () => {
    const { Conf, engine, session, conf, saved } = await setup();
    await session.execute(update(Conf).values({ data: { z: 1 } }));
    expect(conf.data).toEqual({ z: 1 });
    conf.data!["y"] = 2;
    await saved();
    await session.execute(update(Conf), [{ id: conf.id, data: { x: 1 } }]);
    conf.data!["w"] = 2;
    await saved();
    const old = conf.data!;
    conf.data = { fresh: 1 };
    await session.commit();
    old["late"] = 1;
    expect(session.dirty.has(conf)).toBe(false);
    const same = conf.items;
    conf.items = same;
    expect(conf.items).toBe(same);
    session.expire(conf);
    expect(() => (old["later"] = 1)).not.toThrow();
    await session.refresh(conf);
    const current = conf.data!;
    session.expire(conf);
    expect(() => (current["lost"] = 1)).toThrow(/cannot be flagged as modified/);
    await session.close();
    await engine.dispose();
  });

  test("one value of two objects", async () => {
    const { Conf, engine, session, conf } = await setup();
    const two = new Conf({ data: conf.data });
    expect(two.data).toBe(conf.data);
    session.add(two);
    await session.commit();
    conf.data!["both"] = 1;
    expect([session.dirty.has(conf), session.dirty.has(two)]).toEqual([true, true]);
    await session.close();
    await engine.dispose();
  });
});

test("a class of the program", async () => {
  class Point extends Mutable {
    #x: number;
    constructor(x: number) {
      super();
      this.#x = x;
    }
    get x(): number {
      return this.#x;
    }
    set x(value: number) {
      this.#x = value;
      this.changed();
    }
    toJSON(): object {
      return { x: this.#x };
    }
    static override coerce(key: string, value: unknown): object | null {
      if (value instanceof Point) return value;
      if (typeof value === "object" && value !== null && "x" in value) return new Point(value.x as number);
      return super.coerce(key, value);
    }
  }
  const Base = declarativeBase();
  class Spot extends Base<typeof Spot> {
    static table = this.mapTo("spots");
    static id = mappedColumn(t.integer(), { primaryKey: true });
    static at = mappedColumn(Point.asMutable(t.json<{ x: number }>()), { nullable: true });
    static other = mappedColumn(MutableDict.asMutable(t.json<{ x: number }>()).withVariant(t.text() as never, "postgresql"), {
      nullable: true,
    });
  }
  const engine = createEngine("sqlite://");
  await Base.metadata.createAll(engine);
  await using session = sessionmaker({ bind: engine })();
  const spot = new Spot({ at: { x: 1 }, other: { x: 1 } });
  session.add(spot);
  await session.commit();
  spot.at!.x = 2;
  spot.other!.x = 2;
  expect(session.dirty.has(spot)).toBe(true);
  await session.commit();
  session.expungeAll();
  const again = await session.scalars(select(Spot)).one();
  expect(again.at).toBeInstanceOf(Point);
  expect([again.at!.x, again.other!.x]).toEqual([2, 2]);
  await session.close();
  await engine.dispose();
});
