// @ts-nocheck: columns of subqueries are looked up by names that the checker does not know
import { column, delete_, desc, func, insert, literal, select, union, unionAll, update, values } from "athanor";
import { u, a, o, nodes, I, S, renderAs } from "../support/statements.ts";

renderAs([
  [
    () => {
      const c = select(u.c.id).where(u.c.age.gt(3)).cte("c");
      return select(c.c.id).where(c.c.id.in(select(c.c.id)));
    },
    { default: "WITH c AS (SELECT users.id AS id FROM users WHERE users.age > ?) SELECT c.id FROM c WHERE c.id IN (SELECT c.id FROM c)" },
  ],
  [
    () => {
      let tt = select(nodes.c.id, nodes.c.parent_id).where(nodes.c.parent_id.eq(null)).cte("t", { recursive: true });
      const na = nodes.alias(),
        ta = tt.alias();
      tt = tt.unionAll(select(na.c.id, na.c.parent_id).where(na.c.parent_id.eq(ta.c.id)));
      return select(tt.c.id);
    },
    {
      default:
        "WITH RECURSIVE t(id, parent_id) AS (SELECT nodes.id AS id, nodes.parent_id AS parent_id FROM nodes WHERE nodes.parent_id IS NULL UNION ALL SELECT nodes_1.id AS id, nodes_1.parent_id AS parent_id FROM nodes AS nodes_1, t AS anon_1 WHERE nodes_1.parent_id = anon_1.id) SELECT t.id FROM t",
    },
  ],
  [
    () => {
      let tt = select(literal(1).label("n")).cte({ recursive: true });
      tt = tt.unionAll(select(tt.c.n.add(1)).where(tt.c.n.lt(10)));
      return select(tt);
    },
    {
      default:
        "WITH RECURSIVE anon_1(n) AS (SELECT ? AS n UNION ALL SELECT anon_1.n + ? AS anon_2 FROM anon_1 WHERE anon_1.n < ?) SELECT anon_1.n FROM anon_1",
    },
  ],
  [
    () => {
      const inner = select(u.c.id).cte("inner_cte", { nesting: true });
      const outer = select(inner.c.id).cte("outer_cte");
      return select(outer.c.id);
    },
    {
      default:
        "WITH outer_cte AS (WITH inner_cte AS (SELECT users.id AS id FROM users) SELECT inner_cte.id AS id FROM inner_cte) SELECT outer_cte.id FROM outer_cte",
    },
  ],
  [
    () => {
      const c1 = select(u.c.id).cte("c1"),
        c2 = select(a.c.id).cte("c2");
      return select(c1.c.id).union(select(c2.c.id)).orderBy("id").limit(3);
    },
    {
      default:
        "WITH c1 AS (SELECT users.id AS id FROM users), c2 AS (SELECT addresses.id AS id FROM addresses) SELECT c1.id FROM c1 UNION SELECT c2.id FROM c2 ORDER BY id LIMIT ?",
      sqlite:
        "WITH c1 AS (SELECT users.id AS id FROM users), c2 AS (SELECT addresses.id AS id FROM addresses) SELECT c1.id FROM c1 UNION SELECT c2.id FROM c2 ORDER BY id LIMIT ? OFFSET ?",
    },
  ],
  [
    () => {
      const c1 = insert(u).values({ name: "x" }).returning(u.c.id).cte("ins");
      return select(c1.c.id);
    },
    {
      default: "WITH ins AS (INSERT INTO users (name) VALUES (?) RETURNING users.id) SELECT ins.id FROM ins",
      sqlite: "WITH ins AS (INSERT INTO users (name) VALUES (?) RETURNING id) SELECT ins.id FROM ins",
    },
  ],
  [
    () => {
      const c1 = update(u).where(u.c.id.eq(5)).values({ name: "x" }).returning(u.c.id, u.c.name).cte("upd");
      return select(c1).where(c1.c.id.gt(3));
    },
    {
      default:
        "WITH upd AS (UPDATE users SET name=? WHERE users.id = ? RETURNING users.id, users.name) SELECT upd.id, upd.name FROM upd WHERE upd.id > ?",
      sqlite:
        "WITH upd AS (UPDATE users SET name=? WHERE users.id = ? RETURNING id, name) SELECT upd.id, upd.name FROM upd WHERE upd.id > ?",
    },
  ],
  [
    () => select(a.c.id).addCte(delete_(u).where(u.c.id.eq(5)).cte("del")),
    { default: "WITH del AS (DELETE FROM users WHERE users.id = ?) SELECT addresses.id FROM addresses" },
  ],
  [
    () => {
      const c1 = select(u.c.id).where(u.c.name.eq("q")).cte("src");
      return insert(a).fromSelect(["user_id"], select(c1.c.id));
    },
    {
      default: "WITH src AS (SELECT users.id AS id FROM users WHERE users.name = ?) INSERT INTO addresses (user_id) SELECT src.id FROM src",
    },
  ],
  [
    () => {
      const c1 = select(u.c.id).where(u.c.name.eq("q")).cte("src");
      return update(a).where(a.c.user_id.eq(c1.c.id)).values({ city: "z" });
    },
    {
      default:
        "WITH src AS (SELECT users.id AS id FROM users WHERE users.name = ?) UPDATE addresses SET city=? FROM src WHERE addresses.user_id = src.id",
    },
  ],
  [
    () => {
      const c1 = select(u.c.id).where(u.c.name.eq("q")).cte("src");
      return delete_(a).where(a.c.user_id.in(select(c1.c.id)));
    },
    {
      default:
        "WITH src AS (SELECT users.id AS id FROM users WHERE users.name = ?) DELETE FROM addresses WHERE addresses.user_id IN (SELECT src.id FROM src)",
    },
  ],
  [
    () => select(select(u.c.id).cte("x").prefixWith("MATERIALIZED", { dialect: "postgresql" }).suffixWith("SFX").c.id),
    {
      default: "WITH x AS (SELECT users.id AS id FROM users) SFX SELECT x.id FROM x",
      postgresql: "WITH x AS MATERIALIZED (SELECT users.id AS id FROM users) SFX SELECT x.id FROM x",
    },
  ],
  [
    () => {
      const c = select(u.c.id).cte("c"),
        c2 = c.alias("c2");
      return select(c.c.id, c2.c.id).where(c.c.id.eq(c2.c.id));
    },
    { default: "WITH c AS (SELECT users.id AS id FROM users) SELECT c.id, c2.id AS id_1 FROM c, c AS c2 WHERE c.id = c2.id" },
  ],
  [
    () => {
      const c = values(column("a", I), column("b", S), { name: "v" })
        .data([
          [1, "x"],
          [2, "y"],
        ])
        .cte("vv");
      return select(c.c.a);
    },
    { default: "WITH vv(a, b) AS (VALUES (?, ?), (?, ?)) SELECT vv.a FROM vv" },
  ],
  [
    () => {
      const n = select(u.c.id).cte("n");
      return select(a.c.id).addCte(n, { nestHere: true }).subquery("s").select();
    },
    { default: "SELECT s.id FROM (WITH n AS (SELECT users.id AS id FROM users) SELECT addresses.id AS id FROM addresses) AS s" },
  ],
  [
    () => union(select(u.c.id, u.c.name), select(a.c.id, a.c.city)).orderBy("name", u.c.id),
    { default: "SELECT users.id, users.name FROM users UNION SELECT addresses.id, addresses.city FROM addresses ORDER BY name, id" },
  ],
  [
    () => select(u.c.id.label("q")).union(select(a.c.id)).orderBy(desc("q")).limit(2).offset(3),
    { default: "SELECT users.id AS q FROM users UNION SELECT addresses.id FROM addresses ORDER BY q DESC LIMIT ? OFFSET ?" },
  ],
  [
    () => union(select(u.c.id).orderBy(u.c.id).limit(2), select(a.c.id).limit(3)),
    {
      default: "(SELECT users.id FROM users ORDER BY users.id LIMIT ?) UNION (SELECT addresses.id FROM addresses LIMIT ?)",
      sqlite: "(SELECT users.id FROM users ORDER BY users.id LIMIT ? OFFSET ?) UNION (SELECT addresses.id FROM addresses LIMIT ? OFFSET ?)",
    },
  ],
  [
    () => union(select(u.c.id), select(a.c.id)).subquery("un").select(),
    { default: "SELECT un.id FROM (SELECT users.id AS id FROM users UNION SELECT addresses.id AS id FROM addresses) AS un" },
  ],
  [
    () => select(u.c.id).where(u.c.id.in(union(select(a.c.id), select(o.c.id)))),
    { default: "SELECT users.id FROM users WHERE users.id IN (SELECT addresses.id FROM addresses UNION SELECT orders.id FROM orders)" },
  ],
  [
    () =>
      unionAll(select(literal(1)), select(literal(2)))
        .alias("x")
        .select(),
    { default: "SELECT x.anon_1 FROM (SELECT ? AS anon_1 UNION ALL SELECT ? AS anon_2) AS x" },
  ],
  [
    () => {
      const base = select(nodes.c.id, nodes.c.name, literal(0).label("depth"))
        .where(nodes.c.parent_id.is(null))
        .cte("tree", { recursive: true });
      const rec = select(nodes.c.id, nodes.c.name, base.c.depth.add(1).label("depth")).join(base, nodes.c.parent_id.eq(base.c.id));
      const tree = base.unionAll(rec);
      return select(tree.c.name, func.count().over({ partitionBy: tree.c.depth })).orderBy(tree.c.depth);
    },
    {
      default:
        "WITH RECURSIVE tree(id, name, depth) AS (SELECT nodes.id AS id, nodes.name AS name, ? AS depth FROM nodes WHERE nodes.parent_id IS NULL UNION ALL SELECT nodes.id AS id, nodes.name AS name, tree.depth + ? AS depth FROM nodes JOIN tree ON nodes.parent_id = tree.id) SELECT tree.name, count(*) OVER (PARTITION BY tree.depth) AS anon_1 FROM tree ORDER BY tree.depth",
    },
  ],
  [
    () => select(u.c.id).unionAll(select(a.c.id).union(select(o.c.id))),
    { default: "SELECT users.id FROM users UNION ALL (SELECT addresses.id FROM addresses UNION SELECT orders.id FROM orders)" },
  ],
  [
    () => select(select(u.c.id).union(select(a.c.id)).subquery().c.id),
    { default: "SELECT anon_1.id FROM (SELECT users.id AS id FROM users UNION SELECT addresses.id AS id FROM addresses) AS anon_1" },
  ],
  [
    () => select(select(u.c.id).union(select(a.c.id)).cte("z").c.id),
    { default: "WITH z AS (SELECT users.id AS id FROM users UNION SELECT addresses.id AS id FROM addresses) SELECT z.id FROM z" },
  ],
  [
    () => select(u.c.name).where(u.c.name.like("a%")).union(select(a.c.city)).orderBy(u.c.name.desc()),
    { default: "SELECT users.name FROM users WHERE users.name LIKE ? UNION SELECT addresses.city FROM addresses ORDER BY name DESC" },
  ],
  [
    () => select(u.c.id).orderBy(u.c.id).limit(3).unionAll(select(a.c.id)).limit(2),
    {
      default: "(SELECT users.id FROM users ORDER BY users.id LIMIT ?) UNION ALL SELECT addresses.id FROM addresses LIMIT ?",
      sqlite:
        "(SELECT users.id FROM users ORDER BY users.id LIMIT ? OFFSET ?) UNION ALL SELECT addresses.id FROM addresses LIMIT ? OFFSET ?",
    },
  ],
]);
