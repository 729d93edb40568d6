// @ts-nocheck: columns of subqueries are looked up by names that the checker does not know
import {
  and,
  column,
  func,
  LABEL_STYLE_NONE,
  LABEL_STYLE_TABLENAME_PLUS_COL,
  lateral,
  select,
  tablesample,
  text,
  true_,
  tuple,
  values,
} from "athanor";
import { u, a, o, nodes, ev, I, S, renderAs } from "../support/statements.ts";

renderAs([
  [
    () => {
      const l = select(a.c.city).where(a.c.user_id.eq(u.c.id)).lateral("l");
      return select(u.c.name, l.c.city).selectFrom(u.join(l, true_()));
    },
    {
      default:
        "SELECT users.name, l.city FROM users JOIN LATERAL (SELECT addresses.city AS city FROM addresses WHERE addresses.user_id = users.id) AS l ON true",
      sqlite:
        "SELECT users.name, l.city FROM users JOIN LATERAL (SELECT addresses.city AS city FROM addresses WHERE addresses.user_id = users.id) AS l ON 1 = 1",
    },
  ],
  [
    () => {
      const l = select(a.c.city).where(a.c.user_id.eq(u.c.id)).lateral();
      return select(u.c.name).join(l, true_()).where(l.c.city.eq("x"));
    },
    {
      default:
        "SELECT users.name FROM users JOIN LATERAL (SELECT addresses.city AS city FROM addresses WHERE addresses.user_id = users.id) AS anon_1 ON true WHERE anon_1.city = ?",
      sqlite:
        "SELECT users.name FROM users JOIN LATERAL (SELECT addresses.city AS city FROM addresses WHERE addresses.user_id = users.id) AS anon_1 ON 1 = 1 WHERE anon_1.city = ?",
    },
  ],
  [
    () => select(func.generate_series(1, u.c.age).tableValued("v").lateral("s").c.v).selectFrom(u),
    { default: "SELECT s.v FROM users, LATERAL generate_series(?, users.age) AS s" },
  ],
  [
    () => select(tablesample(u, 10, { name: "s", seed: func.random() }).c.id),
    { default: "SELECT s.id FROM users AS s TABLESAMPLE system(?) REPEATABLE (random())" },
  ],
  [() => select(u.tablesample(func.bernoulli(1)).c.id), { default: "SELECT users_1.id FROM users AS users_1 TABLESAMPLE bernoulli(?)" }],
  [
    () =>
      select(
        values(column("a", I), column("b", S), { name: "v" }).data([
          [1, "x"],
          [2, "y"],
        ]),
      ),
    { default: "SELECT v.a, v.b FROM (VALUES (?, ?), (?, ?)) AS v (a, b)" },
  ],
  [
    () => {
      const v = values(column("a", I), column("b", S), { name: "v", literalBinds: true }).data([[1, "x"]]);
      return select(v.c.b).join(u, u.c.id.eq(v.c.a));
    },
    { default: "SELECT v.b FROM (VALUES (1, 'x')) AS v (a, b) JOIN users ON users.id = v.a" },
  ],
  [() => select(values(column("a", I)).data([[1]])), { default: "SELECT a FROM (VALUES (?))" }],
  [
    () => select(u.c.id).where(tuple(u.c.id, u.c.name).in(values(column("a", I), column("b", S)).data([[1, "x"]]))),
    { default: "SELECT users.id FROM users WHERE (users.id, users.name) IN (VALUES (?, ?))" },
  ],
  [
    () =>
      select(
        values(column("a", I), { name: "v" })
          .data([[1]])
          .alias("w").c.a,
      ),
    { default: "SELECT w.a FROM (VALUES (?)) AS w (a)" },
  ],
  [
    () =>
      select(
        u.c.id,
        values(column("a", I), { name: "v" })
          .data([[1]])
          .lateral("vl").c.a,
      ),
    { default: "SELECT users.id, vl.a FROM users, LATERAL (VALUES (?)) AS vl (a)" },
  ],
  [
    () => select(u.c.id, a.c.id, o.c.id).join(a, a.c.user_id.eq(u.c.id)).join(o, o.c.ship_id.eq(a.c.id)),
    {
      default:
        "SELECT users.id, addresses.id AS id_1, orders.id AS id_2 FROM users JOIN addresses ON addresses.user_id = users.id JOIN orders ON orders.ship_id = addresses.id",
    },
  ],
  [() => select(o.c.id).join(a), { default: "SELECT orders.id FROM orders JOIN addresses ON addresses.id = orders.ship_id" }],
  [() => select(o.c.id).join(u), { default: "SELECT orders.id FROM orders JOIN users ON users.id = orders.user_id" }],
  [
    () => select(u.c.id).join(o.join(a, o.c.ship_id.eq(a.c.id)), u.c.id.eq(o.c.user_id)),
    { default: "SELECT users.id FROM users JOIN (orders JOIN addresses ON orders.ship_id = addresses.id) ON users.id = orders.user_id" },
  ],
  [
    () => select(u.c.id).outerjoin(a).outerjoin(o, { full: true }),
    {
      default:
        "SELECT users.id FROM users LEFT OUTER JOIN addresses ON users.id = addresses.user_id FULL OUTER JOIN orders ON addresses.id = orders.ship_id",
    },
  ],
  [
    () => select(a.c.id).join(o, { isouter: true }),
    { default: "SELECT addresses.id FROM addresses LEFT OUTER JOIN orders ON addresses.id = orders.ship_id" },
  ],
  [
    () => select(u, a).join(a),
    {
      default:
        "SELECT users.id, users.name, users.age, users.data, addresses.id AS id_1, addresses.user_id, addresses.city FROM users JOIN addresses ON users.id = addresses.user_id",
    },
  ],
  [
    () => select(u.join(a).join(o, o.c.user_id.eq(u.c.id))),
    {
      default:
        "SELECT users.id, users.name, users.age, users.data, addresses.id AS id_1, addresses.user_id, addresses.city, orders.id AS id_2, orders.user_id AS user_id_1, orders.ship_id, orders.total FROM users JOIN addresses ON users.id = addresses.user_id JOIN orders ON orders.user_id = users.id",
    },
  ],
  [
    () => select(u.join(a).select().subquery("j")),
    {
      default:
        "SELECT j.id, j.name, j.age, j.data, j.id_1, j.user_id, j.city FROM (SELECT users.id AS id, users.name AS name, users.age AS age, users.data AS data, addresses.id AS id_1, addresses.user_id AS user_id, addresses.city AS city FROM users JOIN addresses ON users.id = addresses.user_id) AS j",
    },
  ],
  [
    () => select(nodes.c.id).join(nodes.alias("p")),
    { default: "SELECT nodes.id FROM nodes JOIN nodes AS p ON nodes.id = p.parent_id AND p.id = nodes.parent_id" },
  ],
  [
    () => select(u.c.id).joinFrom(u, a).joinFrom(u, o),
    { default: "SELECT users.id FROM users JOIN addresses ON users.id = addresses.user_id JOIN orders ON users.id = orders.user_id" },
  ],
  [
    () => select(func.count()).selectFrom(u.outerjoin(a)),
    { default: "SELECT count(*) AS count_1 FROM users LEFT OUTER JOIN addresses ON users.id = addresses.user_id" },
  ],
  [
    () => select(u.c.id).selectFrom(u, a).join(o, o.c.user_id.eq(u.c.id)),
    { default: "SELECT users.id FROM users JOIN orders ON orders.user_id = users.id, addresses" },
  ],
  [
    () => select(u.c.id).filterBy({ name: "x" }).join(a).filterBy({ city: "y" }),
    { default: "SELECT users.id FROM users JOIN addresses ON users.id = addresses.user_id WHERE users.name = ? AND addresses.city = ?" },
  ],
  [
    () => select(ev.c.userId, ev.c.eventKind).join(u).filterBy({ eventKind: "k" }),
    { default: "SELECT events.user_id, events.kind FROM events JOIN users ON users.id = events.user_id WHERE events.kind = ?" },
  ],
  [
    () => select(u.c.id).join(select(a.c.user_id).subquery()),
    {
      default:
        "SELECT users.id FROM users JOIN (SELECT addresses.user_id AS user_id FROM addresses) AS anon_1 ON users.id = anon_1.user_id",
    },
  ],
  [
    () => select(u.c.id).join(select(a).subquery("aa")),
    {
      default:
        "SELECT users.id FROM users JOIN (SELECT addresses.id AS id, addresses.user_id AS user_id, addresses.city AS city FROM addresses) AS aa ON users.id = aa.user_id",
    },
  ],
  [
    () => select(u.c.id, a.c.id).setLabelStyle(LABEL_STYLE_NONE).subquery().select(),
    { default: "SELECT anon_1.id, anon_1.id_1 FROM (SELECT users.id AS id, addresses.id AS id_1 FROM users, addresses) AS anon_1" },
  ],
  [
    () => select(select(u.c.id, a.c.id, u.c.id).subquery()),
    {
      default:
        "SELECT anon_1.id, anon_1.id_1, anon_1.id AS id_2 FROM (SELECT users.id AS id, addresses.id AS id_1, users.id AS id__1 FROM users, addresses) AS anon_1",
    },
  ],
  [
    () => select(ev).subquery("e").select(),
    {
      default:
        "SELECT e.id, e.user_id, e.kind FROM (SELECT events.id AS id, events.user_id AS user_id, events.kind AS kind FROM events) AS e",
    },
  ],
  [
    () =>
      select(u.c.id)
        .join(a)
        .withForUpdate({ of: [u.c.id, a], skipLocked: true, keyShare: true }),
    {
      default: "SELECT users.id FROM users JOIN addresses ON users.id = addresses.user_id FOR UPDATE",
      sqlite: "SELECT users.id FROM users JOIN addresses ON users.id = addresses.user_id",
      postgresql:
        "SELECT users.id FROM users JOIN addresses ON users.id = addresses.user_id FOR NO KEY UPDATE OF users, addresses SKIP LOCKED",
    },
  ],
  [
    () => {
      const x = u.alias(),
        y = u.alias();
      return select(x.c.id, y.c.id).where(x.c.id.eq(y.c.id));
    },
    { default: "SELECT users_1.id, users_2.id AS id_1 FROM users AS users_1, users AS users_2 WHERE users_1.id = users_2.id" },
  ],
  [() => select(u.alias("select").c.id), { default: 'SELECT "select".id FROM users AS "select"' }],
  [() => select(u.alias().alias().c.id), { default: "SELECT anon_1.id FROM users AS anon_1" }],
  [() => select(select(u.c.id).subquery().alias("zz").c.id), { default: "SELECT zz.id FROM (SELECT users.id AS id FROM users) AS zz" }],
  [
    () => select(select(u.c.id, func.count().label("n")).groupBy(u.c.id).subquery("s").c.n),
    { default: "SELECT s.n FROM (SELECT users.id AS id, count(*) AS n FROM users GROUP BY users.id) AS s" },
  ],
  [
    () => select(select(func.count()).selectFrom(u).subquery()),
    { default: "SELECT anon_1.count_1 FROM (SELECT count(*) AS count_1 FROM users) AS anon_1" },
  ],
  [
    () => select(select(u.c.age.add(1), u.c.age.mul(2)).subquery()),
    { default: "SELECT anon_2.anon_1, anon_2.anon_3 FROM (SELECT users.age + ? AS anon_1, users.age * ? AS anon_3 FROM users) AS anon_2" },
  ],
  [
    () => text("select id, name from users where id=:x").bindparams({ x: 5 }).columns({ id: I, name: S }).subquery("t").select(),
    { default: "SELECT t.id, t.name FROM (select id, name from users where id=?) AS t" },
  ],
  [
    () => select(u.c.id).join(a).withOnlyColumns(func.count()),
    { default: "SELECT count(*) AS count_1 FROM users JOIN addresses ON users.id = addresses.user_id" },
  ],
  [
    () => select(func.json_each(u.c.data).tableValued("key", "value", { name: "je" }).c.value),
    { default: "SELECT je.value FROM json_each(users.data) AS je" },
  ],
  [
    () => {
      const f = func.generate_series(1, 3).tableValued("n", { withOrdinality: "o" }).renderDerived({ name: "g" });
      return select(f.c.n, f.c.o);
    },
    { default: "SELECT g.n, g.o FROM generate_series(?, ?) WITH ORDINALITY AS g(n, o)" },
  ],
  [() => select(func.unnest(u.c.data).columnValued("x")), { default: "SELECT x FROM unnest(users.data) AS x" }],
  [
    () => select(func.now()).selectFrom(func.current_date().alias("z")),
    { default: "SELECT now() AS now_1 FROM CURRENT_DATE AS z", sqlite: "SELECT CURRENT_TIMESTAMP AS now_1 FROM CURRENT_DATE AS z" },
  ],
  [
    () => select(select(a.c.user_id, func.count(a.c.id).label("cnt")).groupBy(a.c.user_id).subquery("ac")).join(u),
    {
      default:
        "SELECT ac.user_id, ac.cnt FROM (SELECT addresses.user_id AS user_id, count(addresses.id) AS cnt FROM addresses GROUP BY addresses.user_id) AS ac JOIN users ON users.id = ac.user_id",
    },
  ],
  [
    () => {
      const sq = select(u.c.id, u.c.name).where(u.c.age.gt(1)).subquery();
      return select(sq.c.name, a.c.city)
        .selectFrom(sq.join(a, a.c.user_id.eq(sq.c.id)))
        .where(sq.c.id.in(select(o.c.user_id).where(o.c.user_id.eq(sq.c.id))));
    },
    {
      default:
        "SELECT anon_1.name, addresses.city FROM (SELECT users.id AS id, users.name AS name FROM users WHERE users.age > ?) AS anon_1 JOIN addresses ON addresses.user_id = anon_1.id WHERE anon_1.id IN (SELECT orders.user_id FROM orders WHERE orders.user_id = anon_1.id)",
    },
  ],
  [
    () => select(func.count(u.c.id.distinct())).selectFrom(u.outerjoin(a, and(a.c.user_id.eq(u.c.id), a.c.city.ne("x")))),
    {
      default:
        "SELECT count(DISTINCT users.id) AS count_1 FROM users LEFT OUTER JOIN addresses ON addresses.user_id = users.id AND addresses.city != ?",
    },
  ],
  [
    () => select(a.c.id).where(a.c.user_id.in(select(u.c.id).where(u.c.name.eq("x")).subquery().select())),
    {
      default:
        "SELECT addresses.id FROM addresses WHERE addresses.user_id IN (SELECT anon_1.id FROM (SELECT users.id AS id FROM users WHERE users.name = ?) AS anon_1)",
    },
  ],
  [
    () => select(u.c.id).where(u.c.age.ge(select(func.avg(u.alias("u2").c.age)).scalarSubquery())),
    { default: "SELECT users.id FROM users WHERE users.age >= (SELECT avg(u2.age) AS avg_1 FROM users AS u2)" },
  ],
  [
    () =>
      select(u.c.id, func.row_number().over({ orderBy: u.c.age }).label("rn"))
        .subquery("s")
        .select(),
    { default: "SELECT s.id, s.rn FROM (SELECT users.id AS id, row_number() OVER (ORDER BY users.age) AS rn FROM users) AS s" },
  ],
  [
    () =>
      select(u.c.id)
        .selectFrom(u.join(a).join(o, o.c.ship_id.eq(a.c.id)))
        .where(o.c.total.gt(5)),
    {
      default:
        "SELECT users.id FROM users JOIN addresses ON users.id = addresses.user_id JOIN orders ON orders.ship_id = addresses.id WHERE orders.total > ?",
    },
  ],
  [
    () => {
      const p = nodes.alias(),
        g = nodes.alias();
      return select(nodes.c.id, p.c.name).join(p, nodes.c.parent_id.eq(p.c.id)).outerjoin(g, p.c.parent_id.eq(g.c.id));
    },
    {
      default:
        "SELECT nodes.id, nodes_1.name FROM nodes JOIN nodes AS nodes_1 ON nodes.parent_id = nodes_1.id LEFT OUTER JOIN nodes AS nodes_2 ON nodes_1.parent_id = nodes_2.id",
    },
  ],
  [
    () => select(func.count()).selectFrom(select(u).limit(3).subquery()),
    {
      default:
        "SELECT count(*) AS count_1 FROM (SELECT users.id AS id, users.name AS name, users.age AS age, users.data AS data FROM users LIMIT ?) AS anon_1",
      sqlite:
        "SELECT count(*) AS count_1 FROM (SELECT users.id AS id, users.name AS name, users.age AS age, users.data AS data FROM users LIMIT ? OFFSET ?) AS anon_1",
    },
  ],
  [
    () => select(u.c.id.label("users_id"), a.c.id).setLabelStyle(LABEL_STYLE_TABLENAME_PLUS_COL).join(a),
    { default: "SELECT users.id AS users_id, addresses.id AS addresses_id FROM users JOIN addresses ON users.id = addresses.user_id" },
  ],
  [
    () => select(u.c.id).withOnlyColumns(u.c.name).join(a),
    { default: "SELECT users.name FROM users JOIN addresses ON users.id = addresses.user_id" },
  ],
  [
    () => select(u.c.id).join(a).withOnlyColumns(a.c.city, u.c.name).where(a.c.id.gt(1)),
    { default: "SELECT addresses.city, users.name FROM users JOIN addresses ON users.id = addresses.user_id WHERE addresses.id > ?" },
  ],
  [
    () =>
      select(u.c.id, a.c.id)
        .selectFrom(u.join(a))
        .correlate(o)
        .where(a.c.city.eq("s"))
        .orderBy(a.c.id)
        .subquery("q")
        .select()
        .where(text("1=1")),
    {
      default:
        "SELECT q.id, q.id_1 FROM (SELECT users.id AS id, addresses.id AS id_1 FROM users JOIN addresses ON users.id = addresses.user_id WHERE addresses.city = ? ORDER BY addresses.id) AS q WHERE 1=1",
    },
  ],
  [() => select(u.alias("A B").c.id), { default: 'SELECT "A B".id FROM users AS "A B"' }],
  [
    () => select(u.c.id, lateral(select(a.c.id).where(a.c.user_id.eq(u.c.id)), { name: "lz" }).c.id),
    {
      default:
        "SELECT users.id, lz.id AS id_1 FROM users, LATERAL (SELECT addresses.id AS id FROM addresses WHERE addresses.user_id = users.id) AS lz",
    },
  ],
]);
