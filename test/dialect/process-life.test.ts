import { createEngine, DBAPIError, text } from "athanor";
import { expect, test, vi } from "vitest";
import { describeEachDatabase } from "../support/databases.ts";
import { sleep } from "../support/faulty-driver.ts";

describeEachDatabase(
  "a connection to a server on which nothing runs",
  (db) => {
    const sockets = (): number => process.getActiveResourcesInfo().filter((name) => name === "TCPSocketWrap").length;

    test("does not keep the process alive, one on which something runs does", async () => {
      // what made the database is still closing its own connection
      await vi.waitFor(() => expect(sockets()).toBe(0));
      const engine = createEngine(db.url);
      await using conn = await engine.connect();
      expect(sockets()).toBe(0);
      const running = conn.execute(text(db.dialect === "mysql" ? "SELECT sleep(0.05)" : "SELECT pg_sleep(0.05)")).all();
      await sleep(20);
      expect(sockets()).toBe(1);
      await running;
      expect(sockets()).toBe(0);
      await expect(conn.execute(text("SELECT nothing")).all()).rejects.toThrow(DBAPIError);
      expect(sockets()).toBe(0);
      await conn.close();
      expect(sockets()).toBe(0);
      await engine.dispose();
    });
  },
  { only: ["postgresql", "mariadb"] },
);
