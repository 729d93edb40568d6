// Exact decimals as parameters: one of the packages has no such type, and its texts would be made floating point.
import { Column, createEngine, type Engine, func, insert, literal, MetaData, select, t, Table, text, update } from "athanor";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { castDecimals } from "../../../src/dialects/mysql/drivers/mariadb-decimals.ts";
import { DecimalParameter } from "../../../src/dialects/mysql/decimal.ts";
import { describeEachDatabase } from "../../support/databases.ts";

describeEachDatabase(
  "exact decimals",
  (db) => {
    const prices = new Table("prices", new MetaData(), {
      id: new Column(t.integer(), { primaryKey: true }),
      price: new Column(t.numeric(40, 20)),
    });
    const { id, price } = prices.c;
    let engine: Engine;
    beforeAll(async () => {
      engine = createEngine(db.url);
      await prices.metadata.createAll(engine);
      await engine.begin((conn) =>
        conn.execute(insert(prices), [
          { id: 1, price: "0.1" },
          { id: 2, price: "12345678901234567890.12345678901234567890" },
        ]),
      );
    });
    afterAll(async () => {
      await engine.dispose();
    });

    test("TYP-03 stay exact in expressions, conditions and updates", async () => {
      await using conn = await engine.connect();
      const sum = select(price.add("0.20000000000000000001"), func.coalesce(price, "1.5")).where(id.eq(1));
      expect(await conn.execute(sum).all()).toEqual([["0.30000000000000000001", "0.10000000000000000000"]]);
      expect(await conn.execute(select(id).where(price.eq("12345678901234567890.12345678901234567890"))).all()).toEqual([[2]]);
      expect(await conn.execute(select(id).where(price.gt("12345678901234567890.12345678901234567889"))).all()).toEqual([[2]]);
      expect(await conn.execute(select(id).where(price.gt("12345678901234567890.12345678901234567891"))).all()).toEqual([]);
      await conn.execute(
        update(prices)
          .where(price.lt("0.2"))
          .values({ price: price.mul("3.3") }),
      );
      expect(await conn.scalar(select(price).where(id.eq(1)))).toBe("0.33000000000000000000");
      await conn.execute(insert(prices).values({ id: 3, price: literal("0.1", t.numeric()).add("0.2") }));
      expect(await conn.scalar(select(price).where(id.eq(3)))).toBe("0.30000000000000000000");
      const streamed: unknown[] = [];
      for await (const row of conn.stream(select(price.add("0.07")).where(id.eq(3)))) streamed.push(row[0]);
      expect(streamed).toEqual(["0.37000000000000000000"]);
      await conn.execute(text("DELETE FROM prices WHERE id = 3"));
    });
  },
  { only: ["mariadb", "mariadb-connector"] },
);

describe("castDecimals()", () => {
  const cast = (sql: string, ...values: unknown[]): string => castDecimals(sql, values, true).text;
  const decimal = (value: string): DecimalParameter => new DecimalParameter(value);

  test("leaves statements without decimals as they are", () => {
    const values = [1n, "0.1"];
    expect(castDecimals("SELECT ?, ?", values, true)).toEqual({ text: "SELECT ?, ?", plain: values });
  });

  test("casts what is decimal, with the digits that it has", () => {
    expect(cast("SELECT ? + a, ?, ? FROM t", decimal("-1.250"), 5n, decimal("7"))).toBe(
      "SELECT CAST(? AS DECIMAL(65, 3)) + a, ?, CAST(? AS DECIMAL(65, 0)) FROM t",
    );
    expect(cast("SELECT ? + 1, ? + 1", decimal("1.5e-3"), decimal("1.25e1"))).toBe(
      "SELECT CAST(? AS DECIMAL(65, 4)) + 1, CAST(? AS DECIMAL(65, 1)) + 1",
    );
    expect(castDecimals("SELECT ? + a", [decimal("1.5")], true).plain).toEqual(["1.5"]);
    const long = decimal(`0.${"1".repeat(50)}`);
    expect(castDecimals("SELECT ?", [long], true).text).toBe("SELECT CAST(? AS DECIMAL(65, 38))");
    expect(castDecimals("SELECT ?", [long], false).text).toBe("SELECT CAST(? AS DECIMAL(65, 30))");
  });

  test("knows a placeholder from a question mark", () => {
    expect(cast("SELECT '?\\'?', `a?`, \"?\" /* ? */, ? -- ?\n, # ?\n ?", decimal("1"), 2n)).toBe(
      "SELECT '?\\'?', `a?`, \"?\" /* ? */, CAST(? AS DECIMAL(65, 0)) -- ?\n, # ?\n ?",
    );
  });

  test("leaves alone what INSERT stores as it is", () => {
    expect(cast("INSERT INTO t (a, b) VALUES (?, ?), (?, a + ?)", ...["1.5", "2", "3.25", "4.1"].map(decimal))).toBe(
      "INSERT INTO t (a, b) VALUES (?, ?), (?, a + CAST(? AS DECIMAL(65, 1)))",
    );
    expect(cast("UPDATE t SET a = ? WHERE b IN (?, ?)", ...["1.5", "2", "3.25"].map(decimal))).toBe(
      "UPDATE t SET a = CAST(? AS DECIMAL(65, 1)) WHERE b IN (CAST(? AS DECIMAL(65, 0)), CAST(? AS DECIMAL(65, 2)))",
    );
  });
});
