// The texts are what SQLAlchemy renders for the same statements, with ? for values.
import {
  allOf,
  bindparam,
  cast,
  collate,
  Column,
  column,
  CompileError,
  delete_,
  desc,
  exists,
  extract,
  foreignKey,
  func,
  insert,
  literal,
  MetaData,
  not,
  nullsLast,
  select,
  Sequence,
  t,
  Table,
  tablesample,
  text,
  true_,
  tryCast,
  update,
  values,
} from "athanor";
import * as mysql from "athanor/mysql";
import { describe, expect, test } from "vitest";
import type { ClauseElement } from "../../../src/sql/elements/clause-element.ts";

const m = new MetaData();
const users = new Table("users", m, {
  id: new Column(t.integer(), { primaryKey: true }),
  name: new Column(t.string(50), { nullable: false }),
  age: new Column(t.integer()),
  balance: new Column(t.numeric(10, 2)),
  active: new Column(t.boolean()),
  made: new Column(t.dateTime()),
  data: new Column(t.json()),
});
const addr: any = new Table("addresses", m, {
  id: new Column(t.integer(), { primaryKey: true }),
  user_id: new Column(t.integer(), foreignKey("users.id")),
  city: new Column(t.string(50)),
});
// not typed: some of these statements are none that the types would allow
const c = users.c as any;
const LITERALS = { compileKwargs: { literalBinds: true } };
const flat = (sql: string): string =>
  sql
    .replaceAll(/\s+/g, " ")
    .replaceAll(/ ?([^\w\s?]) ?/g, "$1")
    .trim();

type Case = readonly [name: string, make: () => unknown, sql: string | typeof CompileError, options?: object];

const CASES: readonly Case[] = [
  ["regexp", () => select(c.id).where(c.name.regexpMatch("a.*")), "SELECT users.id FROM users WHERE users.name REGEXP ?"],
  [
    "regexp_i",
    () => select(c.id).where(c.name.regexpMatch("a.*", { flags: "i" })),
    "SELECT users.id FROM users WHERE REGEXP_LIKE(users.name, ?, 'i')",
  ],
  [
    "notregexp_i",
    () => select(c.id).where(c.name.regexpMatch("a.*", { flags: "i" }).not()),
    "SELECT users.id FROM users WHERE NOT REGEXP_LIKE(users.name, ?, 'i')",
  ],
  ["notregexp", () => select(c.id).where(c.name.regexpMatch("a.*").not()), "SELECT users.id FROM users WHERE users.name NOT REGEXP ?"],
  ["regexp_replace", () => select(c.name.regexpReplace("a", "b")), "SELECT REGEXP_REPLACE(users.name, ?, ?) AS anon_1 FROM users"],
  [
    "regexp_replace_f",
    () => select(c.name.regexpReplace("a", "b", { flags: "i" })),
    "SELECT REGEXP_REPLACE(users.name, ?, ?, 'i') AS anon_1 FROM users",
  ],
  [
    "isdistinct",
    () => select(c.id).where(c.age.isDistinctFrom(5), c.name.isNotDistinctFrom(null)),
    "SELECT users.id FROM users WHERE NOT (users.age <=> ?) AND users.name <=> NULL",
  ],
  [
    "notmatch",
    () => select(c.id).where(c.name.match("x").not()),
    "SELECT users.id FROM users WHERE NOT MATCH (users.name) AGAINST (? IN BOOLEAN MODE)",
  ],
  ["match", () => select(c.id).where(c.name.match("x")), "SELECT users.id FROM users WHERE MATCH (users.name) AGAINST (? IN BOOLEAN MODE)"],
  [
    "match2",
    () =>
      select(c.id)
        .where(mysql.match(c.name, { against: "x" }).inBooleanMode())
        .orderBy(desc(mysql.match(c.name, { against: "y" }))),
    "SELECT users.id FROM users WHERE MATCH (users.name) AGAINST (? IN BOOLEAN MODE) ORDER BY MATCH (users.name) AGAINST (?) DESC",
  ],
  [
    "match3",
    () => select(c.id).where(mysql.match(c.name, { against: "x" }).inNaturalLanguageMode().withQueryExpansion()),
    "SELECT users.id FROM users WHERE MATCH (users.name) AGAINST (? IN NATURAL LANGUAGE MODE WITH QUERY EXPANSION)",
  ],
  ["match4", () => select(c.id).where(mysql.match(c.name, { against: "x" }).inNaturalLanguageMode().inBooleanMode()), CompileError],
  [
    "match5",
    () => select(mysql.match(c.name, c.age, { against: "x" }).label("s")),
    "SELECT MATCH (users.name, users.age) AGAINST (?) AS s FROM users",
  ],
  [
    "matchnot",
    () => select(c.id).where(not(mysql.match(c.name, { against: "x" }))),
    "SELECT users.id FROM users WHERE NOT (MATCH (users.name) AGAINST (?))",
  ],
  ["castfloat", () => select(cast(c.age, t.float()), cast(c.age, t.double())), "SELECT users.age AS age, users.age AS age__1 FROM users"],
  ["castbool", () => select(cast(c.age, t.boolean())), "SELECT users.age AS age FROM users"],
  [
    "castmisc",
    () =>
      select(
        cast(c.age, t.bigInteger()),
        cast(c.age, t.dateTime()),
        cast(c.age, t.date()),
        cast(c.age, t.time()),
        cast(c.age, t.text()),
        cast(c.age, t.largeBinary()),
        cast(c.age, t.json()),
        cast(c.age, t.unicode(5)),
        cast(c.age, mysql.t.INTEGER({ unsigned: true })),
        cast(c.age, t.TIMESTAMP()),
      ),
    "SELECT CAST(users.age AS SIGNED INTEGER) AS age, CAST(users.age AS DATETIME) AS age__1, CAST(users.age AS DATE) AS age__2, CAST(users.age AS TIME) AS age__3, CAST(users.age AS CHAR) AS age__4, CAST(users.age AS BINARY) AS age__5, CAST(users.age AS JSON) AS age__6, CAST(users.age AS CHAR(5)) AS age__7, CAST(users.age AS UNSIGNED INTEGER) AS age__8, CAST(users.age AS DATETIME) AS age__9 FROM users",
  ],
  [
    "castmisc2",
    () =>
      select(
        cast(c.age, mysql.t.VARCHAR(5, { charset: "utf8mb4", collation: "utf8mb4_bin" })),
        cast(c.age, t.CHAR(3)),
        cast(c.age, t.interval()),
        cast(c.age, t.uuid()),
        cast(c.age, t.enum(["a", "b"])),
        cast(c.age, mysql.t.DATETIME({ fsp: 3 })),
        cast(c.age, t.DECIMAL(5, 2)),
        cast(c.age, t.numeric()),
      ),
    "SELECT CAST(users.age AS CHAR(5) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin) AS age, CAST(users.age AS CHAR(3)) AS age__1, CAST(users.age AS DATETIME) AS age__2, users.age AS age__3, users.age AS age__4, CAST(users.age AS DATETIME(3)) AS age__5, CAST(users.age AS DECIMAL(5, 2)) AS age__6, CAST(users.age AS DECIMAL) AS age__7 FROM users",
  ],
  ["castexpr", () => select(cast(c.age.add(1), t.float()).mul(2)), "SELECT (users.age + ?) * ? AS anon_1 FROM users"],
  [
    "group_concat",
    () => select(func.aggregate_strings(c.name, ", ")),
    "SELECT group_concat(users.name SEPARATOR ', ') AS aggregate_strings_1 FROM users",
  ],
  [
    "group_concat2",
    () => select(func.aggregate_strings(c.name, ", ").aggregateOrderBy(c.age.desc())),
    "SELECT group_concat(users.name ORDER BY users.age DESC SEPARATOR ', ') AS aggregate_strings_1 FROM users",
  ],
  [
    "rollup",
    () => select(c.name, func.count(c.id)).groupBy(func.rollup(c.name, c.age)),
    "SELECT users.name, count(users.id) AS count_1 FROM users GROUP BY users.name, users.age WITH ROLLUP",
  ],
  [
    "random",
    () => select(func.random(), func["sysdate"]!(), func.localtime(), func["utc_timestamp"]!()),
    "SELECT rand() AS random_1, SYSDATE() AS sysdate_1, LOCALTIME AS localtime_1, utc_timestamp() AS utc_timestamp_1",
  ],
  ["dual", () => select(literal(1)).where(literal(1).eq(1)), "SELECT ? AS anon_1 FROM DUAL WHERE ? = ?"],
  ["dual2", () => select(exists().where(c.id.eq(1))), "SELECT EXISTS (SELECT * FROM users WHERE users.id = ?) AS anon_1"],
  [
    "extract",
    () => select(extract("milliseconds", c.made), extract("dow", c.made)),
    "SELECT EXTRACT(millisecond FROM users.made) AS anon_1, EXTRACT(dow FROM users.made) AS anon_2 FROM users",
  ],
  ["forupd_of", () => select(c.id).withForUpdate({ of: users, skipLocked: true }), "SELECT users.id FROM users FOR UPDATE SKIP LOCKED"],
  ["forshare", () => select(c.id).withForUpdate({ read: true }), "SELECT users.id FROM users LOCK IN SHARE MODE"],
  ["upd_limit", () => update(users).values({ age: 1 }).withDialectOptions({ mysqlLimit: 5 }), "UPDATE users SET age=? LIMIT 5"],
  [
    "del_limit",
    () => delete_(users).where(c.age.eq(1)).withDialectOptions({ mysqlLimit: 5 }),
    "DELETE FROM users WHERE users.age = ? LIMIT 5",
  ],
  ["upd_limit2", () => update(users).values({ age: 1 }).ext(mysql.limit(5)), "UPDATE users SET age=? LIMIT 5"],
  ["del_limit2", () => delete_(users).where(c.age.gt(1)).ext(mysql.limit(5)), "DELETE FROM users WHERE users.age > ? LIMIT 5"],
  [
    "upd_multi",
    () =>
      update(users)
        .values(
          new Map([
            [c.name, addr.c.city],
            [addr.c.city, "x"],
          ]),
        )
        .where(c.id.eq(addr.c.user_id)),
    "UPDATE users, addresses SET addresses.city=?, users.name=addresses.city WHERE users.id = addresses.user_id",
  ],
  [
    "upd_join",
    () =>
      update(users.join(addr))
        .values(new Map([[c.name, "z"]]))
        .where(addr.c.city.eq("q")),
    "UPDATE users INNER JOIN addresses ON users.id = addresses.user_id SET users.name=? WHERE addresses.city = ?",
  ],
  [
    "del_alias",
    () => {
      const a = users.alias("u");
      return delete_(a).where(a.c.id.eq(addr.c.user_id));
    },
    "DELETE FROM u USING users AS u, addresses WHERE u.id = addresses.user_id",
  ],
  [
    "del_alias1",
    () => {
      const a = users.alias("u");
      return delete_(a).where(a.c.id.eq(5));
    },
    "DELETE FROM users AS u WHERE u.id = ?",
  ],
  [
    "upd_alias",
    () => {
      const a = users.alias("u");
      return update(a).values({ name: "x" }).where(a.c.id.eq(5));
    },
    "UPDATE users AS u SET name=? WHERE u.id = ?",
  ],
  [
    "hint",
    () => select(users).withHint(users, "USE INDEX (ix_a)", "mysql"),
    "SELECT users.id, users.name, users.age, users.balance, users.active, users.made, users.data FROM users USE INDEX (ix_a)",
  ],
  [
    "hint_alias",
    () => {
      const a = users.alias("u");
      return select(a.c.id).withHint(a, "FORCE INDEX (%(name)s_x)");
    },
    "SELECT u.id FROM users AS u FORCE INDEX (u_x)",
  ],
  ["hint_upd", () => update(users).withHint("PARTITION (p)").values({ age: 1 }), "UPDATE users PARTITION (p) SET age=?"],
  [
    "hint_join",
    () => select(users.c.id, addr.c.id).join(addr).withHint(addr, "IGNORE INDEX (z)"),
    "SELECT users.id, addresses.id AS id_1 FROM users INNER JOIN addresses IGNORE INDEX (z) ON users.id = addresses.user_id",
  ],
  ["stmt_hint", () => select(c.id).withStatementHint("/*+ x */"), "SELECT users.id FROM users /*+ x */"],
  [
    "concat",
    () => select(c.name.add("a").add("b"), c.name.concat(c.name)),
    "SELECT concat(users.name, ?, ?) AS anon_1, concat(users.name, users.name) AS anon_2 FROM users",
  ],
  [
    "contains",
    () => select(c.id).where(c.name.contains("x"), c.name.icontains("y"), c.name.istartswith("z"), c.name.endswith("q").not()),
    "SELECT users.id FROM users WHERE (users.name LIKE concat('%', ?, '%')) AND (lower(users.name) LIKE concat('%', lower(?), '%')) AND (lower(users.name) LIKE concat(lower(?), '%')) AND (users.name NOT LIKE concat('%', ?))",
  ],
  [
    "like_esc",
    () => select(c.id).where(c.name.like("x", { escape: "\\" }), c.name.ilike("%y")),
    "SELECT users.id FROM users WHERE users.name LIKE ? ESCAPE '\\\\' AND lower(users.name) LIKE lower(?)",
  ],
  [
    "emptyin",
    () => select(c.id).where(c.id.in([]), c.name.notIn([])),
    "SELECT users.id FROM users WHERE users.id IN (NULL) AND (1 != 1) AND (users.name NOT IN (NULL) OR (1 = 1))",
  ],
  [
    "json1",
    () =>
      select(
        c.data.at("a").asFloat(),
        c.data.at("a").asBoolean(),
        c.data.at("a").asNumeric(10, 2),
        c.data.at("a").asJson(),
        c.data.at(["a", 1]).asString(),
      ),
    "SELECT CASE JSON_EXTRACT(users.data, ?) WHEN 'null' THEN NULL ELSE JSON_EXTRACT(users.data, ?)+0.0000000000000000000000 END AS anon_1, CASE JSON_EXTRACT(users.data, ?) WHEN 'null' THEN NULL WHEN true THEN true ELSE false END AS anon_2, CASE JSON_EXTRACT(users.data, ?) WHEN 'null' THEN NULL ELSE CAST(JSON_EXTRACT(users.data, ?) AS DECIMAL(10, 2)) END AS anon_3, JSON_EXTRACT(users.data, ?) AS anon_4, CASE JSON_EXTRACT(users.data, ?) WHEN 'null' THEN NULL ELSE JSON_UNQUOTE(JSON_EXTRACT(users.data, ?)) END AS anon_5 FROM users",
  ],
  [
    "json2",
    () => select(c.id).where(c.data.at("a").eq(5), c.data.at("a").asInteger().gt(3)),
    "SELECT users.id FROM users WHERE JSON_EXTRACT(users.data, ?) = ? AND CASE JSON_EXTRACT(users.data, ?) WHEN 'null' THEN NULL ELSE CAST(JSON_EXTRACT(users.data, ?) AS SIGNED INTEGER) END > ?",
  ],
  ["insdef", () => insert(users).values(new Map()), "INSERT INTO users () VALUES ()"],
  [
    "ins_dup1",
    () => {
      const s = mysql.insert(users).values({ id: 1, name: "a" });
      return s.onDuplicateKeyUpdate({ name: func.concat(s.inserted.name!, "x"), age: c.age.add(s.inserted.age) });
    },
    "INSERT INTO users (id, name) VALUES (?, ?) ON DUPLICATE KEY UPDATE name = concat(VALUES(name), ?), age = (users.age + VALUES(age))",
  ],
  [
    "ins_dup2",
    () => {
      const s = mysql.insert(users).values({ id: 1, name: "a" });
      return s.onDuplicateKeyUpdate([
        ["age", 5],
        ["name", s.inserted.name],
      ]);
    },
    "INSERT INTO users (id, name) VALUES (?, ?) ON DUPLICATE KEY UPDATE age = ?, name = VALUES(name)",
  ],
  [
    "ins_dup3",
    () => {
      const s = mysql.insert(addr).values({ id: 1 });
      return s.onDuplicateKeyUpdate(s.inserted);
    },
    "INSERT INTO addresses (id) VALUES (?) ON DUPLICATE KEY UPDATE id = VALUES(id), user_id = VALUES(user_id), city = VALUES(city)",
  ],
  [
    "ins_dup4",
    () => mysql.insert(users).fromSelect(["id", "name"], select(addr.c.id, addr.c.city)).onDuplicateKeyUpdate({ name: addr.c.city }),
    "INSERT INTO users (id, name) SELECT addresses.id, addresses.city FROM addresses ON DUPLICATE KEY UPDATE name = addresses.city",
  ],
  [
    "ins_dup_multi",
    () => {
      const s = mysql.insert(users).values([
        { id: 1, name: "a" },
        { id: 2, name: "b" },
      ]);
      return s.onDuplicateKeyUpdate({ age: s.inserted.age });
    },
    "INSERT INTO users (id, name) VALUES (?, ?), (?, ?) ON DUPLICATE KEY UPDATE age = VALUES(age)",
  ],
  [
    "ins_dup_null",
    () =>
      mysql
        .insert(users)
        .values({ id: 1, name: "a" })
        .onDuplicateKeyUpdate({ age: null, name: bindparam("q") }),
    "INSERT INTO users (id, name) VALUES (?, ?) ON DUPLICATE KEY UPDATE name = ?, age = ?",
  ],
  [
    "cte_ins",
    () => {
      const q = select(c.name).cte("q");
      return insert(addr).fromSelect(["city"], select(q.c.name!));
    },
    "INSERT INTO addresses (city) WITH q AS (SELECT users.name AS name FROM users) SELECT q.name FROM q",
  ],
  [
    "cte_upd",
    () => {
      const q = select(c.id).cte("q");
      return update(addr).values({ city: "x" }).where(addr.c.user_id.eq(q.c.id));
    },
    "WITH q AS (SELECT users.id AS id FROM users) UPDATE addresses, q SET addresses.city=? WHERE addresses.user_id = q.id",
  ],
  [
    "cte_del",
    () => {
      const q = select(c.id).cte("q");
      return delete_(addr).where(addr.c.user_id.in(select(q.c.id!)));
    },
    "WITH q AS (SELECT users.id AS id FROM users) DELETE FROM addresses WHERE addresses.user_id IN (SELECT q.id FROM q)",
  ],
  [
    "values",
    () =>
      select(
        values(column("a", t.integer()), column("b", t.string()), { name: "v" }).data([
          [1, "x"],
          [2, "y"],
        ]),
      ),
    "SELECT v.a, v.b FROM (VALUES (?, ?), (?, ?)) AS v (a, b)",
  ],
  [
    "lateral",
    () => {
      const l = select(addr.c.city).where(addr.c.user_id.eq(c.id)).lateral("l");
      return select(c.id, l.c.city).join(l, true_());
    },
    "SELECT users.id, l.city FROM users INNER JOIN LATERAL (SELECT addresses.city AS city FROM addresses WHERE addresses.user_id = users.id) AS l ON true = 1",
  ],
  [
    "bool",
    () => select(c.id).where(c.active, c.active.not(), c.active.is(true), true_(), c.active.eq(true)),
    "SELECT users.id FROM users WHERE users.active = 1 AND users.active = 0 AND users.active IS true AND users.active = true",
  ],
  [
    "xor",
    () => select(c.age.bitwiseXor(3), c.age.bitwiseAnd(1), c.age.bitwiseLshift(2), c.age.bitwiseNot()),
    "SELECT users.age ^ ? AS anon_1, users.age & ? AS anon_2, users.age << ? AS anon_3, ~users.age FROM users",
  ],
  ["nulls", () => select(c.id).orderBy(nullsLast(c.age.desc())), "SELECT users.id FROM users ORDER BY users.age DESC NULLS LAST"],
  ["fetch", () => select(c.id).fetch(5), "SELECT users.id FROM users FETCH FIRST ? ROWS ONLY"],
  ["tablesample", () => select(tablesample(users, 10).c["id"]!), "SELECT users_1.id FROM users AS users_1 TABLESAMPLE system(?)"],
  ["seq", () => select(new Sequence("s").nextValue()), "SELECT nextval(s) AS next_value_1"],
  ["trycast", () => select(tryCast(c.age, t.integer())), CompileError],
  ["distincton", () => select(c.id).distinct(c.age), "SELECT DISTINCT users.id FROM users"],
  [
    "full",
    () => select(c.id).outerjoin(addr, c.id.eq(addr.c.user_id), { full: true }),
    "SELECT users.id FROM users FULL OUTER JOIN addresses ON users.id = addresses.user_id",
  ],
  [
    "floor",
    () => select(c.age.floordiv(2), c.balance.floordiv(2), c.age.truediv(2), c.age.mod(2), c.age.truediv(c.balance)),
    "SELECT FLOOR(users.age / ?) AS anon_1, FLOOR(users.balance / ?) AS anon_2, users.age / ? AS anon_3, users.age % ? AS anon_4, users.age / users.balance AS anon_5 FROM users",
  ],
  [
    "collate",
    () => select(collate(c.name, "utf8mb4_bin")).orderBy(c.name.collate("utf8mb4_general_ci")),
    "SELECT users.name COLLATE utf8mb4_bin AS anon_1 FROM users ORDER BY users.name COLLATE utf8mb4_general_ci",
  ],
  [
    "interval",
    () => select(c.id).where(c.made.gt(text("now() - interval 1 day"))),
    "SELECT users.id FROM users WHERE users.made > now() - interval 1 day",
  ],
  [
    "intersect",
    () => select(c.id).intersect(select(addr.c.id)).orderBy("id").limit(2).offset(1),
    "SELECT users.id FROM users INTERSECT SELECT addresses.id FROM addresses ORDER BY id LIMIT ?, ?",
  ],
  [
    "filter",
    () => select(func.count(c.id).filter(c.age.gt(1))),
    "SELECT count(users.id) FILTER (WHERE users.age > ?) AS anon_1 FROM users",
  ],
  [
    "withingroup",
    () => select(func.percentile_cont(0.5).withinGroup(c.age)),
    "SELECT percentile_cont(?) WITHIN GROUP (ORDER BY users.age) AS percentile_cont_1 FROM users",
  ],
  [
    "over",
    () => select(func.sum(c.age).over({ partitionBy: c.name, groups: [null, 0] })),
    "SELECT sum(users.age) OVER (PARTITION BY users.name GROUPS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS anon_1 FROM users",
  ],
  [
    "anyall",
    () => select(c.id).where(c.age.gt(allOf(select(addr.c.id).scalarSubquery()))),
    "SELECT users.id FROM users WHERE users.age > ALL (SELECT addresses.id FROM addresses)",
  ],
  ["retur", () => insert(users).values({ name: "x" }).returning(c.id), "INSERT INTO users (name) VALUES (?) RETURNING users.id"],
  ["updret", () => update(users).values({ name: "x" }).returning(c.id), "UPDATE users SET name=? RETURNING users.id"],
  [
    "lit1",
    () =>
      select(
        literal("a\\b'c"),
        literal(true),
        literal(1.5),
        literal(null),
        literal("1.50", t.numeric()),
        literal("2020-01-02", t.date()),
        literal(new Date("2020-01-02T03:04:05.678Z")),
      ),
    "SELECT 'a\\\\b''c' AS anon_1, true AS anon_2, 1.5 AS anon_3, NULL AS anon_4, 1.50 AS anon_5, '2020-01-02' AS anon_6, '2020-01-02 03:04:05.678000' AS anon_7",
    LITERALS,
  ],
  [
    "lit2",
    () => select(c.id).where(c.data.at('a"b').asString().eq("x\\")),
    "SELECT users.id FROM users WHERE CASE JSON_EXTRACT(users.data, '$.\"a\\\\\"b\"') WHEN 'null' THEN NULL ELSE JSON_UNQUOTE(JSON_EXTRACT(users.data, '$.\"a\\\\\"b\"')) END = 'x\\\\'",
    LITERALS,
  ],
];

describe("MySQL renders", () => {
  for (const [name, make, sql, options = {}] of CASES) {
    test(name, () => {
      const compile = (): string => (make() as ClauseElement).compile({ dialect: "mysql", ...options }).sql;
      if (typeof sql === "string") expect(flat(compile())).toBe(flat(sql));
      else expect(compile).toThrow(sql);
    });
  }
});
