// The statements in Drizzle ORM. A query with placeholders is rendered once, by prepare(); an execution fills them in.
import { and, asc, desc, eq, fillPlaceholders, gt, gte, inArray, like, lte, or, sql } from "drizzle-orm";
import * as pg from "drizzle-orm/pg-core";
import { drizzle as overPostgresql } from "drizzle-orm/pg-proxy";
import * as lite from "drizzle-orm/sqlite-core";
import { drizzle as overSqlite } from "drizzle-orm/sqlite-proxy";

const nothing = async () => ({ rows: [] });

function tablesOf(table, { integer, text }) {
  return {
    users: table("users", {
      id: integer("id").primaryKey(),
      name: text("name"),
      email: text("email"),
      age: integer("age"),
      cityId: integer("city_id"),
    }),
    orders: table("orders", {
      id: integer("id").primaryKey(),
      userId: integer("user_id"),
      total: integer("total"),
      status: text("status"),
    }),
    cities: table("cities", { id: integer("id").primaryKey(), name: text("name") }),
  };
}

const databases = {
  sqlite: () => [overSqlite(nothing), tablesOf(lite.sqliteTable, lite)],
  postgresql: () => [overPostgresql(nothing), tablesOf(pg.pgTable, pg)],
};

function builders(db, { users, orders, cities }) {
  return {
    point: ({ id }) => db.select({ id: users.id, name: users.name, email: users.email }).from(users).where(eq(users.id, id)),
    search: ({ age, name, status, total, limit, offset }) =>
      db
        .select({
          id: users.id,
          name: users.name,
          orderId: sql`${orders.id}`.as("order_id"),
          total: orders.total,
          city: sql`${cities.name}`.as("city"),
        })
        .from(users)
        .innerJoin(orders, eq(orders.userId, users.id))
        .leftJoin(cities, eq(cities.id, users.cityId))
        .where(and(gte(users.age, age), like(users.name, name), or(eq(orders.status, status), gt(orders.total, total))))
        .orderBy(desc(orders.total), asc(users.id))
        .limit(limit)
        .offset(offset),
    in10: ({ ids }) => db.select({ id: users.id, name: users.name }).from(users).where(inArray(users.id, ids)),
    in100: ({ ids }) => db.select({ id: users.id, name: users.name }).from(users).where(inArray(users.id, ids)),
    ranking: ({ status, rank }) => {
      const ranked = db.$with("ranked").as(
        db
          .select({
            userId: orders.userId,
            total: orders.total,
            rank: sql`row_number() over (partition by ${orders.userId} order by ${desc(orders.total)})`.as("rank"),
          })
          .from(orders)
          .where(eq(orders.status, status)),
      );
      return db
        .with(ranked)
        .select({ name: users.name, total: ranked.total })
        .from(ranked)
        .innerJoin(users, eq(users.id, ranked.userId))
        .where(lte(ranked.rank, rank));
    },
    insert: (values) => db.insert(users).values(values),
    insert100: ({ rows }) => db.insert(users).values(rows),
    update: ({ id, name, age }) => db.update(users).set({ name, age }).where(eq(users.id, id)),
    delete: ({ userId, status }) => db.delete(orders).where(and(eq(orders.userId, userId), eq(orders.status, status))),
    upsert: (values) =>
      db
        .insert(users)
        .values(values)
        .onConflictDoUpdate({ target: users.id, set: { name: sql`excluded.name`, age: sql`excluded.age` } }),
  };
}

export function drizzle(name) {
  const build = builders(...databases[name]());
  return {
    cold: (key, values) => build[key](values).toSQL(),
    reusable(key, sample) {
      // placeholders stand for single values only
      if (Object.values(sample).some(Array.isArray)) return null;
      const placeholders = Object.fromEntries(Object.keys(sample).map((one) => [one, sql.placeholder(one)]));
      const { sql: text, params } = build[key](placeholders).toSQL();
      return { values: (values) => values, prepare: (values) => ({ sql: text, params: fillPlaceholders(params, values) }) };
    },
  };
}
