// @ts-nocheck: columns of subqueries are looked up by names that the checker does not know
import {
  and,
  anyOf,
  bindparam,
  case_,
  cast,
  column,
  desc,
  exists,
  func,
  LABEL_STYLE_TABLENAME_PLUS_COL,
  literal,
  literalColumn,
  null_,
  or,
  select,
  table,
  text,
  true_,
  false_,
  tuple,
  typeCoerce,
} from "athanor";
import { u, a, o, oth, ev, I, S, renderAs } from "../support/statements.ts";

renderAs([
  [
    () => select(u.c.name).where(exists().where(a.c.user_id.eq(u.c.id))),
    { default: "SELECT users.name FROM users WHERE EXISTS (SELECT * FROM addresses WHERE addresses.user_id = users.id)" },
  ],
  [
    () => select(u.c.name).where(select(func.count(a.c.id)).where(a.c.user_id.eq(u.c.id)).correlate(u).scalarSubquery().gt(3)),
    {
      default:
        "SELECT users.name FROM users WHERE (SELECT count(addresses.id) AS count_1 FROM addresses WHERE addresses.user_id = users.id) > ?",
    },
  ],
  [
    () => select(u.c.name, select(a.c.city).where(a.c.user_id.eq(u.c.id)).correlateExcept(a).scalarSubquery().label("q")),
    { default: "SELECT users.name, (SELECT addresses.city FROM addresses WHERE addresses.user_id = users.id) AS q FROM users" },
  ],
  [
    () => select(u.c.name).where(u.c.id.in(select(a.c.user_id).where(a.c.city.eq(u.c.name)).correlate(null))),
    {
      default:
        "SELECT users.name FROM users WHERE users.id IN (SELECT addresses.user_id FROM addresses, users WHERE addresses.city = users.name)",
    },
  ],
  [
    () => select(u.c.name, select(a.c.city).limit(1).scalarSubquery()),
    {
      default: "SELECT users.name, (SELECT addresses.city FROM addresses LIMIT ?) AS anon_1 FROM users",
      sqlite: "SELECT users.name, (SELECT addresses.city FROM addresses LIMIT ? OFFSET ?) AS anon_1 FROM users",
    },
  ],
  [
    () => select(u).where(u.c.id.eq(select(u.c.id).scalarSubquery())),
    { default: "SELECT users.id, users.name, users.age, users.data FROM users WHERE users.id = (SELECT users.id FROM users)" },
  ],
  [
    () => select(u, a).setLabelStyle(LABEL_STYLE_TABLENAME_PLUS_COL),
    {
      default:
        "SELECT users.id AS users_id, users.name AS users_name, users.age AS users_age, users.data AS users_data, addresses.id AS addresses_id, addresses.user_id AS addresses_user_id, addresses.city AS addresses_city FROM users, addresses",
    },
  ],
  [
    () => select(u.c.id, u.c.id, a.c.id, a.c.id),
    { default: "SELECT users.id, users.id AS id__1, addresses.id AS id_1, addresses.id AS id__2 FROM users, addresses" },
  ],
  [
    () => select(u.c.id, u.c.id, a.c.id).setLabelStyle(LABEL_STYLE_TABLENAME_PLUS_COL),
    { default: "SELECT users.id AS users_id, users.id AS users_id__1, addresses.id AS addresses_id FROM users, addresses" },
  ],
  [
    () => select(u.c.id, u.c.id.label("id"), u.c.name.label("n"), u.c.name.label("n")),
    { default: "SELECT users.id, users.id AS id, users.name AS n, users.name AS n FROM users" },
  ],
  [
    () => select(func.max(u.c.id), func.max(u.c.age), cast(u.c.name, I), cast(u.c.name, I), u.c.age.neg(), u.c.age.gt(3).not()),
    {
      default:
        "SELECT max(users.id) AS max_1, max(users.age) AS max_2, CAST(users.name AS INTEGER) AS name, CAST(users.name AS INTEGER) AS name__1, -users.age, users.age <= ? AS anon_1 FROM users",
    },
  ],
  [() => select(oth.c.id, u.c.id), { default: "SELECT other.users.id, users_1.id AS id_1 FROM other.users, users AS users_1" }],
  [
    () => select(oth, u).setLabelStyle(LABEL_STYLE_TABLENAME_PLUS_COL),
    {
      default:
        "SELECT other.users.id AS other_users_id, other.users.x AS other_users_x, users_1.id AS users_id, users_1.name AS users_name, users_1.age AS users_age, users_1.data AS users_data FROM other.users, users AS users_1",
    },
  ],
  [() => select(ev, u.c.id), { default: "SELECT events.id, events.user_id, events.kind, users.id AS id_1 FROM events, users" }],
  [() => select(typeCoerce(u.c.age, S), u.c.age), { default: "SELECT users.age AS age, users.age AS age_1 FROM users" }],
  [
    () => select(select(u.c.id).scalarSubquery(), select(u.c.name).scalarSubquery()),
    { default: "SELECT (SELECT users.id FROM users) AS anon_1, (SELECT users.name FROM users) AS anon_2" },
  ],
  [
    () => select(u.c.name.eq("x"), u.c.name.is(null), and(u.c.age.gt(1), u.c.age.lt(5))),
    { default: "SELECT users.name = ? AS anon_1, users.name IS NULL AS anon_2, users.age > ? AND users.age < ? AS anon_3 FROM users" },
  ],
  [
    () => select(u.c.age.add(5).label("z")).orderBy(u.c.age.add(5).label("z").desc()).groupBy("z"),
    { default: "SELECT users.age + ? AS z FROM users GROUP BY z ORDER BY users.age + ? DESC" },
  ],
  [
    () => {
      const x = u.c.age.add(5).label("z");
      return select(x).orderBy(x.desc(), x).groupBy(x).having(x.gt(3)).where(x.lt(9));
    },
    {
      default:
        "SELECT users.age + ? AS z FROM users WHERE users.age + ? < ? GROUP BY users.age + ? HAVING users.age + ? > ? ORDER BY z DESC, z",
    },
  ],
  [
    () => select(u.c.id, a.c.id).orderBy("users_id", "addresses_id"),
    { default: "SELECT users.id, addresses.id AS id_1 FROM users, addresses ORDER BY users.id, addresses.id" },
  ],
  [() => select(u.c.id).orderBy("name", desc("age")), { default: "SELECT users.id FROM users ORDER BY users.name, users.age DESC" }],
  [
    () => select(func.count().label("n"), u.c.name).groupBy(u.c.name).orderBy(desc("n"), u.c.name),
    { default: "SELECT count(*) AS n, users.name FROM users GROUP BY users.name ORDER BY n DESC, users.name" },
  ],
  [() => select(u.c.id).limit(5).offset(u.c.age), { default: "SELECT users.id FROM users LIMIT ? OFFSET users.age" }],
  [
    () => select(u.c.id).fetch(5, { withTies: true }).offset(2).orderBy(u.c.id),
    {
      default: "SELECT users.id FROM users ORDER BY users.id OFFSET ? ROWS FETCH FIRST ? ROWS WITH TIES",
      postgresql: "SELECT users.id FROM users ORDER BY users.id OFFSET (?) ROWS FETCH FIRST (?) ROWS WITH TIES",
    },
  ],
  [() => select(u.c.id).slice(5, 15).slice(2, 4), { default: "SELECT users.id FROM users LIMIT ? OFFSET ?" }],
  [() => select(u.c.id).limit(bindparam("lim")).offset(bindparam("off")), { default: "SELECT users.id FROM users LIMIT ? OFFSET ?" }],
  [
    () => select(u.c.id).limit(5).withForUpdate({ of: u, nowait: true, read: true }),
    {
      default: "SELECT users.id FROM users LIMIT ? FOR UPDATE",
      sqlite: "SELECT users.id FROM users LIMIT ? OFFSET ?",
      postgresql: "SELECT users.id FROM users LIMIT ? FOR SHARE OF users NOWAIT",
    },
  ],
  [
    () => select(u.c.id).offset(3),
    {
      default: "SELECT users.id FROM users LIMIT -1 OFFSET ?",
      sqlite: "SELECT users.id FROM users LIMIT ? OFFSET ?",
      postgresql: "SELECT users.id FROM users LIMIT ALL OFFSET ?",
    },
  ],
  [
    () => select(u.c.id).distinct(u.c.name, u.c.age),
    { default: "SELECT DISTINCT users.id FROM users", postgresql: "SELECT DISTINCT ON (users.name, users.age) users.id FROM users" },
  ],
  [
    () => select(exists(u.c.id).where(u.c.id.eq(3))),
    { default: "SELECT EXISTS (SELECT users.id FROM users WHERE users.id = ?) AS anon_1" },
  ],
  [
    () => exists().selectFrom(u).where(u.c.id.eq(5)).select(),
    { default: "SELECT EXISTS (SELECT * FROM users WHERE users.id = ?) AS anon_1" },
  ],
  [
    () => select(u.c.id).where(exists(select(a.c.id).where(a.c.user_id.eq(u.c.id))).not()),
    { default: "SELECT users.id FROM users WHERE NOT (EXISTS (SELECT addresses.id FROM addresses WHERE addresses.user_id = users.id))" },
  ],
  [
    () => select(text("a, b"), literalColumn("c")).selectFrom(text("foo")).where(text("x = :y")).orderBy(text("q desc")),
    { default: "SELECT a, b, c FROM foo WHERE x = ? ORDER BY q desc" },
  ],
  [() => select(text("*")).selectFrom(u), { default: "SELECT * FROM users" }],
  [() => select(literalColumn("*")).selectFrom(u), { default: "SELECT * FROM users" }],
  [
    () => select(u.c.id).withOnlyColumns(a.c.id).where(u.c.id.eq(3)),
    { default: "SELECT addresses.id FROM addresses, users WHERE users.id = ?" },
  ],
  [
    () => select(u, oth).where(u.c.id.eq(oth.c.id)),
    {
      default:
        "SELECT users_1.id, users_1.name, users_1.age, users_1.data, other.users.id AS id_1, other.users.x FROM users AS users_1, other.users WHERE users_1.id = other.users.id",
    },
  ],
  [
    () => select(u.c.id).where(false_()),
    { default: "SELECT users.id FROM users WHERE false", sqlite: "SELECT users.id FROM users WHERE 0 = 1" },
  ],
  [() => select(u.c.id).where(true_(), u.c.id.eq(3)), { default: "SELECT users.id FROM users WHERE users.id = ?" }],
  [
    () => select(u.c.id).where(or(u.c.id.eq(1), u.c.id.eq(2)), u.c.name.eq("q")),
    { default: "SELECT users.id FROM users WHERE (users.id = ? OR users.id = ?) AND users.name = ?" },
  ],
  [() => select(u.c.id).having(func.count().gt(1)), { default: "SELECT users.id FROM users HAVING count(*) > ?" }],
  [() => select(), { default: "SELECT" }],
  [() => select().where(u.c.id.eq(3)), { default: "SELECT FROM users WHERE users.id = ?" }],
  [() => select(u.c.id).selectFrom(u).where(u.c.id.eq(3)).correlate(a), { default: "SELECT users.id FROM users WHERE users.id = ?" }],
  [
    () => select(func.count(u.c.id)).groupBy(u.c.name, func.lower(u.c.name)).having(func.count(u.c.id).gt(2)),
    { default: "SELECT count(users.id) AS count_1 FROM users GROUP BY users.name, lower(users.name) HAVING count(users.id) > ?" },
  ],
  [
    () =>
      select(u.c.id).where(
        tuple(u.c.id, u.c.name).in([
          [1, "x"],
          [2, "y"],
        ]),
      ),
    {
      default: "SELECT users.id FROM users WHERE (users.id, users.name) IN ((?, ?), (?, ?))",
      sqlite: "SELECT users.id FROM users WHERE (users.id, users.name) IN (VALUES (?, ?), (?, ?))",
    },
  ],
  [() => select(u.c.id).distinct().where(u.c.id.eq(3)), { default: "SELECT DISTINCT users.id FROM users WHERE users.id = ?" }],
  [
    () =>
      select(
        u.c.id,
        exists().where(a.c.user_id.eq(u.c.id)).label("has"),
        func.coalesce(select(func.sum(o.c.total)).where(o.c.user_id.eq(u.c.id)).scalarSubquery(), 0).label("s"),
      ).orderBy(desc("s")),
    {
      default:
        "SELECT users.id, EXISTS (SELECT * FROM addresses WHERE addresses.user_id = users.id) AS has, coalesce((SELECT sum(orders.total) AS sum_1 FROM orders WHERE orders.user_id = users.id), ?) AS s FROM users ORDER BY s DESC",
    },
  ],
  [
    () => select(case_([u.c.age.gt(5), "old"], { else: "young" }).label("k"), func.count()).groupBy("k"),
    { default: "SELECT CASE WHEN (users.age > ?) THEN ? ELSE ? END AS k, count(*) AS count_1 FROM users GROUP BY k" },
  ],
  [
    () => select(u.c.name.label("x")).groupBy(u.c.name).having(func.count().gt(1)).orderBy(func.count().desc(), "x").limit(2),
    {
      default: "SELECT users.name AS x FROM users GROUP BY users.name HAVING count(*) > ? ORDER BY count(*) DESC, x LIMIT ?",
      sqlite: "SELECT users.name AS x FROM users GROUP BY users.name HAVING count(*) > ? ORDER BY count(*) DESC, x LIMIT ? OFFSET ?",
    },
  ],
  [
    () => select(u).where(u.c.id.eq(anyOf(select(a.c.user_id).scalarSubquery()))),
    {
      default:
        "SELECT users.id, users.name, users.age, users.data FROM users WHERE users.id = ANY (SELECT addresses.user_id FROM addresses)",
    },
  ],
  [() => select(u.c.id).withForUpdate(), { default: "SELECT users.id FROM users FOR UPDATE", sqlite: "SELECT users.id FROM users" }],
  [() => select(u.c.id).where(or(u.c.id.eq(1))), { default: "SELECT users.id FROM users WHERE users.id = ?" }],
  [
    () => select(literal("x").label("a"), null_().label("b"), true_().label("c")),
    { default: "SELECT ? AS a, NULL AS b, true AS c", sqlite: "SELECT ? AS a, NULL AS b, 1 AS c" },
  ],
  [() => select(u.c.id).limit(0), { default: "SELECT users.id FROM users LIMIT ?", sqlite: "SELECT users.id FROM users LIMIT ? OFFSET ?" }],
  [() => select(u.c.age.label("x")).orderBy(u.c.age.label("x").neg()), { default: "SELECT users.age AS x FROM users ORDER BY -users.age" }],
  [() => select(u.c.id).filterBy({ name: null }), { default: "SELECT users.id FROM users WHERE users.name IS NULL" }],
  [() => select(u.c.id).orderBy(text("x desc")).groupBy(text("y")), { default: "SELECT users.id FROM users GROUP BY y ORDER BY x desc" }],
  [
    () => select(func.lower(u.c.name).label("l")).distinct().orderBy("l"),
    { default: "SELECT DISTINCT lower(users.name) AS l FROM users ORDER BY l" },
  ],
  [
    () => select(u.c.id).where(u.c.id.in(bindparam("ids", [1, 2], { expanding: true }))),
    { default: "SELECT users.id FROM users WHERE users.id IN (?, ?)" },
  ],
  [
    () => select(u.c.id).where(u.c.id.eq(bindparam("x", 5)), u.c.age.eq(bindparam("x", 5))),
    { default: "SELECT users.id FROM users WHERE users.id = ? AND users.age = ?" },
  ],
  [
    () => select(u.c.id).where(exists(select(1).selectFrom(a).where(a.c.user_id.eq(u.c.id)))),
    { default: "SELECT users.id FROM users WHERE EXISTS (SELECT 1 FROM addresses WHERE addresses.user_id = users.id)" },
  ],
  [
    () => select(u.c.id).where(select(1).where(a.c.user_id.eq(u.c.id)).exists()),
    { default: "SELECT users.id FROM users WHERE EXISTS (SELECT 1 FROM addresses WHERE addresses.user_id = users.id)" },
  ],
  [
    () => select(column("x"), column("y").label("z")).selectFrom(table("tt", column("x"), { schema: "sc" })),
    { default: "SELECT x, y AS z FROM sc.tt" },
  ],
  [
    () => select(u.c.id.op("+")(1).label("p"), u.c.name.add("x"), u.c.name.concat("y")),
    { default: "SELECT users.id + ? AS p, users.name || ? AS anon_1, users.name || ? AS anon_2 FROM users" },
  ],
]);
