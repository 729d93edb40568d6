// Run by itself, by prototype.test.ts: prints what statements become and what the engine and the ORM do. With "polluted" as its argument, somebody
// has added to Object.prototype before.
import { inspect } from "node:util";
import * as athanor from "../../src/index.ts";
import * as mysql from "../../src/dialects/mysql/index.ts";
import * as pg from "../../src/dialects/postgresql/index.ts";

const {
  and,
  bindparam,
  case_,
  cast,
  Column,
  createEngine,
  CreateIndex,
  CreateTable,
  declarativeBase,
  delete_,
  exists,
  foreignKey,
  func,
  index,
  insert,
  literal,
  mappedColumn,
  MetaData,
  or,
  relationship,
  select,
  selectinload,
  sessionmaker,
  t,
  Table,
  text,
  uniqueConstraint,
  update,
} = athanor;

const HOSTILE = "HOSTILE";
const NAMES: Readonly<Record<string, unknown>> = {
  where: HOSTILE,
  raw: HOSTILE,
  sql: HOSTILE,
  limit: 7,
  type: HOSTILE,
  then: HOSTILE,
  role: "admin",
  text: HOSTILE,
  table: HOSTILE,
  column: HOSTILE,
  columns: HOSTILE,
  filter: HOSTILE,
  else: HOSTILE,
  returning: HOSTILE,
  params: HOSTILE,
  isLiteral: true,
  literalExecute: true,
  autoescape: true,
  quote: false,
  quoteSchema: false,
  requireWhere: false,
  maxRows: 1,
};

const out: string[] = [];
const say = (what: string, value: unknown): void => void out.push(`${what}: ${inspect(value, { depth: 6 })}`);

if (process.argv[2] === "polluted") {
  for (const [name, value] of Object.entries(NAMES)) {
    Object.defineProperty(Object.prototype, name, {
      value,
      configurable: true,
      enumerable: process.argv[3] === "enumerable",
      writable: true,
    });
  }
}

const metadata = new MetaData();
const users = new Table(
  "users",
  metadata,
  {
    id: new Column(t.integer(), { primaryKey: true, autoincrement: false }),
    name: new Column(t.string(50), { nullable: false }),
    team: new Column("team_id", foreignKey("teams.id")),
    data: new Column(t.json()),
  },
  [uniqueConstraint("name")],
);
const teams = new Table("teams", metadata, { id: new Column(t.integer(), { primaryKey: true }), label: new Column(t.text(), {}) });
const byTeam = select(users.c.team, func.count().label("n")).groupBy(users.c.team).cte("by_team");

const STATEMENTS: Readonly<Record<string, () => athanor.ClauseElement>> = {
  select: () => select(users),
  where: () => select(users.c.id).where(and(users.c.id.gt(5), or(users.c.name.eq("a"), users.c.name.is(null)))),
  filterBy: () => select(users).filterBy({ name: "a" }),
  shape: () => select({ id: users.c.id, n: func.count() }),
  join: () => select(users.c.id, teams.c.label).join(teams),
  outer: () => select(users.c.id).outerjoin(teams, users.c.team.eq(teams.c.id)),
  like: () => select(users.c.id).where(users.c.name.contains("%"), users.c.name.like("a")),
  escaped: () => select(users.c.id).where(users.c.name.startswith("%", { autoescape: true })),
  in: () => select(users.c.id).where(users.c.id.in([1, 2, 3])),
  json: () => select(users.c.data.at("a"), users.c.data.at(["a", 0])),
  cte: () => select(byTeam),
  exists: () => select(users.c.id).where(exists(select(teams.c.id).where(teams.c.id.eq(users.c.team)))),
  window: () => select(func.rank().over({ orderBy: users.c.id })),
  plainWindow: () => select(func.count().over({})),
  case: () => select(case_([users.c.id.eq(1), "a"], { else: "b" })),
  cast: () => select(cast(users.c.id, t.string(5))),
  union: () => select(users.c.id).union(select(teams.c.id)).orderBy("id"),
  paged: () => select(users.c.id).orderBy(users.c.id).limit(5).offset(10),
  locked: () => select(users.c.id).withForUpdate({}),
  literal: () => select(literal("a"), bindparam("x", { value: 1 })),
  text: () => text("SELECT :x").bindparams({ x: 1 }),
  insert: () => insert(users).values({ id: 1, name: "a" }),
  insertMany: () =>
    insert(users).values([
      { id: 1, name: "a" },
      { id: 2, name: "b" },
    ]),
  update: () => update(users).where(users.c.id.eq(1)).values({ name: "b" }),
  delete: () => delete_(users).where(users.c.id.eq(1)),
  upsert: () =>
    pg
      .insert(users)
      .values({ id: 1, name: "a" })
      .onConflictDoUpdate({ indexElements: ["id"], set: { name: "b" } }),
  duplicate: () => mysql.insert(users).values({ id: 1, name: "a" }).onDuplicateKeyUpdate({ name: "b" }),
  createTable: () => new CreateTable(users),
  createTeams: () => new CreateTable(teams),
  createIndex: () => new CreateIndex(index("ix", new Table("t", new MetaData(), { x: new Column(t.integer()) }).c.x)),
};

for (const [name, make] of Object.entries(STATEMENTS)) {
  for (const dialect of ["sqlite", "postgresql", "mysql"]) {
    try {
      const { sql, params } = make().compile({ dialect });
      say(`${name} ${dialect}`, [sql, [...params]]);
    } catch (error) {
      say(`${name} ${dialect}`, (error as Error).message.split("\n")[0]);
    }
  }
}

const engine = createEngine("sqlite://", {});
await metadata.createAll(engine);
await engine.begin(async (conn) => {
  await conn.execute(insert(teams), [{ label: "a" }, { label: "b" }]);
  await conn.execute(insert(users), [
    { id: 1, name: "x", team: 1, data: { a: [1] } },
    { id: 2, name: "y", team: 2, data: null },
  ]);
  const refused = async (what: string, run: () => PromiseLike<unknown>): Promise<void> => {
    const failed = await (async () => void (await run()))().then(
      () => "taken",
      (error: Error) => error.name,
    );
    say(what, failed);
  };
  say("rows", (await conn.execute(select(users).orderBy(users.c.id))).all());
  say("mappings", [...(await conn.execute(select(users.c.id, users.c.name).orderBy(users.c.id))).mappings().all()]);
  say("objects", (await conn.execute(select({ id: users.c.id }).orderBy(users.c.id))).all());
  say("scalars", await conn.execute(select(users.c.id).orderBy(users.c.id)).scalars().all());
  say("text", await conn.execute(text("SELECT :x"), { x: 5 }).scalar());
  await refused("a parameter that is missing", () => conn.execute(text("SELECT :name"), {}));
  await refused("a value that is missing", () => conn.execute(insert(users), { id: 3 } as never));
  say("update", (await conn.execute(update(users).where(users.c.id.eq(1)).values({ name: "z" }))).rowcount);
});

const guarded = engine.executionOptions({ requireWhere: true, maxRows: 1 });
for (const statement of [delete_(teams), select(users)]) {
  const failed = await guarded
    .begin((conn) => conn.execute(statement))
    .then(
      () => "taken",
      (error: Error) => error.name,
    );
  say("guarded", failed);
}

const Base = declarativeBase();
class Team extends Base<typeof Team> {
  static table = this.mapTo("orm_teams");
  static id = mappedColumn(t.integer(), { primaryKey: true });
  static label = mappedColumn(t.string(20));
  static members = relationship(() => [Member], { backPopulates: "team" });
}
class Member extends Base<typeof Member> {
  static table = this.mapTo("orm_members");
  static id = mappedColumn(t.integer(), { primaryKey: true });
  static nick = mappedColumn(t.string(20), { nullable: true });
  static teamId = mappedColumn(
    foreignKey(() => Team.id),
    { nullable: true },
  );
  static team = relationship(() => Team, { backPopulates: "members", nullable: true });
}
await Base.metadata.createAll(engine);
const session = sessionmaker({ bind: engine })();
session.add(new Team({ label: "t", members: [new Member({ nick: "m" }), new Member({})] }));
await session.commit();
session.expungeAll();
const team = (await session.scalars(select(Team).options(selectinload(Team.members))).all())[0]!;
say("team", [team.id, team.label, team.members.map((member) => [member.id, member.nick, member.team === team])]);
say("get", (await session.get(Member, 2))?.nick);
say("filterBy", (await session.scalars(select(Member).filterBy({ nick: "m" })).all()).length);
team.label = "changed";
await session.commit();
say("changed", await session.scalars(select(Team.label)).all());
await session.close();
await engine.dispose();
process.stdout.write(JSON.stringify(out));
