// UPDATE and DELETE of mapped classes with LIMIT, which MySQL and MariaDB have: the session does not take objects for changed that are not.
import {
  createEngine,
  declarativeBase,
  delete_,
  type Engine,
  inspect,
  mappedColumn,
  NotLoadedError,
  type Session,
  sessionmaker,
  select,
  t,
  update,
} from "athanor";
import { limit } from "athanor/mysql";
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeEachDatabase } from "../../support/databases.ts";

const Base = declarativeBase();
class Job extends Base<typeof Job> {
  static table = this.mapTo("jobs");
  static id = mappedColumn(t.integer(), { primaryKey: true });
  static state = mappedColumn(t.string(10));
}

describeEachDatabase("UPDATE and DELETE with LIMIT", (db) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = createEngine(db.url);
    await Base.metadata.createAll(engine);
  });
  afterAll(() => engine.dispose());

  /** A session that knows four jobs; nothing is left of what is done in it. */
  async function withJobs(use: (session: Session, jobs: Job[]) => Promise<void>): Promise<void> {
    await using session = sessionmaker({ bind: engine })();
    session.addAll([1, 2, 3, 4].map((id) => new Job({ id, state: id === 4 ? "done" : "new" })));
    await session.flush();
    await use(session, await session.scalars(select(Job).orderBy(Job.id)).all());
    await session.rollback();
  }

  const take = update(Job).values({ state: "taken" }).where(Job.state.eq("new"));
  const byExtension = take.ext(limit(1));
  const byOption = take.withDialectOptions({ mysqlLimit: 1, mariadbLimit: 1 });
  const states = async (session: Session): Promise<string[]> => session.scalars(select(Job.state).orderBy(Job.id)).all();

  if (db.dialect !== "mysql") {
    test("is refused as an extension, and no matter of the session as an option", async () => {
      await withJobs(async (session) => {
        await expect(session.execute(byExtension)).rejects.toThrow("LIMIT of an UPDATE or DELETE");
      });
      await withJobs(async (session, jobs) => {
        await session.execute(byOption);
        expect(jobs.map(({ state }) => state)).toEqual(["taken", "taken", "taken", "done"]);
        expect(await states(session)).toEqual(["taken", "taken", "taken", "done"]);
      });
    });
    return;
  }

  test.each([
    ["the extension", byExtension],
    ["the option", byOption],
  ])("an UPDATE with %s expires what it may have changed", async (_name, statement) => {
    await withJobs(async (session, jobs) => {
      expect((await session.execute(statement)).rowcount).toBe(1);
      // no object says that it is taken without being so
      for (const job of jobs.slice(0, 3)) expect(() => job.state).toThrow(NotLoadedError);
      expect(jobs[3]!.state).toBe("done");
      const known = await Promise.all(jobs.map((job) => job.awaitableAttrs.state));
      expect(known).toEqual(await states(session));
      expect(known.filter((state) => state === "taken")).toHaveLength(1);
    });
  });

  test("a DELETE takes only those out of the session that are gone", async () => {
    for (const statement of [
      delete_(Job).where(Job.state.eq("new")).ext(limit(2)),
      delete_(Job).where(Job.state.eq("new")).withDialectOptions({ mysqlLimit: 2, mariadbLimit: 2 }),
    ]) {
      await withJobs(async (session, jobs) => {
        expect((await session.execute(statement)).rowcount).toBe(2);
        const left = await session.scalars(select(Job.id).orderBy(Job.id)).all();
        expect(left).toHaveLength(2);
        expect(jobs.filter((job) => inspect(job).persistent).map(({ id }) => id)).toEqual(left);
      });
    }
  });

  test("what would have to be guessed is refused", async () => {
    await withJobs(async (session, jobs) => {
      for (const how of ["evaluate", "fetch"] as const) {
        const statement = byExtension.executionOptions({ synchronizeSession: how });
        await expect(session.execute(statement)).rejects.toThrow(`{ synchronizeSession: "${how}" } cannot tell which objects it changes`);
      }
      const remove = delete_(Job).where(Job.state.eq("new")).ext(limit(1)).executionOptions({ synchronizeSession: "evaluate" });
      await expect(session.execute(remove)).rejects.toThrow("cannot tell which objects it changes");
      await session.execute(byExtension.executionOptions({ synchronizeSession: false }));
      expect(jobs.map(({ state }) => state)).toEqual(["new", "new", "new", "done"]);
      expect((await states(session)).filter((state) => state === "taken")).toHaveLength(1);
    });
  });
});
