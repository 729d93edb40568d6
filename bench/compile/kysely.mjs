// The statements in Kysely. It has no parameters that stand for values to come: its query is built anew for each execution.
import {
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from "kysely";

const dialects = {
  sqlite: {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  },
  postgresql: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
};

const row = ({ id, name, email, age, cityId }) => ({ id, name, email, age, city_id: cityId });

function builders(db) {
  return {
    point: ({ id }) => db.selectFrom("users").select(["id", "name", "email"]).where("id", "=", id),
    search: ({ age, name, status, total, limit, offset }) =>
      db
        .selectFrom("users")
        .innerJoin("orders", "orders.user_id", "users.id")
        .leftJoin("cities", "cities.id", "users.city_id")
        .select(["users.id", "users.name", "orders.id as order_id", "orders.total", "cities.name as city"])
        .where("users.age", ">=", age)
        .where("users.name", "like", name)
        .where((eb) => eb.or([eb("orders.status", "=", status), eb("orders.total", ">", total)]))
        .orderBy("orders.total", "desc")
        .orderBy("users.id")
        .limit(limit)
        .offset(offset),
    in10: ({ ids }) => db.selectFrom("users").select(["id", "name"]).where("id", "in", ids),
    in100: ({ ids }) => db.selectFrom("users").select(["id", "name"]).where("id", "in", ids),
    ranking: ({ status, rank }) =>
      db
        .with("ranked", (qb) =>
          qb
            .selectFrom("orders")
            .select((eb) => [
              "user_id",
              "total",
              eb.fn
                .agg("row_number")
                .over((ob) => ob.partitionBy("user_id").orderBy("total", "desc"))
                .as("rank"),
            ])
            .where("status", "=", status),
        )
        .selectFrom("ranked")
        .innerJoin("users", "users.id", "ranked.user_id")
        .select(["users.name", "ranked.total"])
        .where("ranked.rank", "<=", rank),
    insert: (values) => db.insertInto("users").values(row(values)),
    insert100: ({ rows }) => db.insertInto("users").values(rows.map(row)),
    update: ({ id, name, age }) => db.updateTable("users").set({ name, age }).where("id", "=", id),
    delete: ({ userId, status }) => db.deleteFrom("orders").where("user_id", "=", userId).where("status", "=", status),
    upsert: (values) =>
      db
        .insertInto("users")
        .values(row(values))
        .onConflict((oc) => oc.column("id").doUpdateSet((eb) => ({ name: eb.ref("excluded.name"), age: eb.ref("excluded.age") }))),
  };
}

export function kysely(name) {
  const build = builders(new Kysely({ dialect: dialects[name] }));
  const cold = (key, values) => {
    const { sql, parameters } = build[key](values).compile();
    return { sql, params: parameters };
  };
  return { cold, reusable: () => null };
}
