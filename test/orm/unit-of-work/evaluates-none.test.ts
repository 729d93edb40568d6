import { createEngine, declarativeBase, insert, literal, mappedColumn, select, Session, t } from "athanor";
import { expect, test } from "vitest";
import { describeEachDatabase } from "../../support/databases.ts";

const Base = declarativeBase();

class Guest extends Base<typeof Guest> {
  static table = this.mapTo("guests");
  static id = mappedColumn(t.integer(), { primaryKey: true });
  static plain = mappedColumn(t.string(20), { nullable: true, serverDefault: "srv" });
  static color = mappedColumn(t.string(20).evaluatesNone(), { nullable: true, serverDefault: "blue" });
  static size = mappedColumn(t.integer().evaluatesNone(), { nullable: true, default: 7 });
}

test("it is the type in every other respect", () => {
  const type = t.string(20);
  expect(type.evaluatesNone()).not.toBe(type);
  expect(type.shouldEvaluateNone).toBe(false);
  expect(String(type.evaluatesNone())).toBe(String(type));
  expect(literal(null, t.string(20).evaluatesNone()).compile({ compileKwargs: { literalBinds: true } }).sql).toBe("NULL");
});

describeEachDatabase("evaluatesNone()", (db) => {
  test("null that is set is written, and what was never set has its default", async () => {
    const engine = createEngine(db.url);
    await Base.metadata.createAll(engine);
    await using session = new Session(engine);
    session.addAll([
      new Guest({ id: 1 }),
      new Guest({ id: 2, plain: null, color: null, size: null }),
      new Guest({ id: 3, plain: "p", color: "c", size: 1 }),
    ]);
    await session.flush();
    await session.execute(insert(Guest), [{ id: 4 }, { id: 5, plain: null, color: null, size: null }]);
    const rows = await session.execute(select(Guest.id, Guest.plain, Guest.color, Guest.size).orderBy(Guest.id)).all();
    expect(rows).toEqual([
      [1, "srv", "blue", 7],
      [2, "srv", null, null],
      [3, "p", "c", 1],
      [4, "srv", "blue", 7],
      [5, "srv", null, null],
    ]);
    const guest = await session.getOne(Guest, 3);
    guest.color = null;
    await session.commit();
    expect(await session.scalar(select(Guest.color).where(Guest.id.eq(3)))).toBeNull();
    await session.close();
    await engine.dispose();
  });
});
