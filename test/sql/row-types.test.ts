// TS-10, TS-03, TS-05: the declared type of a row is that of the values which the databases give, for every form of statement. Each
// statement stands with a witness: the compiler compares it with the type of the row, exactly, and the test with the rows.
import {
  aliased,
  and,
  anyOf,
  case_,
  cast,
  Column,
  column,
  createEngine,
  declarativeBase,
  delete_,
  type Engine,
  except,
  exists,
  extract,
  foreignKey,
  func,
  identity,
  insert,
  intersect,
  literal,
  mappedColumn,
  MetaData,
  not,
  notNullable,
  null_,
  nullable,
  or,
  relationship,
  select,
  Session,
  t,
  Table,
  text,
  true_,
  tuple,
  typeCoerce,
  union,
  unionAll,
  update,
  values,
} from "athanor";
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeEachDatabase } from "../support/databases.ts";
import { gives, is, isExactly } from "./support/witness.ts";

const metadata = new MetaData();
const users = new Table("users", metadata, {
  id: new Column(t.integer(), { primaryKey: true }),
  name: new Column(t.string(50), { nullable: false }),
  nick: new Column(t.string(50)),
  kind: new Column(t.enum(["boss", "clerk"], { name: "user_kind" }), { nullable: false }),
  born: new Column(t.date()),
  made: new Column(t.dateTime(), { nullable: false }),
  active: new Column(t.boolean(), { nullable: false }),
  asked: new Column(t.boolean()),
  score: new Column(t.double(), { nullable: false }),
  big: new Column(t.bigInteger(), { nullable: false }),
  extra: new Column(t.json<{ a: number; b: string[] }>(), { nullable: false }),
  bossId: new Column(foreignKey("users.id")),
});
const orders = new Table("orders", metadata, {
  id: new Column(t.integer(), { primaryKey: true }),
  userId: new Column(
    foreignKey(() => users.c.id),
    { nullable: false },
  ),
  total: new Column(t.numeric(10, 2), { nullable: false }),
  discount: new Column(t.numeric(10, 2)),
  pieces: new Column(t.integer(), { nullable: false }),
});
const numbered = new Table("numbered", metadata, {
  id: new Column(t.integer(), identity(), { primaryKey: true }),
  word: new Column(t.string(20), { nullable: false }),
});

const Base = declarativeBase({ metadata: new MetaData() });
class Team extends Base<typeof Team> {
  static table = this.mapTo("teams");
  static id = mappedColumn(t.integer(), { primaryKey: true });
  static title = mappedColumn(t.string(50));
  static members = relationship(() => [Member], { backPopulates: "team" });
}
class Member extends Base<typeof Member> {
  static table = this.mapTo("members");
  static id = mappedColumn(t.integer(), { primaryKey: true });
  static name = mappedColumn(t.string(50));
  static age = mappedColumn(t.integer(), { nullable: true });
  static teamId = mappedColumn(
    foreignKey(() => Team.id),
    { nullable: true },
  );
  static team = relationship(() => Team, { backPopulates: "members", nullable: true });
  static mentorId = mappedColumn(
    foreignKey(() => Member.id),
    { nullable: true },
  );
}

describeEachDatabase("the types of rows", (db) => {
  let engine: Engine;
  const u = users.c;
  const o = orders.c;
  const run = <S>(statement: S, row: Parameters<typeof gives<S>>[2]): Promise<void> =>
    engine.begin((conn) => gives(conn as never, statement, row));

  beforeAll(async () => {
    engine = createEngine(db.url);
    await metadata.createAll(engine);
    await Base.metadata.createAll(engine);
    await engine.begin(async (conn) => {
      await conn.execute(insert(users), [
        {
          id: 1,
          name: "ann",
          nick: "a",
          kind: "boss",
          born: "1990-05-01",
          made: new Date("2020-01-02T03:04:05Z"),
          active: true,
          asked: true,
          score: 1.5,
          big: 2n ** 60n,
          extra: { a: 1, b: ["x"] },
          bossId: null,
        },
        {
          id: 2,
          name: "bob",
          nick: null,
          kind: "clerk",
          born: null,
          made: new Date("2021-01-02T03:04:05Z"),
          active: false,
          asked: null,
          score: 2.5,
          big: 5n,
          extra: { a: 2, b: [] },
          bossId: 1,
        },
      ]);
      await conn.execute(insert(orders), [
        { id: 1, userId: 1, total: "10.50", discount: "1.00", pieces: 3 },
        { id: 2, userId: 1, total: "20.00", discount: null, pieces: 2 },
      ]);
    });
    await using session = new Session({ bind: engine });
    const team = new Team({ title: "red" });
    session.addAll([team, new Team({ title: "empty" }), new Member({ name: "ann", age: 5, team }), new Member({ name: "bob", age: null })]);
    await session.commit();
  });
  afterAll(async () => {
    await metadata.dropAll(engine);
    await Base.metadata.dropAll(engine);
    await engine.dispose();
  });

  test("columns of all kinds, as tuples and by name", async () => {
    await run(
      select(u.id, u.name, u.nick, u.kind, u.born, u.made, u.active, u.asked, u.score, u.big, u.extra, u.bossId),
      is.tuple(
        is.number,
        is.string,
        is.nullable(is.string),
        is.oneOf("boss", "clerk"),
        is.nullable(is.string),
        is.date,
        is.boolean,
        is.nullable(is.boolean),
        is.number,
        is.bigint,
        is.object({ a: is.number, b: is.array(is.string) }),
        is.nullable(is.number),
      ),
    );
    await run(
      select({ id: u.id, who: u.name, nick: u.nick, total: o.total }).join(orders, o.userId.eq(u.id)),
      is.object({ id: is.number, who: is.string, nick: is.maybeNull(is.string), total: is.string }),
    );
    await run(select(u.id.label("n")), is.tuple(is.number));
    await run(
      select(literal("x"), literal(5), literal(true), null_(), true_()),
      is.tuple(is.string, is.number, is.boolean, is.null, is.boolean),
    );
  });

  test("a whole table by name", async () => {
    await using conn = await engine.connect();
    const rows = await conn.execute(select(orders).orderBy(o.id)).mappings().all();
    const row = is.object({ id: is.number, userId: is.number, total: is.string, discount: is.nullable(is.string), pieces: is.number });
    for (const one of rows) isExactly(one, row);
  });

  test("outer joins", async () => {
    await run(
      select({
        id: u.id,
        order: o.id,
        total: o.total,
        big: o.total.gt("15"),
        there: o.id.isNot(null),
        twice: o.pieces.mul(2),
      }).outerjoinFrom(users, orders),
      is.object({
        id: is.number,
        order: is.nullable(is.number),
        total: is.nullable(is.string),
        big: is.nullable(is.boolean),
        there: is.boolean,
        twice: is.nullable(is.number),
      }),
    );
    await run(select(u.name, o.id).selectFrom(users).outerjoin(orders), is.tuple(is.string, is.nullable(is.number)));
    await run(select(u.name, o.id).join(orders, { isouter: true }), is.tuple(is.string, is.nullable(is.number)));
    await run(select(u.name, o.id).selectFrom(users.outerjoin(orders)), is.tuple(is.string, is.nullable(is.number)));
    await run(select(u.name, o.id).join(orders), is.tuple(is.string, is.number));
    const boss = users.alias("boss");
    await run(
      select(u.name, boss.c.name).selectFrom(users).outerjoin(boss, boss.c.id.eq(u.bossId)),
      is.tuple(is.string, is.nullable(is.string)),
    );
    const sums = select(o.userId, func.sum(o.total).label("sum"), func.count().label("n")).groupBy(o.userId).subquery();
    await run(
      select(u.name, sums.c.n, sums.c.sum).outerjoinFrom(users, sums, sums.c.userId.eq(u.id)),
      is.tuple(is.string, is.nullable(is.number), is.nullable(is.string)),
    );
    await run(select(u.name, func.count(o.id)).outerjoinFrom(users, orders).groupBy(u.id, u.name), is.tuple(is.string, is.number));
  });

  test("FULL OUTER JOIN", async ({ skip }) => {
    if (db.dialect === "mysql") skip("MariaDB has none");
    const far = orders.alias("far");
    await run(
      select(u.name, far.c.id, literal(1))
        .selectFrom(users)
        .outerjoin(far, and(far.c.userId.eq(u.id), far.c.id.eq(1)), { full: true }),
      is.tuple(is.nullable(is.string), is.nullable(is.number), is.number),
    );
  });

  test("aggregates", async () => {
    const none = o.id.gt(100);
    const row = is.tuple(is.number, is.maybeNull(is.string), is.maybeNull(is.number), is.maybeNull(is.number), is.maybeNull(is.string));
    const aggregates = select(func.count(), func.sum(o.total), func.max(o.pieces), func.avg(o.pieces), func.avg(o.total));
    await run(aggregates, row);
    await run(aggregates.where(none), row);
    await run(
      select(func.min(u.made), func.max(u.born), func.avg(u.score)),
      is.tuple(is.maybeNull(is.date), is.maybeNull(is.string), is.maybeNull(is.number)),
    );
    await run(select(func.sum(u.big), func.avg(u.big)).where(u.id.eq(2)), is.tuple(is.maybeNull(is.bigint), is.maybeNull(is.string)));
    await run(select(func.max(u.name, { type: t.string() })), is.tuple(is.maybeNull(is.string)));
    if (db.dialect !== "mysql") await run(select(func.sum(o.pieces).filter(o.id.gt(1))), is.tuple(is.maybeNull(is.number)));
  });

  test("windows", async () => {
    const over = { orderBy: u.id };
    await run(
      select(
        func.row_number().over(over),
        func.rank().over(over),
        func.lag(u.name).over(over),
        func.lag(u.made).over(over),
        func.lead(u.big, 1).over(over),
        func.first_value(u.made).over(over),
        func.ntile(2).over(over),
        func.count().over(),
        func.sum(u.id).over(over),
      ),
      is.tuple(
        is.number,
        is.number,
        is.nullable(is.string),
        is.nullable(is.date),
        is.nullable(is.bigint),
        is.maybeNull(is.date),
        is.number,
        is.number,
        is.maybeNull(is.number),
      ),
    );
    if (db.dialect !== "mysql") await run(select(func.lag(u.name, 1, "none").over(over)), is.tuple(is.string));
  });

  test("functions", async () => {
    await run(
      select(
        func.lower(u.name),
        func.upper(u.nick),
        func.length(u.name),
        func.char_length(u.nick),
        func.coalesce(u.nick, "none"),
        func.coalesce(u.nick, u.name),
        func.coalesce(u.nick, u.nick),
        func.nullif(u.name, "ann"),
        func.abs(u.id),
        func.concat(u.name, "!"),
        func.trim(u.nick),
        func.substr(u.name, 1, 1),
        func.replace(u.name, "a", "b"),
      ),
      is.tuple(
        is.string,
        is.nullable(is.string),
        is.number,
        is.nullable(is.number),
        is.string,
        is.string,
        is.nullable(is.string),
        is.nullable(is.string),
        is.number,
        is.string,
        is.nullable(is.string),
        is.string,
        is.string,
      ),
    );
    if (db.dialect !== "postgresql") await run(select(func.hex!(u.name, { type: t.string() })), is.tuple(is.string));
    await run(select(func.now(), func.current_date(), func.current_timestamp()), is.tuple(is.date, is.string, is.date));
    await run(select(extract("year", u.made), extract("year", u.born)), is.tuple(is.number, is.nullable(is.number)));
  });

  test("CASE, casts, conditions as columns", async () => {
    await run(
      select(
        case_([u.id.eq(1), "one"], { else: "more" }),
        case_([u.id.eq(1), "one"]),
        case_([u.id.eq(1), u.nick], { else: u.name }),
        case_({ ann: 1, bob: 2 }, { value: u.name, else: 0 }),
        case_({ ann: 1 }, { value: u.name }),
        cast(u.id, t.string(20)),
        cast(u.nick, t.string(20)),
        u.id.cast(t.string(20)),
        typeCoerce(u.nick, t.string()),
        u.id.eq(1),
        u.nick.eq("a"),
        u.nick.is(null),
        not(u.nick.eq("a")),
        and(u.id.eq(1), u.name.eq("ann")),
        or(u.nick.eq("a"), u.nick.eq("b")),
        u.id.in([1, 2]),
        u.nick.in(["a"]),
        u.nick.like("a%"),
        u.id.between(1, 5),
        u.asked.label("asked"),
      ),
      is.tuple(
        is.string,
        is.nullable(is.string),
        is.maybeNull(is.string),
        is.number,
        is.nullable(is.number),
        is.string,
        is.nullable(is.string),
        is.string,
        is.nullable(is.string),
        is.boolean,
        is.nullable(is.boolean),
        is.boolean,
        is.nullable(is.boolean),
        is.boolean,
        is.nullable(is.boolean),
        is.boolean,
        is.nullable(is.boolean),
        is.nullable(is.boolean),
        is.boolean,
        is.nullable(is.boolean),
      ),
    );
  });

  test("arithmetic", async () => {
    await run(
      select(
        u.id.add(1),
        u.id.mul(u.score),
        u.id.truediv(2),
        u.id.floordiv(2),
        u.big.sub(1n),
        o.total.mul(2),
        o.pieces.mul(o.total),
        o.total.sub(o.discount),
        u.name.concat("!"),
        u.nick.concat(u.name),
        u.id.neg(),
        u.id.mod(2),
      ).join(orders, o.userId.eq(u.id)),
      is.tuple(
        is.number,
        is.number,
        is.number,
        is.number,
        is.bigint,
        is.string,
        is.string,
        is.nullable(is.string),
        is.string,
        is.maybeNull(is.string),
        is.number,
        is.number,
      ),
    );
  });

  test("subqueries, CTEs, EXISTS, ANY", async () => {
    const latest = select(func.max(o.id)).where(o.userId.eq(u.id)).scalarSubquery();
    await run(select(u.id, latest, latest.label("x")), is.tuple(is.number, is.nullable(is.number), is.nullable(is.number)));
    await run(select(exists().where(o.userId.eq(u.id)), u.id).selectFrom(users), is.tuple(is.boolean, is.number));
    const shaped = select({ id: u.id, nick: u.nick }).subquery("shaped");
    await run(select(shaped.c.id, shaped.c.nick), is.tuple(is.number, is.nullable(is.string)));
    const listed = select(u.id, u.nick, func.length(u.name).label("n")).cte("listed");
    await run(select(listed.c.id, listed.c.nick, listed.c.n), is.tuple(is.number, is.nullable(is.string), is.number));
    const start = select(literal(1).label("n")).cte("counted", { recursive: true });
    const counted = start.unionAll(select(start.c.n.add(1)).where(start.c.n.lt(3)));
    await run(select(counted.c.n), is.tuple(is.number));
    if (db.dialect !== "sqlite") {
      await run(select(u.id).where(u.id.eq(anyOf(select(o.userId).scalarSubquery()))), is.tuple(is.number));
    }
  });

  test("set operations", async () => {
    await run(union(select(u.id, u.nick), select(o.id, literal("x"))), is.tuple(is.number, is.nullable(is.string)));
    await run(unionAll(select(u.id), select(u.bossId)), is.tuple(is.nullable(is.number)));
    await run(except(select(u.id), select(u.bossId)), is.tuple(is.number));
    await run(intersect(select(u.id), select(o.id)), is.tuple(is.number));
    await run(select({ n: u.id }).union(select({ n: o.id })), is.object({ n: is.number }));
  });

  test("text, VALUES and lightweight tables", async () => {
    await run(
      text("SELECT id, name FROM users").columns(column("id", t.integer()), column("name", t.string())),
      is.tuple(is.number, is.string),
    );
    const mapping = is.object({ id: is.number, made: is.date });
    await engine.begin(async (conn) => {
      const typed = text("SELECT id, made FROM users").columns({ id: t.integer(), made: t.dateTime() });
      for (const row of await conn.execute(typed).mappings().all()) isExactly(row, mapping);
    });
    const list = values(column("a", t.integer()), column("b", t.string()), { name: "v" }).data([
      [1, "x"],
      [2, "y"],
    ]);
    if (db.dialect !== "mysql") await run(select(list.c.a, list.c.b), is.tuple(is.number, is.string));
  });

  test("JSON", async () => {
    await run(
      select(u.extra.at("a").asInteger(), u.extra.at(["b", 0]).asString(), u.extra.at("a")),
      is.tuple(is.maybeNull(is.number), is.nullable(is.string), is.maybeNull(is.number)),
    );
  });

  test("tuples in lists", async () => {
    await run(select(u.id).where(tuple(u.id, u.name).in([[1, "ann"]])), is.tuple(is.number));
  });

  test("RETURNING", async ({ skip }) => {
    if (db.dialect === "mysql") skip("MariaDB returns only from INSERT and DELETE");
    await run(
      insert(numbered)
        .values([{ word: "a" }, { word: "b" }])
        .returning(numbered.c.id, numbered.c.word),
      is.tuple(is.number, is.string),
    );
    await run(insert(numbered).values({ word: "c" }).returning({ n: numbered.c.id }), is.object({ n: is.number }));
    await run(update(users).values({ score: 3 }).returning(u.id, u.nick, u.score), is.tuple(is.number, is.nullable(is.string), is.number));
    await run(delete_(numbered).returning(numbered.c.word), is.tuple(is.string));
  });

  test("results: scalars, one, columns, mappings, partitions", async () => {
    await using conn = await engine.connect();
    const statement = select(u.id, u.nick, u.made).orderBy(u.id);
    isExactly(await conn.scalars(statement).all(), is.array(is.number));
    isExactly(await conn.scalar(statement), is.maybeNull(is.number));
    isExactly(await conn.execute(statement).scalars(1).all(), is.array(is.nullable(is.string)));
    isExactly(await conn.execute(statement).columns(2, 0).all(), is.array(is.tuple(is.date, is.number)));
    isExactly(await conn.execute(statement.where(u.id.eq(1))).one(), is.tuple(is.number, is.maybeNull(is.string), is.date));
    isExactly(
      await conn.execute(statement.where(u.id.eq(0))).oneOrNone(),
      is.maybeNull(is.tuple(is.number, is.maybeNull(is.string), is.date)),
    );
    const shaped = select({ id: u.id, nick: u.nick });
    isExactly(await conn.execute(shaped).mappings().all(), is.array(is.object({ id: is.number, nick: is.nullable(is.string) })));
    isExactly(await conn.execute(shaped).scalars("nick").all(), is.array(is.nullable(is.string)));
    for await (const part of conn.execute(statement).partitions(1))
      isExactly(part, is.array(is.tuple(is.number, is.maybeNull(is.string), is.date)));
    for await (const row of conn.stream(statement)) isExactly(row, is.tuple(is.number, is.maybeNull(is.string), is.date));
  });

  test("entities and attributes", async () => {
    await using session = new Session({ bind: engine });
    const team = is.instance(Team);
    const member = is.instance(Member);
    await gives(session as never, select(Team), is.tuple(team));
    await gives(session as never, select(Team, Member).join(Team.members), is.tuple(team, member));
    await gives(session as never, select(Team, Member).outerjoin(Team.members), is.tuple(team, is.nullable(member)));
    await gives(
      session as never,
      select({ team: Team, member: Member }).outerjoin(Team.members),
      is.object({ team, member: is.nullable(member) }),
    );
    await gives(session as never, select(Member.name, Member.age), is.tuple(is.string, is.nullable(is.number)));
    await gives(session as never, select(Team.title, Member.name).join(Team.members), is.tuple(is.string, is.string));
    // the types do not know of which class an attribute is
    await gives(
      session as never,
      select(Team.title, Member.name).outerjoin(Team.members),
      is.tuple(is.maybeNull(is.string), is.nullable(is.string)),
    );
    await gives(
      session as never,
      select(notNullable(Team.title), Member.name).outerjoin(Team.members),
      is.tuple(is.string, is.nullable(is.string)),
    );
    const Mentor = aliased(Member);
    await gives(
      session as never,
      select(Member, Mentor).outerjoin(Mentor, Mentor.id.eq(Member.mentorId)),
      is.tuple(member, is.maybeNull(member)),
    );
    await gives(
      session as never,
      select(Team, nullable(Member)).fromStatement(
        text(
          "SELECT teams.id, teams.title, members.id, members.name, members.age, members.team_id, members.mentor_id FROM teams LEFT JOIN members ON members.team_id = teams.id",
        ).columns(Team.id, Team.title, Member.id, Member.name, Member.age, Member.teamId, Member.mentorId),
      ),
      is.tuple(team, is.nullable(member)),
    );
  });

  test("a witness that does not fit is found, at compile time and at run time", async () => {
    await using conn = await engine.connect();
    // @ts-expect-error: the name is a string
    await expect(gives(conn as never, select(u.name), is.tuple(is.number))).rejects.toThrow(/not a num/);
    // @ts-expect-error: the name is not nullable
    await expect(gives(conn as never, select(u.name), is.tuple(is.nullable(is.string)))).rejects.toThrow(/what a nullable value was/);
  });
});
