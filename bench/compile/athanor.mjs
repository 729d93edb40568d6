// The statements in athanor. `ATHANOR_DIST` says where the compiled package is, when it is not in dist/.
import { pathToFileURL } from "node:url";

const dist =
  process.env.ATHANOR_DIST === undefined ? new URL("../../dist/", import.meta.url) : pathToFileURL(`${process.env.ATHANOR_DIST}/`);
const load = (file) => import(new URL(file, dist).href);

const { bindparam, Column, createEngine, delete_, func, insert, MetaData, or, select, t, Table, update } = await load("index.js");
const dialects = { sqlite: await load("dialects/sqlite/index.js"), postgresql: await load("dialects/postgresql/index.js") };
// what an execution does before it calls the driver is no public function
const { Connection } = await load("engine/connection.js");
const { prepareStatement } = await load("engine/prepare.js");

const metadata = new MetaData();
const users = new Table("users", metadata, {
  id: new Column(t.integer(), { primaryKey: true }),
  name: new Column(t.text()),
  email: new Column(t.text()),
  age: new Column(t.integer()),
  cityId: new Column("city_id", t.integer()),
});
const orders = new Table("orders", metadata, {
  id: new Column(t.integer(), { primaryKey: true }),
  userId: new Column("user_id", t.integer()),
  total: new Column(t.integer()),
  status: new Column(t.text()),
});
const cities = new Table("cities", metadata, { id: new Column(t.integer(), { primaryKey: true }), name: new Column(t.text()) });

const urls = { sqlite: "sqlite://", postgresql: "postgresql://localhost/test" };

/** Builds each statement with the values that it is given: plain ones, or parameters that stand for them. */
function builders(name) {
  const { insert: insertOf } = dialects[name];
  return {
    point: ({ id }) => select(users.c.id, users.c.name, users.c.email).where(users.c.id.eq(id)),
    search: ({ age, name: like, status, total, limit, offset }) =>
      select(users.c.id, users.c.name, orders.c.id.label("order_id"), orders.c.total, cities.c.name.label("city"))
        .selectFrom(users)
        .join(orders, orders.c.userId.eq(users.c.id))
        .outerjoin(cities, cities.c.id.eq(users.c.cityId))
        .where(users.c.age.ge(age), users.c.name.like(like), or(orders.c.status.eq(status), orders.c.total.gt(total)))
        .orderBy(orders.c.total.desc(), users.c.id)
        .limit(limit)
        .offset(offset),
    in10: ({ ids }) => select(users.c.id, users.c.name).where(users.c.id.in(ids)),
    in100: ({ ids }) => select(users.c.id, users.c.name).where(users.c.id.in(ids)),
    ranking: ({ status, rank }) => {
      const ranked = select(
        orders.c.userId,
        orders.c.total,
        func.row_number().over({ partitionBy: orders.c.userId, orderBy: orders.c.total.desc() }).label("rank"),
      )
        .where(orders.c.status.eq(status))
        .cte("ranked");
      return select(users.c.name, ranked.c.total)
        .selectFrom(ranked)
        .join(users, users.c.id.eq(ranked.c.userId))
        .where(ranked.c.rank.le(rank));
    },
    insert: (row) => insert(users).values(row),
    insert100: ({ rows }) => insert(users).values(rows),
    update: ({ id, name: newName, age }) => update(users).values({ name: newName, age }).where(users.c.id.eq(id)),
    delete: ({ userId, status }) => delete_(orders).where(orders.c.userId.eq(userId), orders.c.status.eq(status)),
    upsert: (row) => {
      const statement = insertOf(users).values(row);
      return statement.onConflictDoUpdate({
        indexElements: [users.c.id],
        set: { name: statement.excluded.name, age: statement.excluded.age },
      });
    },
  };
}

/** Names the parameters apart from the columns of UPDATE and its like. */
const named = (values) => Object.fromEntries(Object.entries(values).map(([key, value]) => [`p_${key}`, value]));

export function athanor(name) {
  const engine = createEngine(urls[name]);
  const connection = new Connection(engine);
  const build = builders(name);
  const { dialect } = engine;
  const sent = ({ context }) => ({ sql: context.statement, params: context.parameters });
  return {
    build: (key, values) => build[key](values),
    cold: (key, values) => {
      const compiled = build[key](values).compile({ dialect });
      return { sql: compiled.sql, params: compiled.params };
    },
    cached: (key, values) => sent(prepareStatement(connection, build[key](values), null, {})),
    /** One statement for all executions; its values come by name. */
    reusable(key, sample) {
      if (key === "insert100") return null;
      const parameters = Object.entries(sample).map(([one, value]) => [
        one,
        bindparam(`p_${one}`, Array.isArray(value) ? { expanding: true, type: t.integer() } : {}),
      ]);
      const statement = build[key](Object.fromEntries(parameters));
      return { values: named, prepare: (values) => sent(prepareStatement(connection, statement, values, {})) };
    },
  };
}
