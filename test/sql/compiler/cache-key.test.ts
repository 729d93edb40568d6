import fc from "fast-check";
import { type ClauseElement, createEngine, insert, literal, MetaData, select, Table, Column, t, values, column, func } from "athanor";
import { describe, expect, test } from "vitest";
import type { CompileArgs } from "../../../src/sql/base/sql-dialect.ts";
import type { Compiled } from "../../../src/sql/compiler/compiled.ts";
import { cacheKeyOf } from "../../../src/sql/elements/clause-element.ts";
import { build, statementOf, users, ValueSource } from "../../support/random-statements.ts";

const recipes = fc.array(fc.nat(2000), { maxLength: 7 });

/** As they are when they are not connected; MariaDB writes some things in another way once it is known. */
const mariadb = createEngine("mariadb://localhost/test").dialect;
(mariadb as unknown as { flags: object }).flags = { ...(mariadb as unknown as { flags: object }).flags, serverVersionInfo: [11, 4, 2] };
const dialects: readonly (readonly [name: string, dialect: NonNullable<CompileArgs["dialect"]>])[] = [
  ["default", "default"],
  ["sqlite", "sqlite"],
  ["postgresql", "postgresql"],
  ["mysql", "mysql"],
  ["mariadb, connected", mariadb],
];

/** Statements that cannot be compiled are of no interest here. */
function compiled(statement: ClauseElement, args: CompileArgs): Compiled | null {
  try {
    return statement.compile(args);
  } catch {
    return null;
  }
}

/** What of a compiled statement may depend on nothing but the key. */
function shape({ resultColumns, parameterNames, returnsRows, isInsert }: Compiled): unknown {
  const columns = resultColumns?.map(({ name, key, type }) => [name, key, type.constructor.name]);
  return [columns, [...parameterNames], returnsRows, isInsert];
}

describe.each(dialects)("the key of a statement (%s)", (_name, dialect) => {
  test("is the same for the same structure, whatever the values, and the compiled statement takes the other's values", () => {
    let tried = 0;
    fc.assert(
      fc.property(recipes, fc.nat(50), fc.nat(50), (recipe, first, second) => {
        const [one, other] = [statementOf(recipe, first), statementOf(recipe, second)];
        const [key, otherKey] = [cacheKeyOf(one), cacheKeyOf(other)];
        expect(otherKey.text).toBe(key.text);
        expect(otherKey.equals(key)).toBe(true);
        expect(otherKey.hash).toBe(key.hash);
        expect(otherKey.binds.length).toBe(key.binds.length);
        expect(key.cacheable).toBe(true);
        const cached = compiled(one, { dialect, cacheKey: key });
        if (cached === null) return;
        tried += 1;
        expect(cached.isCacheable).toBe(true);
        const wanted = other.compile({ dialect, cacheKey: otherKey });
        expect(shape(cached)).toEqual(shape(wanted));
        expect(cached.bind(null, otherKey.binds)).toEqual(wanted.bind(null, otherKey.binds));
      }),
      { numRuns: 400 },
    );
    expect(tried).toBeGreaterThan(150);
  });

  test("differs where the SQL differs", () => {
    const known = new Map<string, readonly [recipe: readonly number[], compiled: Compiled]>();
    let same = 0;
    fc.assert(
      fc.property(recipes, fc.nat(50), (recipe, start) => {
        const statement = statementOf(recipe, start);
        const key = cacheKeyOf(statement);
        const own = compiled(statement, { dialect, cacheKey: key });
        if (own === null) return;
        const before = known.get(key.text);
        known.set(key.text, [recipe, own]);
        if (before === undefined) return;
        same += 1;
        // what was compiled for another statement with the same key has to do for this one
        expect(before[1].bind(null, key.binds), `${before[0].join()} and ${recipe.join()}`).toEqual(own.bind(null, key.binds));
        expect(shape(before[1])).toEqual(shape(own));
      }),
      { numRuns: 1000 },
    );
    expect(known.size).toBeGreaterThan(100);
    expect(same).toBeGreaterThan(30);
  });
});

describe("the key of a statement", () => {
  test("stays with it, and is made anew for what is made of it", () => {
    fc.assert(
      fc.property(recipes, fc.nat(50), (recipe, start) => {
        const statement = build(recipe, new ValueSource(start));
        const { text } = cacheKeyOf(statement);
        compiled(statement, { dialect: "sqlite" });
        expect(cacheKeyOf(statement).text).toBe(text);
        const changed = (statement as Partial<ReturnType<typeof select>>).where?.(literal(1).eq(2) as never);
        if (changed !== undefined) expect(cacheKeyOf(changed).text).not.toBe(text);
      }),
      { numRuns: 200 },
    );
  });

  test("counts anonymous aliases by where they stand", () => {
    const a = users.alias();
    const b = users.alias();
    const key = (statement: ClauseElement): string => cacheKeyOf(statement).text;
    expect(key(select(a.c.id, b.c.id))).not.toBe(key(select(a.c.id, a.c.id)));
    expect(key(select(a.c.id, b.c.id))).toBe(key(select(b.c.id, a.c.id)));
  });

  test("takes rows of values as a value, and is not made for rows with expressions", () => {
    const isCacheable = (statement: ClauseElement): boolean => cacheKeyOf(statement).cacheable;
    const rows = (...given: object[]): ClauseElement => insert(users).values(given as never);
    expect(isCacheable(rows({ id: 1, age: 1 }, { id: 2, age: null }))).toBe(true);
    expect(cacheKeyOf(rows({ id: 1, age: 1 })).text).toBe(cacheKeyOf(rows({ id: 1, age: 1 }, { age: 2, id: 2 })).text);
    expect(cacheKeyOf(rows({ id: 1, age: 1 })).text).not.toBe(cacheKeyOf(rows({ id: 1, name: "x" })).text);
    expect(isCacheable(rows({ id: 1, age: 1 }, { id: 2, age: func.now() }))).toBe(false);
    expect(isCacheable(rows({ id: 1, age: 1 }, { id: 2 }))).toBe(false);
    const data = (...given: unknown[][]): ClauseElement =>
      select(values(column("n", t.integer()), column("w", t.string())).data(given as never));
    expect(isCacheable(data([1, "a"], [2, null]))).toBe(true);
    expect(cacheKeyOf(data([1, "a"])).text).toBe(cacheKeyOf(data([1, "a"], [2, null])).text);
    expect(isCacheable(data([1, func.now()]))).toBe(false);
    // the type of each value would be that of the value
    expect(isCacheable(select(values(column("n")).data([[1]] as never)))).toBe(false);
    expect(isCacheable(select(values(column("n", t.integer()), { literalBinds: true }).data([[1]])))).toBe(false);
  });
});

describe("rows of values", () => {
  const things = new Table("things", new MetaData(), {
    id: new Column(t.integer(), { primaryKey: true }),
    made: new Column(t.string(20), { default: () => "by the program" }),
    counted: new Column(t.integer(), { default: func.abs(-3) as never }),
    at: new Column(t.integer(), { serverDefault: "7" }),
  });

  test("have the defaults of their table, and a row that cannot be one of many alike is compiled by itself", () => {
    const statement = insert(things).values([
      { id: 1, made: "a" },
      { id: 2, made: "b" },
    ] as never);
    const made = statement.compile({ dialect: "sqlite" });
    // the default that is a function has a parameter of its own
    expect(made.sql).toBe("INSERT INTO things (id, made, counted) VALUES (?, ?, abs(?)), (?, ?, abs(?))");
    expect(made.params).toEqual([1, "a", -3, 2, "b", -3]);
    expect(made.isCacheable).toBe(false);
    const each = insert(things).values([
      { id: 1, counted: 1 },
      { id: 2, counted: 2 },
    ] as never);
    const found = each.compile({ dialect: "sqlite" });
    expect(found.sql).toBe("INSERT INTO things (id, made, counted) VALUES (?, ?, ?), (?, ?, ?)");
    expect(found.isCacheable).toBe(false);
    expect(found.bind(null, null).params).toEqual([1, "by the program", 1, 2, "by the program", 2]);
    const plain = insert(things).values([
      { id: 1, made: "a", counted: 1 },
      { id: 2, made: "b", counted: 2 },
    ] as never);
    expect(plain.compile({ dialect: "postgresql" }).isCacheable).toBe(true);
  });

  test("name the column and the row of a value that does not fit", () => {
    const statement = insert(users).values([
      { id: 1, age: 2 },
      { id: 2, age: "x" },
    ] as never);
    expect(() => statement.compile({ dialect: "sqlite" }).params).toThrow("age_m1");
  });
});
