// SES-11: a session that works in a transaction which somebody else began, in each of the ways there are.
import { createEngine, type Engine, insert, select, Session, TransactionEndedError } from "athanor";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { describeEachDatabase } from "../../support/databases.ts";
import { type Blog, blogModels } from "../support/blog.ts";

type Mode = NonNullable<ConstructorParameters<typeof Session>[1]>["joinTransactionMode"] & string;
type End = "commit" | "rollback" | "close";

/** Of the outer transaction: whether it, and a savepoint in it, still run; the rows that it sees; those that there are after its commit. */
type Outcome = readonly [outer: boolean, savepoint: boolean | null, sees: string, saved: string];

const GOES_ON: Outcome = [true, null, "outer,inner", "outer,inner"];
const UNDONE: Outcome = [true, null, "outer", "outer"];
const OVER: Outcome = [false, null, "", ""];
const inSavepoint = (outcome: Outcome, isActive = true): Outcome => [outcome[0], isActive, outcome[2], outcome[3]];

const EXPECTED: Record<Mode, Record<"transaction" | "savepoint", Record<End, Outcome>>> = {
  conditional_savepoint: {
    transaction: { commit: GOES_ON, rollback: OVER, close: GOES_ON },
    savepoint: { commit: inSavepoint(GOES_ON), rollback: inSavepoint(UNDONE), close: inSavepoint(UNDONE) },
  },
  rollback_only: {
    transaction: { commit: GOES_ON, rollback: OVER, close: GOES_ON },
    savepoint: { commit: inSavepoint(GOES_ON), rollback: [true, false, "", ""], close: inSavepoint(GOES_ON) },
  },
  control_fully: {
    transaction: { commit: [false, null, "outer,inner", "outer,inner"], rollback: OVER, close: OVER },
    savepoint: { commit: inSavepoint(GOES_ON, false), rollback: [true, false, "", ""], close: [true, false, "", ""] },
  },
  create_savepoint: {
    transaction: { commit: GOES_ON, rollback: UNDONE, close: UNDONE },
    savepoint: { commit: inSavepoint(GOES_ON), rollback: inSavepoint(UNDONE), close: inSavepoint(UNDONE) },
  },
};

describeEachDatabase("SES-11 joinTransactionMode", (db) => {
  const { Base, User }: Pick<Blog, "Base" | "User"> = blogModels();
  let engine: Engine;

  beforeAll(async () => {
    engine = createEngine(db.url);
    await Base.metadata.createAll(engine);
  });
  beforeEach(async () => {
    await engine.begin((conn) => conn.execute(User.table.delete()));
  });
  afterAll(async () => {
    await engine.dispose();
  });

  const names = async (conn: { execute: Session["execute"] }): Promise<string> =>
    (await conn.execute(select(User.name).orderBy(User.id)).scalars().all()).join();

  for (const mode of Object.keys(EXPECTED) as Mode[]) {
    test(mode, async () => {
      for (const around of ["transaction", "savepoint"] as const) {
        for (const end of ["commit", "rollback", "close"] as const) {
          await using conn = await engine.connect();
          const outer = await conn.begin();
          const savepoint = around === "savepoint" ? await conn.beginNested() : null;
          await conn.execute(insert(User).values({ id: 1, name: "outer" }));
          const session = new Session(conn, { joinTransactionMode: mode });
          session.add(new User({ id: 2, name: "inner" }));
          await session.flush();
          await session[end]();

          const [isActive, isSet, sees, saved] = EXPECTED[mode][around][end];
          const where = `${around}, ${end}`;
          expect([where, outer.isActive, savepoint === null ? null : savepoint.isActive]).toEqual([where, isActive, isSet]);
          expect([where, await names(conn as never)]).toEqual([where, sees]);
          if (isActive) await outer.commit();
          else await expect(outer.commit()).rejects.toThrow(TransactionEndedError);
          await session.close();
          await conn.close();
          await engine.begin(async (again) => {
            expect([where, await names(again as never)]).toEqual([where, saved]);
            await again.execute(User.table.delete());
          });
        }
      }
    });
  }
});
