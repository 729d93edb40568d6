// FUN-17, FUN-21, TYP-10, TYP-11: what docs/core/extending.md shows, on every dialect and every database.
import {
  type BindParameter,
  Column,
  ColumnElement,
  createEngine,
  CustomOperator,
  declarativeBase,
  type Expression,
  type Field,
  func,
  FunctionElement,
  Insert,
  insert,
  mappedColumn,
  MetaData,
  type Operand,
  registerFunction,
  select,
  sessionmaker,
  t,
  Table,
  TypeComparator,
  update,
  UserDefinedType,
} from "athanor";
import { compiles, deregister, operand } from "athanor/ext";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { describeEachDatabase } from "../support/databases.ts";

// ---------------------------------------------------------------- a new element

class YearsBetween extends ColumnElement<number> {
  static override readonly fields: readonly Field[] = [
    ["from", "clause"],
    ["to", "clause"],
  ];
  override readonly type = t.integer();
  readonly from: ColumnElement<unknown>;
  readonly to: ColumnElement<unknown>;

  constructor(from: Operand<string>, to: Operand<string>) {
    super();
    this.from = operand(this, from, t.date());
    this.to = operand(this, to, t.date());
  }
}
compiles(YearsBetween, "sqlite", ({ from, to }, compiler, options) => {
  const year = (part: ColumnElement<unknown>): string => `CAST(strftime('%Y', ${compiler.process(part, options)}) AS INTEGER)`;
  return `(${year(to)} - ${year(from)})`;
});
compiles(YearsBetween, "postgresql", ({ from, to }, compiler, options) => {
  const year = (part: ColumnElement<unknown>): string => `EXTRACT(year FROM ${compiler.process(part, options)})`;
  return `CAST(${year(to)} - ${year(from)} AS INTEGER)`;
});
compiles(
  YearsBetween,
  "mysql",
  ({ from, to }, compiler, options) => `(YEAR(${compiler.process(to, options)}) - YEAR(${compiler.process(from, options)}))`,
);

// ---------------------------------------------------------------- a new function

class Greatest extends FunctionElement<number> {
  static override readonly inheritCache = true;
  override readonly name = "greatest";
  override readonly type = t.integer();
}
compiles(Greatest, "sqlite", (element, compiler, options) => `max${compiler.functionArgspec(element, options)}`);
registerFunction("greatest", (args) => new Greatest(args), "bank");

// ---------------------------------------------------------------- a type with SQL around its values, and operators

class EmailComparator extends TypeComparator<string> {
  isAt(domain: string): ColumnElement<boolean> {
    return this.expr.like(`%@${domain.toLowerCase()}`);
  }

  override concat(other: string | Expression<unknown>): ColumnElement<string> {
    return super.concat(func.lower(other as string));
  }
}

class Email extends UserDefinedType<string> {
  override readonly cacheOk = true;
  override readonly comparatorFactory = EmailComparator;

  override getColSpec(): string {
    return "VARCHAR(100)";
  }

  override bindExpression(bind: BindParameter<string>): ColumnElement<unknown> {
    return func.lower(bind);
  }

  override columnExpression(column: ColumnElement<unknown>): ColumnElement<unknown> {
    return func.trim!(column);
  }
}
compiles(Email, "postgresql", () => "TEXT");

// ---------------------------------------------------------------- an operator

const bits = new CustomOperator("&", { precedence: 7, returnType: t.integer() });

const metadata = new MetaData();
const people = new Table("people", metadata, {
  name: new Column(t.string(20), { primaryKey: true }),
  email: new Column(new Email(), { nullable: false }),
  born: new Column(t.date(), { nullable: false }),
  flags: new Column(t.integer(), { nullable: false }),
  score: new Column(t.integer(), { nullable: false }),
});

const dialects = ["sqlite", "postgresql", "mysql", "mariadb"] as const;
const everywhere = (statement: { compile(args: object): { readonly sql: string } }): string[] =>
  dialects.map((dialect) => statement.compile({ dialect }).sql);

describe("compiled on every dialect", () => {
  test("an element", () => {
    expect(everywhere(new YearsBetween(people.c.born, "2026-01-01"))).toEqual([
      "(CAST(strftime('%Y', ?) AS INTEGER) - CAST(strftime('%Y', people.born) AS INTEGER))",
      "CAST(EXTRACT(year FROM $1::DATE) - EXTRACT(year FROM people.born) AS INTEGER)",
      "(YEAR(?) - YEAR(people.born))",
      "(YEAR(?) - YEAR(people.born))",
    ]);
  });

  test("a function", () => {
    const statement = select(func.bank!.greatest!(people.c.score, 5));
    expect(everywhere(statement)).toEqual([
      "SELECT max(people.score, ?) AS greatest_1 FROM people",
      "SELECT greatest(people.score, $1::INTEGER) AS greatest_1 FROM people",
      "SELECT greatest(people.score, ?) AS greatest_1 FROM people",
      "SELECT greatest(people.score, ?) AS greatest_1 FROM people",
    ]);
  });

  test("a type", () => {
    const statement = select(people.c.email).where(people.c.email.isAt("X.org"), people.c.email.concat("B").ne("c"));
    const sqlite =
      "SELECT trim(people.email) AS email FROM people WHERE people.email LIKE lower(?) AND (people.email || lower(?)) != lower(?)";
    expect(everywhere(statement)).toEqual([
      sqlite,
      "SELECT trim(people.email) AS email FROM people WHERE people.email LIKE lower($1) AND (people.email || lower($2::VARCHAR)) != lower($3)",
      sqlite.replace("(people.email || lower(?))", "(concat(people.email, lower(?)))"),
      sqlite.replace("(people.email || lower(?))", "(concat(people.email, lower(?)))"),
    ]);
    expect(statement.compile({ dialect: "sqlite" }).params).toEqual(["%@x.org", "B", "c"]);
  });

  test("an operator", () => {
    const [sqlite, postgresql, mysql] = everywhere(
      bits
        .of(people.c.flags, 4)
        .ne(0)
        .and(bits.of(people.c.flags.add(1), 2).mul(3).eq(6)),
    );
    expect(sqlite).toBe("people.flags & ? != ? AND ((people.flags + ?) & ?) * ? = ?");
    expect(postgresql!.replaceAll(/\$\d::INTEGER/g, "?")).toBe(sqlite);
    expect(mysql).toBe(sqlite);
  });

  describe("one of the library's own", () => {
    beforeAll(() => {
      compiles(Insert, "sqlite", (_insert, _compiler, _options, original) => original().replace(/^INSERT/, "INSERT OR IGNORE"));
    });
    afterAll(() => deregister(Insert));

    test("on one dialect", () => {
      expect(everywhere(insert(people).values(new Map([["name", "x"]])))).toEqual([
        "INSERT OR IGNORE INTO people (name) VALUES (?)",
        "INSERT INTO people (name) VALUES ($1)",
        "INSERT INTO people (name) VALUES (?)",
        "INSERT INTO people (name) VALUES (?)",
      ]);
    });
  });
});

const Base = declarativeBase();
class Person extends Base<typeof Person> {
  static table = this.mapTo("persons");
  static id = mappedColumn(t.integer(), { primaryKey: true });
  static email = mappedColumn(new Email());
  static born = mappedColumn(t.date());
  static flags = mappedColumn(t.integer());
}

/** INSERT that leaves out what is there already, as each database has it. */
const IGNORE = {
  sqlite: (sql: string) => sql.replace(/^INSERT/, "INSERT OR IGNORE"),
  mysql: (sql: string) => sql.replace(/^INSERT/, "INSERT IGNORE"),
  postgresql: (sql: string) => `${sql} ON CONFLICT DO NOTHING`,
} as const;

describeEachDatabase("executed", (db) => {
  test("in Core", async () => {
    const engine = createEngine(db.url);
    await using conn = await engine.connect();
    await metadata.createAll(conn);
    await conn.execute(insert(people), [
      { name: "sandy", email: "Sandy@Example.ORG", born: "1990-05-03", flags: 5, score: 3 },
      { name: "pat", email: "pat@x.net", born: "2001-01-01", flags: 2, score: 9 },
    ]);
    const age = new YearsBetween(people.c.born, "2026-01-01");
    const rows = select({
      name: people.c.name,
      age,
      best: new Greatest([people.c.score, 5]),
      email: people.c.email,
      bits: bits.of(people.c.flags, 6),
    }).orderBy(age);
    expect(await conn.execute(rows).all()).toEqual([
      { name: "pat", age: 25, best: 9, email: "pat@x.net", bits: 2 },
      { name: "sandy", age: 36, best: 5, email: "sandy@example.org", bits: 4 },
    ]);
    const names = (condition: Expression<boolean>) => conn.scalars(select(people.c.name).where(condition)).all();
    expect(await names(age.gt(30))).toEqual(["sandy"]);
    expect(await names(people.c.email.isAt("EXAMPLE.org"))).toEqual(["sandy"]);
    expect(await names(people.c.email.eq("PAT@x.NET"))).toEqual(["pat"]);
    expect(await names(people.c.email.concat("Z").eq("PAT@x.NETz"))).toEqual(["pat"]);
    expect(await names(people.c.email.in(["PAT@x.NET", "SANDY@example.org"]).and(bits.of(people.c.flags, 4).ne(0)))).toEqual(["sandy"]);
    expect(await names(func.bank!.greatest!(people.c.score, 5).eq(9) as ColumnElement<boolean>)).toEqual(["pat"]);

    compiles(Insert, db.dialect, (_insert, _compiler, _options, original) => IGNORE[db.dialect](original()));
    try {
      const again = insert(people).values({ name: "pat", email: "new@x.net", born: "2001-01-01", flags: 0, score: 0 });
      expect((await conn.execute(again)).rowcount).toBe(0);
    } finally {
      deregister(Insert);
    }
    expect(await conn.scalar(select(func.count()).selectFrom(people))).toBe(2);
    await conn.rollback();
    await metadata.dropAll(conn);
    await conn.commit();
    await engine.dispose();
  });

  test("in the ORM", async () => {
    const engine = createEngine(db.url);
    await Base.metadata.createAll(engine);
    await using session = sessionmaker({ bind: engine })();
    session.add(new Person({ email: "A@B.org", born: "1990-05-03", flags: 1 }));
    session.add(new Person({ email: "c@d.net", born: "2001-01-01", flags: 4 }));
    await session.flush();
    const age = new YearsBetween(Person.born, "2026-01-01");
    const found = await session.execute(select(Person, age, Person.email).where(age.ge(26), Person.email.isAt("b.ORG"))).all();
    expect(found.map(([person, years, email]) => [person.flags, years, email])).toEqual([[1, 36, "a@b.org"]]);
    await session.execute(
      update(Person)
        .values({ flags: bits.of(Person.flags, 1).add(6), email: "X@Y" })
        .where(age.lt(30)),
    );
    const [changed] = await session
      .scalars(select(Person).where(Person.email.eq("x@y")).executionOptions({ populateExisting: true }))
      .all();
    expect([changed!.flags, changed!.email]).toEqual([6, "x@y"]);
    await session.rollback();
    await Base.metadata.dropAll(engine);
    await engine.dispose();
  });
});
