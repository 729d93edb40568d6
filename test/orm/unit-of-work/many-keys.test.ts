// How keys of many rows come back, and how many rows go away.
import {
  createEngine,
  declarativeBase,
  type Engine,
  FlushError,
  foreignKey,
  func,
  mappedColumn,
  relationship,
  select,
  Session,
  t,
} from "athanor";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { describeEachDatabase } from "../../support/databases.ts";
import { Statements } from "../support/blog.ts";

const Base = declarativeBase();

class Crate extends Base<typeof Crate> {
  static table = this.mapTo("crates");
  // a key of SQLite is made by the database where its column is INTEGER
  static id = mappedColumn(t.bigInteger().withVariant(t.integer(), "sqlite"), { primaryKey: true });
  static label = mappedColumn(t.string(30));
}

class Slot extends Base<typeof Slot> {
  static table = this.mapTo("slots");
  static row = mappedColumn(t.integer(), { primaryKey: true, autoincrement: false });
  static place = mappedColumn(t.string(10), { primaryKey: true });
  static note = mappedColumn(t.string(30), { nullable: true });
}

class Counted extends Base<typeof Counted> {
  static table = this.mapTo("counted", { versionIdCol: () => Counted.version });
  static id = mappedColumn(t.integer(), { primaryKey: true });
  static version = mappedColumn(t.integer(), { init: false });
  static name = mappedColumn(t.string(30));
}

class Owner extends Base<typeof Owner> {
  static table = this.mapTo("owners");
  static id = mappedColumn(t.integer(), { primaryKey: true });
  static things = relationship(() => [Thing], { backPopulates: "owner", cascade: "all, delete-orphan" });
}

class Thing extends Base<typeof Thing> {
  static table = this.mapTo("things");
  static id = mappedColumn(t.integer(), { primaryKey: true });
  static ownerId = mappedColumn(foreignKey(() => Owner.id));
  static owner = relationship(() => Owner, { backPopulates: "things" });
}

describeEachDatabase("keys of many rows", (db) => {
  let engine: Engine;
  let statements: Statements;
  beforeAll(async () => {
    engine = createEngine(db.url);
    statements = new Statements(engine);
    await Base.metadata.createAll(engine);
  });
  afterAll(async () => {
    await engine.dispose();
  });
  afterEach(async () => {
    await engine.begin(async (connection) => {
      for (const table of [...Base.metadata.sortedTables].reverse()) await connection.execute(table.delete());
    });
  });

  const count = (session: Session, cls: typeof Crate | typeof Slot | typeof Counted | typeof Thing) =>
    session.scalar(select(func.count()).selectFrom(cls as never));

  test.runIf(db.dialect !== "sqlite")("keys beyond what a number holds are those of the rows", async () => {
    const base = 9_007_199_254_740_993n;
    await using session = new Session(engine);
    session.add(new Crate({ id: base, label: "first" }));
    await session.flush();
    if (db.dialect === "postgresql") {
      const connection = await session.connection();
      await connection.execDriverSql(`SELECT setval(pg_get_serial_sequence('crates', 'id'), ${base})`);
    }
    const crates = Array.from({ length: 5 }, (_, i) => new Crate({ label: `c${i}` }));
    session.addAll(crates);
    await session.flush();
    const single = new Crate({ label: "single" });
    session.add(single);
    await session.commit();
    expect(crates.map(({ id }) => id)).toEqual([1n, 2n, 3n, 4n, 5n].map((n) => base + n));
    expect(single.id).toBe(base + 6n);
    session.expungeAll();
    const read = await session.scalars(select(Crate).orderBy(Crate.id)).all();
    expect(read.map(({ label }) => label)).toEqual(["first", "c0", "c1", "c2", "c3", "c4", "single"]);
  });

  test.runIf(db.dialect === "sqlite")("keys beyond what a number holds are not those of other rows", async () => {
    await using session = new Session(engine);
    const connection = await session.connection();
    await connection.execDriverSql("INSERT INTO crates (id, label) VALUES (9007199254740992, 'far')");
    expect((await connection.execDriverSql("INSERT INTO crates (label) VALUES ('further')")).lastrowid).toBe(9_007_199_254_740_993n);
    const crates = [new Crate({ label: "a" }), new Crate({ label: "b" })];
    session.addAll(crates);
    await session.flush();
    expect(crates.map(({ id }) => id)).toEqual([9_007_199_254_740_994n, 9_007_199_254_740_995n]);
    await session.rollback();
  });

  test("many rows go by lists of their keys", async () => {
    await using session = new Session(engine);
    session.addAll(Array.from({ length: 1_203 }, (_, i) => new Crate({ label: `c${i}` })));
    await session.commit();
    const crates = await session.scalars(select(Crate).orderBy(Crate.id)).all();
    statements.take();
    await session.deleteAll(crates.slice(0, 1_200));
    await session.flush();
    const sent = statements.take().filter((sql) => sql.startsWith("DELETE"));
    expect(sent.length).toBeLessThanOrEqual(3);
    await session.commit();
    session.expungeAll();
    expect((await session.scalars(select(Crate).orderBy(Crate.id)).all()).map(({ label }) => label)).toEqual(["c1200", "c1201", "c1202"]);
  });

  test("keys of several columns", async () => {
    await using session = new Session(engine);
    const all = Array.from({ length: 300 }, (_, i) => new Slot({ row: i % 20, place: `p'${Math.floor(i / 20)}` }));
    session.addAll(all);
    await session.commit();
    await session.deleteAll(all.filter(({ row }) => row !== 7));
    await session.commit();
    session.expungeAll();
    const left = await session.scalars(select(Slot)).all();
    expect(left.length).toBe(15);
    expect(left.every(({ row }) => row === 7)).toBe(true);
  });

  test("a row that is gone already is noticed", async () => {
    await using session = new Session(engine);
    const rows = Array.from({ length: 100 }, (_, i) => new Counted({ name: `n${i}` }));
    session.addAll(rows);
    await session.commit();
    await using other = new Session(engine);
    (await other.getOne(Counted, rows[40]!.id)).name = "changed";
    await other.commit();
    await session.deleteAll(rows);
    await expect(session.flush()).rejects.toThrow(/expected to delete 100 row\(s\); 99 were matched/);
    await session.rollback();
    expect(await count(session, Counted)).toBe(100);
  });

  test("what hangs on many parents goes with them", async () => {
    await using session = new Session(engine);
    const owners = Array.from({ length: 80 }, () => new Owner({ things: [new Thing(), new Thing()] }));
    session.addAll(owners);
    await session.commit();
    session.expungeAll();
    await session.deleteAll(await session.scalars(select(Owner)).all());
    await session.commit();
    expect(await count(session, Thing)).toBe(0);
  });

  test.runIf(db.dialect === "sqlite")("a row that a trigger keeps out has no key", async () => {
    await engine.begin(async (connection) => {
      await connection.execDriverSql(
        "CREATE TRIGGER keep_out BEFORE INSERT ON crates WHEN NEW.label = 'out' BEGIN SELECT RAISE(IGNORE); END",
      );
    });
    try {
      await using session = new Session(engine);
      session.addAll([new Crate({ label: "in" }), new Crate({ label: "out" }), new Crate({ label: "in" })]);
      await expect(session.flush()).rejects.toThrow(FlushError);
      await session.rollback();
      expect(await count(session, Crate)).toBe(0);
    } finally {
      await engine.begin(async (connection) => {
        await connection.execDriverSql("DROP TRIGGER keep_out");
      });
    }
  });
});
