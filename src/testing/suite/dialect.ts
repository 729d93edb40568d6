import { DBAPIError, IntegrityError, InvalidRequestError } from "../../errors.ts";
import { insert } from "../../sql/dml/insert.ts";
import { update } from "../../sql/dml/update.ts";
import { literal, text } from "../../sql/elements/constructors.ts";
import { func } from "../../sql/functions/func.ts";
import { select } from "../../sql/selectable/select.ts";
import { items, people } from "./fixtures.ts";
import { group, type SuiteGroup } from "./group.ts";

const count = select(func.count()).selectFrom(items);

export const dialectGroup: SuiteGroup = group("the dialect and its driver", ({ test }) => {
  test("ENG-06 what is committed stays, what is rolled back goes", async ({ engine, conn, expect }) => {
    // one connection at a time: some databases have only one
    await conn.close();
    await engine.begin((other) => other.execute(insert(items).values({ code: "kept" })));
    await engine
      .begin((other) => other.execute(insert(items).values({ code: "gone" })).then(() => Promise.reject(new Error("undo"))))
      .catch(() => undefined);
    await using one = await engine.connect();
    await one.execute(insert(items).values({ code: "gone too" }));
    await one.rollback();
    expect(await one.scalar(count)).toEqual(1);
    await one.execute(items.delete());
    await one.commit();
    expect(await one.scalar(count)).toEqual(0);
  });

  test("ENG-07 savepoints", "savepoints", async ({ conn, expect }) => {
    await conn.execute(insert(items).values({ code: "outer" }));
    const nested = await conn.beginNested();
    await conn.execute(insert(items).values({ code: "inner" }));
    await nested.rollback();
    expect(await conn.scalar(count)).toEqual(1);
    await conn.beginNested(async () => {
      await conn.execute(insert(items).values({ code: "kept" }));
      await conn.beginNested(() => conn.execute(insert(items).values({ code: "kept" }))).catch(() => undefined);
    });
    expect(await conn.scalar(count)).toEqual(2);
  });

  test("ENG-09 isolation levels", async ({ engine, conn, dialect, fails, expect }) => {
    await conn.close();
    expect(dialect.isolationLevels.includes("AUTOCOMMIT")).toEqual(true);
    for (const level of dialect.isolationLevels) {
      await using one = await engine.connect();
      one.executionOptions({ isolationLevel: level });
      expect(await one.getIsolationLevel()).toEqual(level);
      expect(await one.scalar(select(literal(1)))).toEqual(1);
    }
    await using other = await engine.connect();
    await fails(Error, async () => other.executionOptions({ isolationLevel: "NO SUCH LEVEL" }));
    expect((await other.getIsolationLevel()) === dialect.defaultIsolationLevel).toEqual(true);
  });

  test("ENG-09 AUTOCOMMIT", async ({ engine, conn, expect }) => {
    await conn.close();
    {
      await using one = await engine.connect();
      one.executionOptions({ isolationLevel: "AUTOCOMMIT" });
      await one.execute(insert(items).values({ code: "kept" }));
      await one.rollback();
      expect(await one.scalar(count)).toEqual(1);
      await one.execute(items.delete());
    }
    await using two = await engine.connect();
    expect(await two.scalar(count)).toEqual(0);
  });

  test("ENG-18 errors have their class, the statement and its values", async ({ conn, expect, requirements }) => {
    await conn.execute(insert(items).values({ code: "a" }));
    let error: unknown;
    const again = (): PromiseLike<unknown> => conn.execute(insert(items).values({ code: "a", amount: 77 }));
    try {
      await (requirements.savepoints ? conn.beginNested(() => again()) : again());
    } catch (thrown) {
      error = thrown;
    }
    expect(error instanceof IntegrityError).toEqual(true);
    const { statement, params, cause, connectionInvalidated } = error as IntegrityError;
    expect([
      /INSERT INTO items/.test(statement ?? ""),
      JSON.stringify(params).includes("77"),
      cause instanceof Error,
      connectionInvalidated,
    ]).toEqual([true, true, true, false]);
    let wrong: unknown;
    try {
      await conn.execute(text("SELECT nothing FROM no_such_table"));
    } catch (thrown) {
      wrong = thrown;
    }
    expect(wrong instanceof DBAPIError && !(wrong instanceof IntegrityError)).toEqual(true);
  });

  test("ENG-05 a sign of life", async ({ engine, conn, expect }) => {
    await conn.close();
    await using one = await engine.connect();
    const raw = await one.getRawConnection();
    await raw.dbapiConnection.ping();
    expect(raw.dbapiConnection.isClosed).toEqual(false);
  });

  test("ENG-12 statements of one structure are compiled once", async ({ conn, engine, expect }) => {
    const statement = (key: number): ReturnType<typeof select> => select(people.c.name).where(people.c.id.eq(key)) as never;
    expect(await conn.scalar(statement(1))).toEqual("ann");
    const { hits } = engine.compiledCache.stats;
    expect([await conn.scalar(statement(2)), await conn.scalar(statement(3))]).toEqual(["bob", "cid"]);
    expect(engine.compiledCache.stats.hits - hits).toEqual(2);
  });

  test("SEL-20 the SQL of a statement, with its values beside it or written into it", async ({ dialect, expect }) => {
    const statement = select(people.c.id).where(people.c.name.eq("it's")).limit(3);
    expect(statement.compile({ dialect }).params.includes("it's")).toEqual(true);
    const { sql, params } = statement.compile({ dialect, compileKwargs: { literalBinds: true } });
    expect([sql.includes("'it''s'"), params.length]).toEqual([true, 0]);
  });

  test("ENG-16 texts that are sent as they are", async ({ conn, expect }) => {
    expect(Number(await conn.execDriverSql("SELECT 1 + 1").scalar())).toEqual(2);
    const mark = conn.dialect.paramstyle === "dollar" ? "$1" : "?";
    expect(await conn.execDriverSql(`SELECT name FROM people WHERE id = ${mark}`, [2]).scalar()).toEqual("bob");
  });

  test("names as long as the database allows", async ({ conn, expect }) => {
    const long = `a_very_long_name_${"x".repeat(300)}`;
    expect(await conn.execute(select(people.c.id.label(long)).where(people.c.id.eq(1))).scalar()).toEqual(1);
    const alias = people.alias(long);
    expect(await conn.execute(select(alias.c.id).where(alias.c.id.eq(2))).scalar()).toEqual(2);
  });

  test("statements that wait for each other's end on one connection", async ({ conn, expect }) => {
    const values = await Promise.all([1, 2, 3].map((key) => conn.scalar(select(people.c.name).where(people.c.id.eq(key)))));
    expect(values).toEqual(["ann", "bob", "cid"]);
  });

  test("a transaction that has begun is not begun again", async ({ conn, fails, expect }) => {
    await conn.execute(update(people).values({ points: 1 }));
    await fails(InvalidRequestError, async () => conn.begin());
    expect(conn.inTransaction()).toEqual(true);
  });
});
