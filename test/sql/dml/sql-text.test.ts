// @ts-nocheck: columns of subqueries are looked up by names that the checker does not know
import { bindparam, column, delete_, exists, func, insert, literal, literalColumn, null_, select, table, union, update } from "athanor";
import { u, a, o, oth, ev, dflt, nopk, strpk, comp, I, renderAs } from "../support/statements.ts";

renderAs([
  [
    () => insert(u).values({ name: "x", age: null }),
    {
      default: "INSERT INTO users (name, age) VALUES (?, ?)",
      postgresql: "INSERT INTO users (name, age) VALUES (?, ?) RETURNING users.id",
    },
  ],
  [
    () => insert(u).values({ age: func.length("abc"), name: select(a.c.city).scalarSubquery() }),
    {
      default: "INSERT INTO users (name, age) VALUES ((SELECT addresses.city FROM addresses), length(?))",
      postgresql: "INSERT INTO users (name, age) VALUES ((SELECT addresses.city FROM addresses), length(?)) RETURNING users.id",
    },
  ],
  [
    () =>
      insert(u).values([
        { name: "x", age: 1 },
        { name: "y", age: 2 },
      ]),
    { default: "INSERT INTO users (name, age) VALUES (?, ?), (?, ?)" },
  ],
  [
    () =>
      insert(u)
        .values([
          { name: "x", age: 1 },
          { name: func.lower("Y"), age: 2 },
        ])
        .returning(u.c.id),
    {
      default: "INSERT INTO users (name, age) VALUES (?, ?), (lower(?), ?) RETURNING users.id",
      sqlite: "INSERT INTO users (name, age) VALUES (?, ?), (lower(?), ?) RETURNING id",
    },
  ],
  [() => insert(dflt), { default: "INSERT INTO dflt (id, a, b, c, d, e) VALUES (?, ?, ?, ?, ?, ?)" }],
  [
    () => insert(dflt).values({ d: "1" }),
    {
      default: "INSERT INTO dflt (a, b, c, d) VALUES (?, ?, now(), ?)",
      sqlite: "INSERT INTO dflt (a, b, c, d) VALUES (?, ?, CURRENT_TIMESTAMP, ?)",
      postgresql: "INSERT INTO dflt (a, b, c, d) VALUES (?, ?, now(), ?) RETURNING dflt.id",
    },
  ],
  [
    () => insert(dflt).values([{ d: "1" }, { d: "2" }]),
    {
      default: "INSERT INTO dflt (a, b, c, d) VALUES (?, ?, now(), ?), (?, ?, now(), ?)",
      sqlite: "INSERT INTO dflt (a, b, c, d) VALUES (?, ?, CURRENT_TIMESTAMP, ?), (?, ?, CURRENT_TIMESTAMP, ?)",
    },
  ],
  [
    () => insert(dflt).values({}),
    {
      default: "INSERT INTO dflt (a, b, c) VALUES (?, ?, now())",
      sqlite: "INSERT INTO dflt (a, b, c) VALUES (?, ?, CURRENT_TIMESTAMP)",
      postgresql: "INSERT INTO dflt (a, b, c) VALUES (?, ?, now()) RETURNING dflt.id",
    },
  ],
  [() => insert(nopk).values({ a: 1 }), { default: "INSERT INTO nopk (a) VALUES (?)" }],
  [() => insert(strpk).values({ code: "a", v: 1 }), { default: "INSERT INTO strpk (code, v) VALUES (?, ?)" }],
  [() => insert(comp).values({ a: 1, b: 2 }), { default: "INSERT INTO comp (a, b) VALUES (?, ?)" }],
  [() => insert(comp).values({ v: 2 }), { default: "INSERT INTO comp (v) VALUES (?)" }],
  [
    () => insert(u).fromSelect(["name", "age"], select(a.c.city, a.c.id).where(a.c.id.gt(5))),
    { default: "INSERT INTO users (name, age) SELECT addresses.city, addresses.id FROM addresses WHERE addresses.id > ?" },
  ],
  [
    () => insert(dflt).fromSelect(["d"], select(a.c.city)),
    {
      default: "INSERT INTO dflt (d, a, b, c) SELECT addresses.city, ? AS anon_1, ? AS anon_2, now() AS now_1 FROM addresses",
      sqlite: "INSERT INTO dflt (d, a, b, c) SELECT addresses.city, ? AS anon_1, ? AS anon_2, CURRENT_TIMESTAMP AS now_1 FROM addresses",
    },
  ],
  [
    () => insert(dflt).fromSelect(["d"], select(a.c.city), { includeDefaults: false }),
    { default: "INSERT INTO dflt (d) SELECT addresses.city FROM addresses" },
  ],
  [() => insert(u).values({ name: "x" }).inline(), { default: "INSERT INTO users (name) VALUES (?)" }],
  [
    () => insert(u).values({ name: "x" }).returning(u),
    {
      default: "INSERT INTO users (name) VALUES (?) RETURNING users.id, users.name, users.age, users.data",
      sqlite: "INSERT INTO users (name) VALUES (?) RETURNING id, name, age, data",
    },
  ],
  [
    () => insert(u).values({ name: "x" }).returning(u.c.id.add(1), func.lower(u.c.name).label("l"), u.c.id),
    {
      default: "INSERT INTO users (name) VALUES (?) RETURNING users.id + ? AS anon_1, lower(users.name) AS l, users.id",
      sqlite: "INSERT INTO users (name) VALUES (?) RETURNING id + ? AS anon_1, lower(name) AS l, id",
    },
  ],
  [
    () => insert(u).values({ name: bindparam("nm"), age: bindparam("ag", undefined, { type: I }) }),
    {
      default: "INSERT INTO users (name, age) VALUES (?, ?)",
      postgresql: "INSERT INTO users (name, age) VALUES (?, ?) RETURNING users.id",
    },
  ],
  [
    () => insert(ev).values({ userId: 5, eventKind: "x" }),
    {
      default: "INSERT INTO events (user_id, kind) VALUES (?, ?)",
      postgresql: "INSERT INTO events (user_id, kind) VALUES (?, ?) RETURNING events.id",
    },
  ],
  [() => insert(u).values({ id: null, name: "x" }), { default: "INSERT INTO users (id, name) VALUES (?, ?)" }],
  [
    () => insert(u).prefixWith("OR IGNORE", { dialect: "sqlite" }).values({ name: "q" }),
    {
      default: "INSERT INTO users (name) VALUES (?)",
      sqlite: "INSERT OR IGNORE INTO users (name) VALUES (?)",
      postgresql: "INSERT INTO users (name) VALUES (?) RETURNING users.id",
    },
  ],
  [() => insert(table("t", column("a"), column("b"))).values({ a: 1 }), { default: "INSERT INTO t (a) VALUES (?)" }],
  [() => insert(table("t", column("a"), column("b"))), { default: "INSERT INTO t (a, b) VALUES (?, ?)" }],
  [
    () => insert(oth).values({ x: 1 }).returning(oth.c.id),
    {
      default: "INSERT INTO other.users (x) VALUES (?) RETURNING other.users.id",
      sqlite: "INSERT INTO other.users (x) VALUES (?) RETURNING id",
    },
  ],
  [
    () => insert(u).values(new Map([[u.c.name, u.c.age]])),
    {
      default: "INSERT INTO users (name) VALUES (users.age)",
      postgresql: "INSERT INTO users (name) VALUES (users.age) RETURNING users.id",
    },
  ],
  [
    () =>
      update(u)
        .values({ age: u.c.age.add(1), name: "x" })
        .where(u.c.id.eq(5)),
    { default: "UPDATE users SET name=?, age=(users.age + ?) WHERE users.id = ?" },
  ],
  [() => update(u).orderedValues([u.c.age, 5], ["name", "z"]), { default: "UPDATE users SET age=?, name=?" }],
  [
    () => update(dflt).values({ a: 1 }),
    { default: "UPDATE dflt SET a=?, c=now(), e=?", sqlite: "UPDATE dflt SET a=?, c=CURRENT_TIMESTAMP, e=?" },
  ],
  [() => update(dflt), { default: "UPDATE dflt SET id=?, a=?, b=?, c=?, d=?, e=?" }],
  [
    () => update(u).values({ name: a.c.city }).where(u.c.id.eq(a.c.user_id)).where(a.c.id.eq(o.c.ship_id)),
    {
      default:
        "UPDATE users SET name=addresses.city FROM addresses, orders WHERE users.id = addresses.user_id AND addresses.id = orders.ship_id",
    },
  ],
  [
    () => update(u).values({ name: select(a.c.city).where(a.c.user_id.eq(u.c.id)).limit(1).scalarSubquery() }),
    {
      default: "UPDATE users SET name=(SELECT addresses.city FROM addresses WHERE addresses.user_id = users.id LIMIT ?)",
      sqlite: "UPDATE users SET name=(SELECT addresses.city FROM addresses WHERE addresses.user_id = users.id LIMIT ? OFFSET ?)",
    },
  ],
  [
    () => {
      const x = u.alias("uu");
      return update(x).values({ name: "x" }).where(x.c.id.eq(3));
    },
    { default: "UPDATE users AS uu SET name=? WHERE uu.id = ?" },
  ],
  [
    () => update(u).values({ name: "x" }).returning(u.c.id, u.c.age.mul(2).label("dbl")),
    {
      default: "UPDATE users SET name=? RETURNING users.id, users.age * ? AS dbl",
      sqlite: "UPDATE users SET name=? RETURNING id, age * ? AS dbl",
    },
  ],
  [
    () =>
      update(oth)
        .values({ x: oth.c.x.add(1) })
        .where(oth.c.id.eq(1)),
    { default: "UPDATE other.users SET x=(other.users.x + ?) WHERE other.users.id = ?" },
  ],
  [
    () =>
      update(u)
        .where(u.c.id.in([1, 2, 3]))
        .values({ age: null_() }),
    { default: "UPDATE users SET age=NULL WHERE users.id IN (?, ?, ?)" },
  ],
  [
    () =>
      update(u)
        .values({ name: "x" })
        .where(exists().where(a.c.user_id.eq(u.c.id))),
    { default: "UPDATE users SET name=? WHERE EXISTS (SELECT * FROM addresses WHERE addresses.user_id = users.id)" },
  ],
  [() => update(u).values({ name: bindparam("name") }), { default: "UPDATE users SET name=?" }],
  [() => update(u).filterBy({ name: "q" }).values({ age: 3 }), { default: "UPDATE users SET age=? WHERE users.name = ?" }],
  [
    () => update(u).withHint("ONLY", { dialectName: "postgresql" }).values({ age: 3 }),
    { default: "UPDATE users SET age=?", postgresql: "UPDATE ONLY users SET age=?" },
  ],
  [
    () => delete_(u).where(u.c.name.eq("x")).returning(u),
    {
      default: "DELETE FROM users WHERE users.name = ? RETURNING users.id, users.name, users.age, users.data",
      sqlite: "DELETE FROM users WHERE users.name = ? RETURNING id, name, age, data",
    },
  ],
  [() => delete_(u).filterBy({ name: "x", age: null }), { default: "DELETE FROM users WHERE users.name = ? AND users.age IS NULL" }],
  [
    () => {
      const x = u.alias("d");
      return delete_(x).where(x.c.id.eq(3));
    },
    { default: "DELETE FROM users AS d WHERE d.id = ?" },
  ],
  [
    () => insert(a).values({ user_id: select(u.c.id).where(u.c.name.eq("x")).scalarSubquery(), city: "q" }),
    {
      default: "INSERT INTO addresses (user_id, city) VALUES ((SELECT users.id FROM users WHERE users.name = ?), ?)",
      postgresql:
        "INSERT INTO addresses (user_id, city) VALUES ((SELECT users.id FROM users WHERE users.name = ?), ?) RETURNING addresses.id",
    },
  ],
  [
    () => insert(a).fromSelect(["user_id", "city"], union(select(u.c.id, u.c.name), select(o.c.id, literal("x")))),
    {
      default:
        "INSERT INTO addresses (user_id, city) SELECT users.id, users.name FROM users UNION SELECT orders.id, ? AS anon_1 FROM orders",
    },
  ],
  [
    () => {
      const s = select(u.c.id, u.c.name).subquery("s");
      return update(a).values({ city: s.c.name }).where(a.c.user_id.eq(s.c.id));
    },
    {
      default:
        "UPDATE addresses SET city=s.name FROM (SELECT users.id AS id, users.name AS name FROM users) AS s WHERE addresses.user_id = s.id",
    },
  ],
  [
    () =>
      update(u)
        .values({ name: func.upper(u.c.name) })
        .where(u.c.id.in(select(a.c.user_id)))
        .returning(u.c.name),
    {
      default: "UPDATE users SET name=upper(users.name) WHERE users.id IN (SELECT addresses.user_id FROM addresses) RETURNING users.name",
      sqlite: "UPDATE users SET name=upper(users.name) WHERE users.id IN (SELECT addresses.user_id FROM addresses) RETURNING name",
    },
  ],
  [
    () => insert(u).values({ name: "x" }).returning(literalColumn("42").label("z"), u.c.name),
    {
      default: "INSERT INTO users (name) VALUES (?) RETURNING 42 AS z, users.name",
      sqlite: "INSERT INTO users (name) VALUES (?) RETURNING 42 AS z, name",
    },
  ],
  [() => insert(strpk).values(["a", 5]), { default: "INSERT INTO strpk (code, v) VALUES (?, ?)" }],
  [
    () =>
      insert(strpk).values([
        ["a", 5],
        ["b", 6],
      ]),
    { default: "INSERT INTO strpk (code, v) VALUES (?, ?), (?, ?)" },
  ],
  [
    () => insert(u).values({ name: "a" }).values({ age: 3 }),
    {
      default: "INSERT INTO users (name, age) VALUES (?, ?)",
      postgresql: "INSERT INTO users (name, age) VALUES (?, ?) RETURNING users.id",
    },
  ],
  [() => delete_(u).returning(func.count()), { default: "DELETE FROM users RETURNING count(*) AS count_1" }],
  [
    () =>
      update(u)
        .where(u.c.name.eq(bindparam("name")))
        .values({ name: bindparam("n2") }),
    { default: "UPDATE users SET name=? WHERE users.name = ?" },
  ],
]);
