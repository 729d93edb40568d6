// Listeners to classes that are not mapped themselves, or that others extend later: { propagate: true }.
import {
  contains,
  createEngine,
  declarativeBase,
  type DeclarativeBase,
  type Engine,
  extend,
  foreignKey,
  inspect,
  listen,
  mappedColumn,
  relationship,
  remove,
  Session,
  t,
} from "athanor";
import { afterEach, beforeEach, expect, test } from "vitest";
import { describeEachDatabase } from "../support/databases.ts";

class Stamped {
  static stamp = mappedColumn(t.string(20), { nullable: true });
}

describeEachDatabase("events of bases, mixins and superclasses", (db) => {
  let engine: Engine;
  let heard: string[];
  const note =
    (what: string) =>
    (_mapper: unknown, _connection: unknown, target: object): void =>
      void heard.push(`${what} ${target.constructor.name}`);

  beforeEach(() => {
    engine = createEngine(db.url);
    heard = [];
  });
  afterEach(async () => {
    await engine.dispose();
  });

  async function saved(Base: DeclarativeBase, ...objects: object[]): Promise<string[]> {
    await Base.metadata.createAll(engine);
    try {
      await using session = new Session(engine);
      session.addAll(objects);
      await session.commit();
    } finally {
      await Base.metadata.dropAll(engine);
    }
    return heard.splice(0).toSorted();
  }

  function models() {
    const Base: DeclarativeBase = declarativeBase();
    class Plain extends Base<typeof Plain> {
      static table = this.mapTo("plains");
      static id = mappedColumn(t.integer(), { primaryKey: true });
    }
    class Marked extends Base.with(Stamped)<typeof Marked> {
      static table = this.mapTo("markeds", { polymorphicOn: (cls) => cls.kind, polymorphicIdentity: "marked" });
      static id = mappedColumn(t.integer(), { primaryKey: true });
      static kind = mappedColumn(t.string(10), { init: false });
    }
    return { Base, Plain, Marked };
  }

  test("EVT-09 of a base: for all its classes, before and after they are mapped, and for no other's", async () => {
    const { Base, Plain, Marked } = models();
    const other = models();
    const [before, after] = [note("before"), note("after")];
    listen(Base, "beforeInsert", before, { propagate: true });
    // both are mapped by now
    const objects = [new Plain(), new Marked()];
    listen(Base, "afterInsert", after, { propagate: true });
    expect(await saved(Base, ...objects)).toEqual(["after Marked", "after Plain", "before Marked", "before Plain"]);
    expect(await saved(other.Base, new other.Plain())).toEqual([]);
    expect(contains(Base, "beforeInsert", before)).toBe(true);
    remove(Base, "beforeInsert", before);
    expect(contains(Base, "beforeInsert", before)).toBe(false);
    expect(await saved(Base, new Plain())).toEqual(["after Plain"]);
    remove(Base, "afterInsert", after);
    expect(await saved(Base, new Plain(), new Marked())).toEqual([]);
  });

  test("EVT-09 EVT-10 of a mixin: for the classes that have it", async () => {
    const stamp = (_mapper: unknown, _connection: unknown, target: { stamp: string | null }): void => {
      target.stamp = "now";
      heard.push(`stamp ${target.constructor.name}`);
    };
    const init = (target: object): void => void heard.push(`init ${target.constructor.name}`);
    listen(Stamped, "beforeInsert", stamp, { propagate: true });
    listen(Stamped, "init", init, { propagate: true });
    const { Base, Plain, Marked } = models();
    class Special extends extend(Marked)<typeof Special> {
      static table = this.mapSingle({ polymorphicIdentity: "special" });
    }
    const [plain, marked, special] = [new Plain(), new Marked(), new Special()];
    expect(await saved(Base, plain, marked, special)).toEqual(["init Marked", "init Special", "stamp Marked", "stamp Special"]);
    expect([marked.stamp, special.stamp]).toEqual(["now", "now"]);
    remove(Stamped, "beforeInsert", stamp);
    remove(Stamped, "init", init);
    expect(await saved(Base, new Marked())).toEqual([]);
  });

  test("EVT-01 of a mapped class: for the classes that extend it later, too; without propagate, for itself", async () => {
    const { Base, Marked } = models();
    const [own, all] = [note("own"), note("all")];
    listen(Marked, "beforeInsert", own);
    listen(Marked, "beforeInsert", all, { propagate: true });
    class Special extends extend(Marked)<typeof Special> {
      static table = this.mapSingle({ polymorphicIdentity: "special" });
    }
    expect(await saved(Base, new Marked(), new Special())).toEqual(["all Marked", "all Special", "own Marked"]);
    remove(Marked, "beforeInsert", all);
    expect(await saved(Base, new Marked(), new Special())).toEqual(["own Marked"]);
  });
});

test("EVT-01 a class that is not mapped has no events without propagate", () => {
  expect(() => listen(class {}, "beforeInsert", () => undefined)).toThrow(/has no events/);
});

test("EVT-01 of an attribute: for the classes that extend its class later, too", () => {
  const Base = declarativeBase();
  class Node extends Base<typeof Node> {
    static table = this.mapTo("nodes", { polymorphicOn: (cls) => cls.kind, polymorphicIdentity: "node" });
    static id = mappedColumn(t.integer(), { primaryKey: true });
    static kind = mappedColumn(t.string(10), { init: false });
    static label = mappedColumn(t.string(10));
    static parentId = mappedColumn(foreignKey("nodes.id"), { nullable: true });
    static children = relationship(() => [Node]);
  }
  const heard: string[] = [];
  const onSet = (target: object, value: unknown, old: unknown): void =>
    void heard.push(`${target.constructor.name} ${String(value)} ${typeof old === "string" ? old : "-"}`);
  const onAppend = (target: object, value: object): void => void heard.push(`${target.constructor.name} + ${value.constructor.name}`);
  listen(Node.label, "set", onSet, { propagate: true, activeHistory: true });
  listen(Node.children, "append", onAppend, { propagate: true });
  const own = (): void => void heard.push("own");
  listen(Node.label, "set", own);
  class Leaf extends extend(Node)<typeof Leaf> {
    static table = this.mapSingle({ polymorphicIdentity: "leaf" });
  }
  const leaf = new Leaf({ label: "a" });
  leaf.label = "b";
  leaf.children.push(new Node({ label: "c" }));
  expect(heard).toEqual(["Leaf a -", "Leaf b a", "Node c -", "own", "Leaf + Node"]);
  expect(inspect(Leaf).classManager.getImpl("label").dispatch.activeHistory).toBe(true);
  expect(contains(Node.label, "set", onSet)).toBe(true);
  remove(Node.label, "set", onSet);
  remove(Node.children, "append", onAppend);
  heard.length = 0;
  leaf.label = "d";
  leaf.children.push(new Leaf({ label: "e" }));
  expect(heard).toEqual([]);
});
