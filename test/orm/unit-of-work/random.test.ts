// The unit of work against a plain model: whatever is done to the objects, in whatever order, with savepoints and rollbacks, the tables
// and the objects hold what the model says.
import { text } from "athanor";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeEachDatabase } from "../../support/databases.ts";
import { type Blog, openBlog } from "../support/blog.ts";
import { copyOf } from "./random/model.ts";
import { Run } from "./random/run.ts";
import { step } from "./random/steps.ts";

const TABLES = ["order_items", "items", "orders", "addresses", "profiles", "users"];

describeEachDatabase("UOW the unit of work does what a plain model does", (db) => {
  let blog: Blog;
  beforeAll(async () => {
    blog = await openBlog(db.url);
  });
  afterAll(async () => {
    await blog.engine.dispose();
  });

  const runs = Number(process.env["ATHANOR_TEST_RUNS"] ?? (db.name === "sqlite" ? 2000 : 20));

  test("UOW-01 UOW-02 UOW-03 UOW-06 UOW-07 for any sequence of changes, savepoints and rollbacks", { timeout: 300_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 40, size: "max" }), async (steps) => {
        await blog.engine.begin(async (conn) => {
          for (const table of TABLES) await conn.execute(text(`DELETE FROM ${table}`));
          await conn.execute(text("UPDATE nodes SET parent_id = NULL"));
          await conn.execute(text("DELETE FROM nodes"));
        });
        await using session = blog.Session();
        const run = new Run(blog, session);
        for (const each of steps) await run.do(each);
        await run.do({ verb: "commit", a: 0, b: 0, c: 0 });
        expect(run.saved).toEqual(copyOf(run.work));
        await run.check();
        blog.statements.take();
        await session.flush();
        expect(blog.statements.take()).toEqual([]);
      }),
      { numRuns: runs },
    );
  });
});
