import {
  createEngine,
  DatabaseLockedError,
  declarativeBase,
  type Engine,
  IntegrityError,
  mappedColumn,
  select,
  Session,
  StaleDataError,
  t,
  text,
  update,
} from "athanor";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { describeEachDatabase } from "../../support/databases.ts";
import { ChaosProxy } from "../../support/chaos-proxy.ts";

const Base = declarativeBase();

class Doc extends Base<typeof Doc> {
  static table = this.mapTo("docs", { versionIdCol: (cls: { version: unknown }) => cls.version });
  static id = mappedColumn(t.integer(), { primaryKey: true });
  static title = mappedColumn(t.string(100), { unique: true });
  static price = mappedColumn(t.numeric(12, 4), { nullable: true });
  static version = mappedColumn(t.integer(), { init: false });
}

const ROWS = 250;

describeEachDatabase(
  "the UPDATEs of a flush are sent together",
  (db) => {
    let proxy: ChaosProxy;
    let engine: Engine;
    let other: Engine;

    beforeAll(async () => {
      proxy = await ChaosProxy.to(db.url);
      engine = createEngine(proxy.url);
      other = createEngine(db.url);
      await Base.metadata.createAll(other);
    });
    afterAll(async () => {
      await engine.dispose();
      await other.dispose();
      await proxy.close();
    });
    beforeEach(async () => {
      await other.begin(async (conn) => {
        await conn.execute(text("DELETE FROM docs"));
        await conn.execute(text("INSERT INTO docs (id, title, price, version) SELECT seq, CONCAT('t', seq), 0, 1 FROM seq_1_to_250"));
      });
    });
    const titles = async () => {
      await using conn = await other.connect();
      return conn.execute(select(Doc.title).orderBy(Doc.id)).scalars().all();
    };
    const untouched = Array.from({ length: ROWS }, (_, i) => `t${i + 1}`);

    test("in a few round trips, with versions counted up", async () => {
      await using session = new Session(engine);
      const docs = await session.scalars(select(Doc).orderBy(Doc.id)).all();
      for (const doc of docs) {
        doc.title = `new ${doc.id}`;
        doc.price = doc.id % 3 === 0 ? null : `${doc.id}.${"5".repeat(doc.id % 5)}`.replace(/\.$/, "");
      }
      proxy.roundTrips = 0;
      await session.commit();
      expect(proxy.roundTrips).toBeLessThan(30);
      session.expungeAll();
      const again = await session.scalars(select(Doc).orderBy(Doc.id)).all();
      expect(again.map(({ title, version }) => [title, version])).toEqual(docs.map(({ id }) => [`new ${id}`, 2]));
      expect(again.slice(0, 5).map(({ price }) => price)).toEqual(["1.5000", "2.5500", null, "4.5555", "5.0000"]);
    });

    test("one round trip each where the URL says so", async () => {
      const plain = createEngine(`${String(engine.url.renderAsString({ hidePassword: false }))}?pipelining=false`);
      try {
        await using session = new Session(plain);
        const docs = await session.scalars(select(Doc).where(Doc.id.le(40)).orderBy(Doc.id)).all();
        for (const doc of docs) doc.title = `new ${doc.id}`;
        proxy.roundTrips = 0;
        await session.commit();
        expect(proxy.roundTrips).toBeGreaterThanOrEqual(40);
        expect((await titles())[39]).toBe("new 40");
      } finally {
        await plain.dispose();
      }
    });

    test("one row that has another version by now is an error, and nothing is written", async () => {
      await using session = new Session(engine);
      const docs = await session.scalars(select(Doc).orderBy(Doc.id)).all();
      await other.begin((conn) => conn.execute(update(Doc).where(Doc.id.eq(77)).values({ version: 9 })));
      for (const doc of docs) doc.title = `new ${doc.id}`;
      const error = await session.flush().catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(StaleDataError);
      expect((error as StaleDataError).message).toContain(`expected to update ${ROWS} row(s); ${ROWS - 1} were matched`);
      await expect(session.flush()).rejects.toThrow(/rolled back due to a previous exception/);
      await session.rollback();
      expect(await titles()).toEqual(untouched);
      // what the objects have is what the rows have
      await session.refresh(docs[0]!);
      expect([docs[0]!.title, docs[0]!.version]).toEqual(["t1", 1]);
      docs[0]!.title = "once more";
      await session.commit();
      expect((await titles())[0]).toBe("once more");
    });

    test("the first one that fails is the error, in a savepoint too", async () => {
      await using session = new Session(engine);
      const docs = await session.scalars(select(Doc).orderBy(Doc.id)).all();
      docs[0]!.title = "before";
      await session.flush();
      const savepoint = await session.beginNested();
      for (const doc of docs.slice(1)) doc.title = doc.id === 50 || doc.id === 60 ? "before" : `new ${doc.id}`;
      const error = await session.flush().catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(IntegrityError);
      expect((error as IntegrityError).message).toContain("before");
      await savepoint.rollback();
      await session.commit();
      expect(await titles()).toEqual(["before", ...untouched.slice(1)]);
    });

    test("what was sent behind one that waits for a lock in vain does not wait as long", { timeout: 30_000 }, async () => {
      await using session = new Session(engine);
      await session.execute(text("SET innodb_lock_wait_timeout = 2"));
      const docs = await session.scalars(select(Doc).orderBy(Doc.id).limit(20)).all();
      await using blocker = await other.connect();
      await blocker.execute(update(Doc).where(Doc.id.between(5, 15)).values({ price: "1" }));
      for (const doc of docs) doc.title = `new ${doc.id}`;
      const start = performance.now();
      await expect(session.flush()).rejects.toThrow(DatabaseLockedError);
      // eleven rows are locked, for two seconds each
      expect(performance.now() - start).toBeLessThan(8000);
      await session.rollback();
      await blocker.rollback();
      expect(await titles()).toEqual(untouched);
      for (const doc of docs) await session.refresh(doc);
      for (const doc of docs) doc.title = `new ${doc.id}`;
      await session.commit();
      expect((await titles()).slice(18, 22)).toEqual(["new 19", "new 20", "t21", "t22"]);
    });

    test("without a transaction one by one: what comes behind an error is not written", async () => {
      await using session = new Session(engine.executionOptions({ isolationLevel: "AUTOCOMMIT" }));
      const docs = await session.scalars(select(Doc).orderBy(Doc.id).limit(5)).all();
      for (const doc of docs) doc.title = doc.id === 3 ? "t100" : `new ${doc.id}`;
      await expect(session.flush()).rejects.toThrow(IntegrityError);
      expect((await titles()).slice(0, 5)).toEqual(["new 1", "new 2", "t3", "t4", "t5"]);
    });

    test("many sets of values that a program gives stop at the first error", async () => {
      await using conn = await engine.connect();
      const rename = update(Doc)
        .where(text("id = :n"))
        .values({ title: text(":name") as never });
      const sets = [1, 2, 3, 4].map((n) => ({ n, name: n === 2 ? "t100" : `new ${n}` }));
      await expect(conn.execute(rename, sets as never)).rejects.toThrow(IntegrityError);
      await conn.commit();
      expect((await titles()).slice(0, 4)).toEqual(["new 1", "t2", "t3", "t4"]);
    });
  },
  { only: ["mariadb", "mariadb-connector"] },
);
