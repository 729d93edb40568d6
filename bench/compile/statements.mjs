// What is measured: for each statement the values of its n-th execution. They differ from one execution to the next, as they do in an application.

/** The columns of a row of users, all of them: Drizzle's INSERT names every column. */
const user = (n) => ({ id: n, name: `user ${n}`, email: `user${n}@example.org`, age: n % 100, cityId: n % 10 });

export const statements = {
  point: { title: "SELECT by key", values: (n) => ({ id: n }) },
  search: {
    title: "SELECT, 2 joins, 4 conditions, ORDER BY, LIMIT",
    values: (n) => ({ age: n % 90, name: `%${n}%`, status: "open", total: n, limit: 10 + (n % 10), offset: n % 7 }),
  },
  in10: { title: "IN list of 10", values: (n) => ({ ids: Array.from({ length: 10 }, (_, i) => n + i) }) },
  in100: { title: "IN list of 100", values: (n) => ({ ids: Array.from({ length: 100 }, (_, i) => n + i) }) },
  ranking: { title: "CTE with a window function", values: (n) => ({ status: "open", rank: (n % 5) + 1 }) },
  insert: { title: "INSERT of 1 row", values: user },
  insert100: { title: "INSERT of 100 rows", values: (n) => ({ rows: Array.from({ length: 100 }, (_, i) => user(n + i)) }) },
  update: { title: "UPDATE by key", values: (n) => ({ id: n, name: `user ${n}`, age: n % 100 }) },
  delete: { title: "DELETE by two conditions", values: (n) => ({ userId: n, status: "open" }) },
  upsert: { title: "INSERT … ON CONFLICT DO UPDATE", values: user },
};
