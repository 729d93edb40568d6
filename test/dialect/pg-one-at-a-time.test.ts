// pg 8 has a queue for what is given to it while it is busy, and warns of it; pg 9 will have none.
import type { Client } from "pg";
import { createEngine, DBAPIError, text } from "athanor";
import { expect, test } from "vitest";
import { describeEachDatabase } from "../support/databases.ts";

describeEachDatabase(
  "pg is given one thing at a time",
  (db) => {
    test("whatever is begun on one connection at the same time", async () => {
      const warnings: Error[] = [];
      const note = (warning: Error): void => void warnings.push(warning);
      process.on("warning", note);
      const engine = createEngine(db.url);
      await using conn = await engine.connect();
      const client = (await conn.getRawConnection()).dbapiConnection.raw as Client;
      // as pg 9 is going to be
      let busy = false;
      let most = 0;
      const query = client.query.bind(client) as (one: unknown) => unknown;
      (client as unknown as { connection: NodeJS.EventEmitter }).connection.on("readyForQuery", () => (busy = false));
      client.query = ((one: unknown) => {
        if (busy) throw new Error("Client was passed a query while it was already executing one");
        busy = true;
        most += 1;
        return query(one);
      }) as never;

      const one = (n: number): Promise<unknown> => conn.scalar(text(`SELECT ${n}`));
      expect(await Promise.all([1, 2, 3, 4, 5].map(one))).toEqual([1, 2, 3, 4, 5]);
      expect(most).toBe(5);
      await conn.rollback();

      // those behind one that fails have their turn, in its failed transaction
      const settled = await Promise.allSettled([one(1), conn.scalar(text("SELECT nothing")), one(2), one(3)]);
      expect(settled.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "rejected", "rejected"]);
      for (const { reason } of settled.slice(1) as PromiseRejectedResult[]) expect(reason).toBeInstanceOf(DBAPIError);
      await conn.rollback();
      expect(await one(7)).toBe(7);

      await conn.close();
      await engine.dispose();
      await new Promise((resolve) => setImmediate(resolve));
      process.off("warning", note);
      expect(warnings.filter(({ name }) => name === "DeprecationWarning")).toEqual([]);
    });
  },
  { only: ["postgresql"] },
);
