import { createConnection } from "mysql2/promise";
import { Client } from "pg";
import { describe, expect, inject, test } from "vitest";
import { describeEachDatabase } from "./databases.ts";
import { assertRequired, mysqlUrl } from "./probe.ts";
import { scratchOn } from "./scratch.ts";

describeEachDatabase("test databases", (db) => {
  test("have a URL of their dialect", () => {
    expect(db.url.startsWith(db.name === "mariadb" ? "mariadb:" : db.dialect)).toBe(true);
  });
});

describeEachDatabase(
  "the PostgreSQL scratch database",
  (db) => {
    test("is there, new and empty", async () => {
      const client = new Client({ connectionString: db.url });
      await client.connect();
      const { rows } = await client.query("SELECT current_database() AS name, (SELECT count(*)::int FROM pg_stat_user_tables) AS tables");
      await client.end();
      expect(rows).toEqual([{ name: expect.stringMatching(/^athanor_test_[0-9a-f]{12}$/), tables: 0 }]);
    });
  },
  { only: ["postgresql"] },
);

test.skipIf(inject("servers").mariadb !== null)("the MariaDB scratch database is there while it is used", async () => {
  const scratch = await scratchOn.mariadb();
  const connection = await createConnection({ uri: mysqlUrl(scratch.url) });
  try {
    const [rows] = await connection.query("SELECT database() AS name");
    expect(rows).toEqual([{ name: expect.stringMatching(/^athanor_test_[0-9a-f]{12}$/) }]);
  } finally {
    await scratch.drop();
    await connection.end();
  }
});

describe("ATHANOR_TEST_REQUIRE", () => {
  const found = { postgresql: "connect ECONNREFUSED", mariadb: null };

  test("passes when what it names is there", () => {
    expect(() => assertRequired(found, "")).not.toThrow();
    expect(() => assertRequired(found, "mariadb")).not.toThrow();
  });

  test("names the server that is missing, and what to do", () => {
    expect(() => assertRequired(found, "mariadb, postgresql")).toThrow(/names postgresql, but .*ECONNREFUSED.*set ATHANOR_TEST_POSTGRESQL/);
  });

  test("rejects a name that it does not know", () => {
    expect(() => assertRequired(found, "oracle")).toThrow('names "oracle"; known are: postgresql, mariadb');
  });
});
