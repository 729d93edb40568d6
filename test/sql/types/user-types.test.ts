import { describe, expect, test } from "vitest";
import {
  ArgumentError,
  cast,
  Column,
  createEngine,
  func,
  insert,
  literal,
  MetaData,
  select,
  t,
  Table,
  TypeDecorator,
  UserDefinedType,
} from "../../../src/index.ts";
import * as mysql from "../../../src/dialects/mysql/index.ts";
import * as pg from "../../../src/dialects/postgresql/index.ts";
import * as sqlite from "../../../src/dialects/sqlite/index.ts";
import type { TypeEngine } from "../../../src/sql/types/type-engine.ts";
import type { SqlDialect } from "../../../src/sql/base/sql-dialect.ts";
import { cacheKeyOf } from "../../../src/sql/elements/clause-element.ts";
import type { BindParameter } from "../../../src/sql/elements/bind-parameter.ts";
import type { ColumnElement } from "../../../src/sql/elements/column-element.ts";

class Money extends TypeDecorator<{ cents: number }> {
  readonly impl = t.integer();
  override processBindParam(value: { cents: number } | null): unknown {
    return value === null ? null : value.cents;
  }
  override processResultValue(value: unknown): { cents: number } | null {
    return value === null ? null : { cents: value as number };
  }
}

class Secret extends TypeDecorator<string> {
  readonly impl = t.string();
  readonly #key: string;
  constructor(key: string) {
    super();
    this.#key = key;
  }
  override processBindParam(value: string | null): unknown {
    return value === null ? null : `${this.#key}:${value}`;
  }
}

class Lower extends UserDefinedType<string> {
  override getColSpec(): string {
    return "VARCHAR(20)";
  }
  override bindExpression(bind: BindParameter<string>): ColumnElement<unknown> {
    return func.lower(bind);
  }
  override columnExpression(column: ColumnElement<unknown>): ColumnElement<unknown> {
    return func.upper(column as ColumnElement<string>);
  }
}

class ByDialect extends TypeDecorator<string> {
  readonly impl = t.string(10);
  override loadDialectImpl(dialect: SqlDialect): typeof this.impl {
    return dialect.name === "sqlite" ? (t.text() as never) : this.impl;
  }
}

describe("TypeDecorator", () => {
  test("changes values on their way in and out", async () => {
    const table = new Table("wallets", new MetaData(), {
      id: new Column(t.integer(), { primaryKey: true }),
      money: new Column(new Money()),
    });
    const engine = createEngine("sqlite://");
    await table.create(engine);
    await engine.begin(async (conn) => {
      await conn.execute(insert(table), [{ money: { cents: 5 } }, { money: null }]);
      expect(await conn.scalars(select(table.c.money)).all()).toEqual([{ cents: 5 }, null]);
      expect(await conn.scalar(select(table.c.id).where(table.c.money.eq({ cents: 5 })))).toBe(1);
      expect(await conn.scalar(select(func.max(table.c.money)))).toEqual({ cents: 5 });
    });
    await engine.dispose();
  });

  test("has its own implementation for a dialect", () => {
    const expression = cast(literal("x"), new ByDialect());
    expect(select(expression).compile({ dialect: "sqlite" }).sql).toContain("AS TEXT");
    expect(select(expression).compile({ dialect: "postgresql" }).sql).toContain("AS VARCHAR(10)");
  });

  test("state that cannot be seen keeps statements apart", () => {
    const key = (type: Secret): string => cacheKeyOf(select(literal("x", type))).text;
    const one = new Secret("a");
    expect(key(one)).toBe(key(one));
    expect(key(one)).not.toBe(key(new Secret("b")));
    expect(select(literal("x", one)).compile({ dialect: "sqlite" }).params).toEqual(["a:x"]);
  });

  test("undefined from processBindParam is refused", () => {
    class Broken extends TypeDecorator<string> {
      readonly impl = t.string();
      override processBindParam(): unknown {
        return undefined;
      }
    }
    expect(() => select(literal("x", new Broken())).compile({ dialect: "sqlite" }).params).toThrow(
      /processBindParam\(\) of Broken gave undefined/,
    );
  });
});

describe("UserDefinedType", () => {
  test("expressions around values and columns", () => {
    const table = new Table("words", new MetaData(), { word: new Column(new Lower()) });
    expect(select(table.c.word).where(table.c.word.eq("X")).compile({ dialect: "sqlite" }).sql.replaceAll(/\s+/g, " ")).toBe(
      "SELECT upper(words.word) AS word FROM words WHERE words.word = lower(?)",
    );
    expect(insert(table).values({ word: "X" }).compile({ dialect: "sqlite" }).sql).toBe("INSERT INTO words (word) VALUES (lower(?))");
  });
});

describe("variants", () => {
  test("by dialect, and only once", () => {
    const type = t.string(5).withVariant(t.text(), "sqlite");
    expect(select(cast("x", type)).compile({ dialect: "sqlite" }).sql).toContain("AS TEXT");
    expect(select(cast("x", type)).compile({ dialect: "postgresql" }).sql).toContain("AS VARCHAR(5)");
    expect(() => type.withVariant(t.integer(), "sqlite")).toThrow(ArgumentError);
    expect(() => t.string().withVariant(type, "postgresql")).toThrow(ArgumentError);
    expect(() => t.string().withVariant(t.text(), ...([] as unknown as [string]))).toThrow(ArgumentError);
  });

  test("types of equal parts share a key, others do not", () => {
    const key = (type: Parameters<typeof cast>[1]): string => cacheKeyOf(select(cast("x", type))).text;
    expect(key(t.string(5))).toBe(key(t.string(5)));
    expect(key(t.string(5))).not.toBe(key(t.string(6)));
    expect(key(t.string(5))).not.toBe(key(t.VARCHAR(5)));
    expect(key(t.enum(["a", "b"]))).not.toBe(key(t.enum(["a,b"])));
    expect(key(t.numeric(10, 2))).not.toBe(key(t.numeric(10, 2, { asNumber: true })));
  });
});

describe("copies of types", () => {
  test("work as the originals do: nothing of a type is private", () => {
    const types: readonly (readonly [TypeEngine<unknown>, string, unknown, unknown])[] = [
      [t.enum(["a", "b"]) as TypeEngine<unknown>, "sqlite", "a", "z"],
      [mysql.t.SET(["a", "b"]) as unknown as TypeEngine<unknown>, "mysql", ["a"], ["z"]],
      [sqlite.t.DATETIME({ storageFormat: "%(year)04d", mode: "string" }) as TypeEngine<unknown>, "sqlite", "2024-01-01 00:00:00", "x"],
      [pg.t.ARRAY(t.integer()) as TypeEngine<unknown>, "postgresql", [1], ["x"]],
      [pg.t.INT4RANGE() as TypeEngine<unknown>, "postgresql", new pg.Range(1, 2), 5],
      [t.double() as TypeEngine<unknown>, "postgresql", 1.5, "x"],
    ];
    for (const [type, dialect, right, wrong] of types) {
      const copies = [type.copy(), type.withVariant(t.text(), "default")];
      for (const copy of copies) {
        const sent = (value: unknown): unknown =>
          insert(new Table("x", new MetaData(), { v: new Column(copy) }))
            .values({ v: value as never })
            .compile({ dialect }).params;
        expect(sent(right), type.constructor.name).toHaveLength(1);
        expect(() => sent(wrong), type.constructor.name).toThrow(/"v"/);
      }
    }
  });
});
