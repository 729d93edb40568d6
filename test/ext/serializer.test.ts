import {
  aliased,
  and,
  ArgumentError,
  bindparam,
  case_,
  cast,
  type ClauseElement,
  Column,
  column,
  createEngine,
  declarativeBase,
  delete_,
  distinct,
  except,
  exists,
  extract,
  foreignKey,
  fromDmlColumn,
  func,
  insert,
  InvalidRequestError,
  lateral,
  listen,
  literal,
  literalColumn,
  mappedColumn,
  MetaData,
  not,
  null_,
  nullsLast,
  or,
  relational,
  relationship,
  select,
  selectinload,
  sessionmaker,
  sql,
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
  withLoaderCriteria,
} from "athanor";
import { dumps, loads } from "athanor/ext";
import * as pg from "athanor/postgresql";
import { expect, test } from "vitest";

const Base = declarativeBase();

class User extends Base<typeof User> {
  static table = this.mapTo("users");
  static id = mappedColumn(t.integer(), { primaryKey: true });
  static fullName = mappedColumn(t.string(50));
  static data = mappedColumn(t.json<Record<string, unknown>>(), { nullable: true });
  static born = mappedColumn(t.dateTime(), { nullable: true });
  static kind = mappedColumn(t.enum(["a", "b"]), { nullable: true });
  static parentId = mappedColumn(foreignKey("users.id"), { nullable: true });
  static parent = relationship(() => User, { remoteSide: () => User.id, nullable: true });
  static notes = relationship(() => [Note], { backPopulates: "user" });
}

class Note extends Base<typeof Note> {
  static table = this.mapTo("notes", { schema: "app" });
  static id = mappedColumn(t.integer(), { primaryKey: true });
  static body = mappedColumn("text", t.string(50));
  static userId = mappedColumn(foreignKey(() => User.id));
  static user = relationship(() => User, { backPopulates: "notes" });
}

Base.registry.configure();
const users = new Table("u", new MetaData(), { id: new Column(t.integer()) });
const U = User.table.c as unknown as Record<string, Column<unknown>>;
const Other = aliased(User, { name: "other" });
const Anon = aliased(User);
const early = select({ id: User.id, name: User.fullName }).where(User.id.lt(5)).cte("early");
const counts = select({ id: Note.userId, n: func.count() }).groupBy(Note.userId).subquery();
const Sub = aliased(User, select(User).where(User.id.gt(3)).subquery());

const statements: Record<string, ClauseElement> = {
  core: select(U["id"]!, U["full_name"]!).where(U["id"]!.in([1, 2, 3])) as never,
  entity: select(User)
    .where(User.fullName.like("A%"), User.id.between(1, 5))
    .orderBy(User.id.desc(), nullsLast(User.fullName))
    .limit(3)
    .offset(2),
  columns: select(User.id, User.fullName.label("n"), func.upper(User.fullName)).distinct(),
  shape: select({ id: User.id, user: User, n: func.count() }).groupBy(User.id).having(func.count().gt(1)),
  joins: select(User.fullName, Note.body)
    .join(User.notes)
    .where(or(Note.body.startswith("x"), not(Note.body.endswith("y")))),
  outer: select(User).outerjoin(User.notes.and(Note.body.eq("x"))),
  joinAlias: select(User.id, Other.id).join(User.parent.ofType(Other)).where(Other.fullName.eq("x")),
  anonymous: select(User.id, Anon.id).join(Anon, Anon.id.eq(User.parentId)),
  any: select(User).where(User.notes.any(Note.body.eq("x")), User.parent.has()),
  exists: select(User.id).where(exists().where(Note.userId.eq(User.id)), User.id.in(select(Note.userId).where(Note.body.ne("x")))),
  scalar: select(User.id, select(func.max(Note.id)).where(Note.userId.eq(User.id)).scalarSubquery().label("last")),
  subquery: select(User.id, counts.c.n).join(counts, counts.c.id.eq(User.id)),
  entitySubquery: select(Sub).where(Sub.fullName.eq("z")),
  cte: select(early.c.id, early.c.name).where(early.c.id.gt(1)),
  recursive: (() => {
    const start = select({ id: User.id }).where(User.id.eq(1)).cte("tree", { recursive: true });
    const tree = start.unionAll(select({ id: User.id }).join(start, User.parentId.eq(start.c.id)));
    return select(User).join(tree, tree.c.id.eq(User.id));
  })(),
  union: union(select(User.id), select(Note.id)).orderBy("id").limit(2),
  setops: unionAll(select(User.id), except(select(User.id), select(Note.userId))),
  fromStatement: select(User).fromStatement(text("SELECT * FROM users WHERE id = :id").bindparams({ id: 3 })),
  expressions: select(
    case_([User.id.gt(3), "big"], { else_: "small" } as never),
    cast(User.id, t.string(10)),
    typeCoerce(User.id, t.string()),
    extract("year", User.born),
    func.sum(User.id).over({ partitionBy: User.fullName, orderBy: User.id, rows: [null, 0] }),
    func.count(distinct(User.id)).filter(User.id.gt(1)),
    User.data.at("a").asString(),
    User.id.add(1).mul(2).neg(),
    User.kind.eq("a"),
    User.fullName.concat("x").collate("C"),
    literalColumn("1 + 1"),
    sql`lower(${User.fullName}) = ${"x"}`,
    null_(),
    true_(),
  ),
  tuple: select(User.id).where(tuple(User.id, User.fullName).in([[1, "a"]]) as never),
  values: insert(User).values([
    { id: 1, fullName: "a" },
    { id: 2, fullName: "b" },
  ]),
  insert: insert(User)
    .values({ id: 1, fullName: func.lower("X"), born: new Date(0) })
    .returning(User.id),
  fromSelect: insert(User).fromSelect(["fullName"], select(Note.body)),
  update: update(User)
    .where(User.id.eq(bindparam("key")))
    .values({ fullName: User.fullName.concat("!"), parentId: null }),
  delete: delete_(Note).where(and(Note.userId.eq(User.id), User.fullName.eq("x"))),
  valuesTable: select(
    values(column("id", t.integer()), column("name", t.string()), { name: "v" }).data([
      [1, "a"],
      [2, "b"],
    ]) as never,
  ),
  lateral: select(User.id, lateral(select(Note.body).where(Note.userId.eq(User.id)), "l").c["body"] as never),
  aggregates: select(
    func.percentile_cont(0.5).withinGroup(User.id),
    func.mode().withinGroup(User.fullName),
    func.random(),
    cast("12", t.integer()),
  ),
  anyOf: select(User.id).where(User.id.eq(func.any(select(Note.userId).scalarSubquery()))),
  copied: update(User).values({ fullName: "x", kind: fromDmlColumn(User.kind) as never }),
  nested: relational(User, { columns: ["id"], with: { notes: { columns: ["body"], limit: 2, with: { user: true } } } }),
  lock: select(User).withForUpdate({ of: User, skipLocked: true }),
  expression: and(User.id.gt(3), User.fullName.isNot(null)),
  bigint: select(literal(9007199254740993n), literal(new Uint8Array([1, 2])), literal(1.5)),
  text: text("SELECT :x").bindparams(bindparam("x", 5)),
};

const options = { metadata: Base.metadata, registry: Base.registry };

function shown(statement: ClauseElement, dialect: string): unknown {
  try {
    const compiled = statement.compile({ dialect }) as { sql: string; params: unknown };
    return { sql: compiled.sql, params: compiled.params };
  } catch (error) {
    return String(error);
  }
}

test.each(Object.keys(statements))("there and back: %s", (name) => {
  const statement = statements[name]!;
  const written = dumps(statement);
  const read = loads(written, options);
  expect(read.constructor).toBe(statement.constructor);
  for (const dialect of ["sqlite", "postgresql", "mysql", "mariadb"])
    expect(shown(read, dialect), dialect).toEqual(shown(statement, dialect));
  // once more, of what was read
  const again = loads(dumps(read), options);
  expect(shown(again, "postgresql")).toEqual(shown(statement, "postgresql"));
});

test("what is read goes on as what was written does, and runs", async () => {
  const metadata = new MetaData();
  const engine = createEngine("sqlite://");
  const OwnBase = declarativeBase({ metadata });
  class Film extends OwnBase<typeof Film> {
    static table = this.mapTo("films");
    static id = mappedColumn(t.integer(), { primaryKey: true });
    static title = mappedColumn(t.string(50));
  }
  await metadata.createAll(engine);
  await using session = sessionmaker({ bind: engine })();
  session.addAll(["a", "b", "c"].map((title) => new Film({ title })));
  await session.flush();
  const found = { metadata, registry: OwnBase.registry };
  const read = loads(dumps(select(Film).where(Film.title.ne("b"))), found) as never as {
    where(c: unknown): never;
  };
  const films = (await session.scalars(read.where(Film.title.ne("x"))).all()) as Film[];
  expect(films.map((film) => film.title)).toEqual(["a", "c"]);
  expect(films[0]).toBeInstanceOf(Film);
  // values of the same name from two texts keep apart
  const one = loads(dumps(Film.title.eq("a")), found);
  const two = loads(dumps(Film.title.eq("c")), found);
  const both = (await session.scalars(select(Film).where(or(one as never, two as never))).all()) as Film[];
  expect(both.map((film) => film.title)).toEqual(["a", "c"]);
  let misses = 0;
  listen(engine, "beforeCursorExecute", () => void (misses += 1));
  const before = engine.compiledCache.stats.misses;
  for (let i = 0; i < 3; i += 1) await session.scalars(loads(dumps(select(Film).where(Film.id.eq(i))), found) as never).all();
  expect(engine.compiledCache.stats.misses - before).toBe(1);
  expect(misses).toBe(3);
});

test("what cannot be written is said, with its place", () => {
  const refused = (element: object, message: RegExp): void => {
    expect(() => dumps(element)).toThrow(InvalidRequestError);
    expect(() => dumps(element)).toThrow(message);
  };
  refused(select(User).options(selectinload(User.notes)), /options\(\) of its own/);
  refused(select(User).options(withLoaderCriteria(User, User.id.gt(1))), /options\(\) of its own/);
  refused(select(User.id.op("<->")(3) as never), /operator <->/);
  refused(select(literal({ f: () => 1 }, t.json())), /is a function/);
  refused(pg.insert(User).values({ id: 1, fullName: "x" }).onConflictDoNothing(), /class PgInsert/);
  refused(select(cast(User.data, pg.t.JSONB())), /JSONB/i);
  expect(() => dumps({})).toThrow(ArgumentError);
});

test("classes of dialects, by name", () => {
  const jsonb = pg.t.JSONB();
  const classes = { Jsonb: jsonb.constructor as never };
  const statement = select(cast(User.data, jsonb));
  expect(shown(loads(dumps(statement, { classes }), { ...options, classes }), "postgresql")).toEqual(shown(statement, "postgresql"));
});

test("texts that are no good", () => {
  const refused = (written: string, message: RegExp, given: object = options): void => {
    expect(() => loads(written, given), written).toThrow(ArgumentError);
    expect(() => loads(written, given), written).toThrow(message);
  };
  const good = dumps(select(User).where(User.id.eq(1)));
  refused("", /no JSON/);
  refused("{}", /unknown kind/);
  refused('"SELECT 1"', /no statement/);
  refused('{"$":"new","id":0,"class":"Process","values":[]}', /no class "Process"/);
  refused('{"$":"new","id":0,"class":"toString","values":[]}', /no class/);
  refused('{"$":"new","id":0,"class":"Select","values":[["__proto__",{}]]}', /no part of an element/);
  refused('{"$":"new","id":0,"class":"Select","values":[["accept",1]]}', /is a method/);
  refused('{"$":"new","id":0,"class":"Select","values":5}', /damaged/);
  refused('{"$":"seen","id":7}', /does not have/);
  refused('{"$":"operator","name":"constructor"}', /no operator/);
  refused(good.replace('"User"', '"Usr"'), /no class of the name Usr/);
  refused(good, /give \{ registry/, { metadata: Base.metadata });
  refused(dumps(select(users.c.id)), /no table "u"/);
  refused(dumps(select(U["id"]!)).replace('"key":"id"', '"key":"idd"'), /has no column "idd"/);
});
