// Files of SQLite that are full, damaged or gone.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { CommitRolledBackError, createEngine, DBAPIError, type Engine, listen, OperationalError, text } from "athanor";

const failure = (promise: PromiseLike<unknown>): Promise<unknown> =>
  Promise.resolve(promise).then(
    () => null,
    (error: unknown) => error,
  );

describe.each(["sqlite", "sqlite+better-sqlite3", "sqlite+libsql"])("TX-20 %s", (drivername) => {
  let folder: string;
  let file: string;
  let engine: Engine;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "athanor_test_"));
    file = join(folder, "test.db");
    engine = createEngine(`${drivername}:///${file}`, { logger: () => undefined });
  });
  afterEach(async () => {
    await engine.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  test("a disk that is full: the statement fails, nothing of the transaction is saved, and there is room again after it", async () => {
    listen(engine, "connect", (dbapiConnection) => dbapiConnection.exec("PRAGMA max_page_count = 20"));
    await engine.begin((conn) => conn.execute(text("CREATE TABLE large (x TEXT)")));
    const fill = engine.begin(async (conn) => {
      for (let i = 0; i < 100; i++) await conn.execute(text("INSERT INTO large VALUES (:x)"), { x: "x".repeat(4000) });
    });
    expect(await failure(fill)).toBeInstanceOf(OperationalError);
    await using conn = await engine.connect();
    expect(await conn.scalar(text("SELECT count(*) FROM large"))).toBe(0);
    await conn.execute(text("INSERT INTO large VALUES ('small')"));
    await conn.commit();
    // a program that goes on after the error must not take the rest for the whole
    await conn.execute(text("INSERT INTO large VALUES ('first')"));
    expect(await failure(conn.execute(text("INSERT INTO large VALUES (:x)"), { x: "x".repeat(200_000) }))).toBeInstanceOf(OperationalError);
    const committed = await failure(conn.commit());
    const saved = await conn.scalars(text("SELECT x FROM large ORDER BY rowid")).all();
    // SQLite rolls back the statement, or all of it; the commit says which
    if (committed === null) expect(saved).toEqual(["small", "first"]);
    else {
      expect(committed).toBeInstanceOf(CommitRolledBackError);
      expect(saved).toEqual(["small"]);
    }
  });

  test("a file that is no database: there is an error that says so, and the pool keeps its place", async () => {
    writeFileSync(file, "this is no database at all, ".repeat(100));
    for (let i = 0; i < 3; i++) {
      const error = await failure(engine.begin((conn) => conn.execute(text("SELECT * FROM sqlite_master")).all()));
      expect(error).toBeInstanceOf(DBAPIError);
      expect((error as Error).message).toMatch(/not a database|could not open/);
    }
    expect(engine.pool.checkedout()).toBe(0);
  });

  test("a file that is taken away: what is open goes on, and a new engine begins anew", async () => {
    await engine.begin((conn) => conn.execute(text("CREATE TABLE small (n INTEGER)")));
    rmSync(file);
    expect(await engine.begin((conn) => conn.scalar(text("SELECT count(*) FROM small")))).toBe(0);
    await engine.dispose();
    expect(await failure(engine.begin((conn) => conn.execute(text("SELECT * FROM small")).all()))).toBeInstanceOf(DBAPIError);
    expect(engine.pool.checkedout()).toBe(0);
  });
});
