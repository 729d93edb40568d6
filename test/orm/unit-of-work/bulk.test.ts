// Many rows at once: each object gets the key of its own row, however they are sent.
import {
  createEngine,
  declarativeBase,
  type DeclarativeBase,
  type Engine,
  foreignKey,
  mappedColumn,
  relationship,
  select,
  selectinload,
  Session,
  t,
} from "athanor";
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeEachDatabase } from "../../support/databases.ts";
import { Statements } from "../support/blog.ts";

function models(implicitReturning = true) {
  const Base: DeclarativeBase = declarativeBase();
  class Part extends Base<typeof Part> {
    static table = this.mapTo("parts", { implicitReturning });
    static id = mappedColumn(t.integer(), { primaryKey: true });
    static name = mappedColumn(t.string(30));
    static made = mappedColumn(t.string(10), { serverDefault: "today" });
    static boxId = mappedColumn(foreignKey("boxes.id"), { nullable: true });
    static box = relationship(() => Box, { backPopulates: "parts", nullable: true });
  }
  class Box extends Base<typeof Box> {
    static table = this.mapTo("boxes", { implicitReturning });
    static id = mappedColumn(t.integer(), { primaryKey: true });
    static name = mappedColumn(t.string(30), { nullable: true });
    static parts = relationship(() => [Part], { backPopulates: "box", cascade: "all, delete-orphan", orderBy: () => Part.id });
  }
  return { Base, Part, Box };
}

describeEachDatabase("many rows", (db) => {
  let engine: Engine;
  let statements: Statements;
  const { Base, Part } = models();
  beforeAll(async () => {
    engine = createEngine(db.url);
    statements = new Statements(engine);
    await Base.metadata.createAll(engine);
  });
  afterAll(async () => {
    await engine.dispose();
  });

  /** Adds so many parts in an order that is not that of their names, and looks at the keys that they were given. */
  async function insertParts(count: number, pageSize?: number): Promise<void> {
    await using session = new Session(engine);
    const parts = Array.from({ length: count }, (_, i) => new Part({ name: `p${(i * 7919) % count}-${i}` }));
    session.addAll(parts);
    if (pageSize !== undefined) await session.connection({ executionOptions: { insertmanyvaluesPageSize: pageSize } });
    await session.flush();
    const found = new Map((await session.execute(select(Part.id, Part.name)).all()).map(([id, name]) => [id, name]));
    expect(found.size).toBe(count);
    let wrong = 0;
    for (const part of parts) if (found.get(part.id) !== part.name) wrong += 1;
    expect(wrong).toBe(0);
    // the keys follow the order in which the objects were added
    let unordered = 0;
    for (let i = 1; i < count; i++) if (parts[i]!.id <= parts[i - 1]!.id) unordered += 1;
    expect(unordered).toBe(0);
    await session.rollback();
  }

  test("UOW-20 100,000 new objects, with keys of the server", { timeout: 300_000 }, async () => {
    await insertParts(100_000);
  });

  test("UOW-20 just below, at and above the borders of what goes out together", { timeout: 120_000 }, async () => {
    for (const count of [1, 2, 6, 7, 8, 13, 14, 15, 700, 701]) await insertParts(count, 7);
    for (const count of [199, 200, 201, 999, 1000, 1001, 2000, 2001]) await insertParts(count);
  });

  test("UOW-20 where the number of values in a statement is the border", { timeout: 120_000 }, async () => {
    const Wide: DeclarativeBase = declarativeBase();
    const columns = 90;
    class Row extends Wide<typeof Row> {
      static table = this.mapTo("wide_rows");
      static id = mappedColumn(t.integer(), { primaryKey: true });
      static n = mappedColumn(t.integer());
      static {
        for (let i = 1; i < columns; i++) Object.defineProperty(this, `c${i}`, { value: mappedColumn(t.integer()), enumerable: true });
      }
    }
    await Wide.metadata.createAll(engine);
    try {
      const limit = Math.floor(engine.dialect.maxParameters / columns);
      for (const count of [limit - 1, limit, limit + 1, 2 * limit, 2 * limit + 1]) {
        await using session = new Session(engine);
        const rows = Array.from({ length: count }, (_, n) => {
          const values: Record<string, number> = { n };
          for (let i = 1; i < columns; i++) values[`c${i}`] = n * i;
          return new Row(values as never);
        });
        session.addAll(rows);
        await session.flush();
        const found = new Map((await session.execute(select(Row.id, Row.n)).all()).map(([id, n]) => [id, n]));
        expect(found.size).toBe(count);
        expect(rows.filter((row) => found.get(row.id) !== row.n)).toEqual([]);
        await session.rollback();
      }
    } finally {
      await Wide.metadata.dropAll(engine);
    }
  });

  test("UOW-21 without cache, without batches, without RETURNING: the same rows", { timeout: 120_000 }, async () => {
    const ways = [
      { options: {}, implicitReturning: true },
      { options: { queryCacheSize: 0 }, implicitReturning: true },
      { options: { insertmanyvaluesPageSize: 1 }, implicitReturning: true },
      { options: {}, implicitReturning: false },
      { options: { queryCacheSize: 0, insertmanyvaluesPageSize: 3 }, implicitReturning: false },
    ];
    const results: unknown[] = [];
    const sent: string[][] = [];
    for (const { options, implicitReturning } of ways) {
      const own = createEngine(db.url, options);
      const seen = new Statements(own);
      const { Base: OwnBase, Part: OwnPart, Box: OwnBox } = models(implicitReturning);
      await OwnBase.metadata.dropAll(own);
      await OwnBase.metadata.createAll(own);
      seen.take();
      try {
        await using session = new Session(own);
        const boxes = Array.from(
          { length: 12 },
          (_, i) =>
            new OwnBox({
              name: i % 3 === 0 ? null : `b${i}`,
              parts: Array.from(
                { length: i },
                (_unused, k) => new OwnPart({ name: `${i}.${k}`, ...(i % 2 === 0 ? { made: "then" } : {}) }),
              ),
            }),
        );
        session.addAll(boxes);
        await session.flush();
        sent.push(seen.take());
        expect(await Promise.all(boxes[3]!.parts.map((part) => part.awaitableAttrs.made))).toEqual(["today", "today", "today"]);
        boxes[4]!.parts = boxes[5]!.parts.splice(0, 2);
        for (const part of boxes[6]!.parts) part.name += " changed";
        boxes[7]!.parts.pop();
        await session.delete(boxes[8]!);
        boxes[9]!.name = "renamed";
        await session.commit();
        session.expungeAll();
        const read = await session.scalars(select(OwnBox).options(selectinload(OwnBox.parts)).orderBy(OwnBox.id)).all();
        results.push(read.map((box) => [box.id, box.name, box.parts.map(({ id, name, made, boxId }) => [id, name, made, boxId])]));
      } finally {
        await OwnBase.metadata.dropAll(own);
        await own.dispose();
      }
    }
    for (const result of results) expect(result).toEqual(results[0]);
    expect((results[0] as unknown[]).length).toBe(11);
    // the ways are different ones
    expect(sent[0]!.length).toBeLessThan(20);
    // PostgreSQL has no other way to tell a key
    if (db.dialect !== "postgresql") expect(sent[3]!.length).toBeGreaterThan(2 * sent[0]!.length);
    await Base.metadata.createAll(engine);
    statements.take();
  });
});
