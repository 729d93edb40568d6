import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  createEngine,
  DatabaseLockedError,
  type Engine,
  type EngineOptions,
  OperationalError,
  ReadOnlyError,
  SerializationError,
  text,
} from "athanor";
import { sleep } from "../support/faulty-driver.ts";

for (const driver of ["sqlite", "sqlite+better-sqlite3"]) {
  describe(`locks of ${driver}`, () => {
    let folder: string;
    let file: string;
    const engines: Engine[] = [];
    const open = (options: EngineOptions = {}): Engine => {
      const engine = createEngine(`${driver}:///${file}`, options);
      engines.push(engine);
      return engine;
    };
    beforeEach(async () => {
      folder = mkdtempSync(join(tmpdir(), "athanor_test_"));
      file = join(folder, "locks.db");
      await open().begin(async (conn) => {
        await conn.execute(text("CREATE TABLE counter (id INTEGER PRIMARY KEY, n INTEGER)"));
        await conn.execute(text("INSERT INTO counter VALUES (1, 0)"));
      });
    });
    afterEach(async () => {
      for (const engine of engines.splice(0)) await engine.dispose();
      rmSync(folder, { recursive: true, force: true });
    });

    for (const mode of ["DELETE", "WAL"]) {
      test(`TX-17 50 transactions at once read, wait and write (${mode}): none is lost, none fails, and the process is not held up`, async () => {
        const engine = open({ poolSize: 50 });
        await using setup = await engine.connect();
        await setup.execDriverSql(`PRAGMA journal_mode=${mode}`);
        await setup.close();
        let lag = 0;
        let last = performance.now();
        const clock = setInterval(() => {
          lag = Math.max(lag, performance.now() - last - 5);
          last = performance.now();
        }, 5);
        await Promise.all(
          Array.from({ length: 50 }, () =>
            engine.begin(async (conn) => {
              const n = (await conn.scalar(text("SELECT n FROM counter"))) as number;
              await sleep(1);
              await conn.execute(text("UPDATE counter SET n = :n"), { n: n + 1 });
            }),
          ),
        );
        clearInterval(clock);
        await using conn = await engine.connect();
        expect(await conn.scalar(text("SELECT n FROM counter"))).toBe(50);
        expect(lag).toBeLessThan(100);
      });
    }

    test("readers do not wait for each other, nor, with WAL, for a writer", async () => {
      const engine = open({ poolSize: 5 });
      const writer = await engine.connect();
      await writer.execDriverSql("PRAGMA journal_mode=WAL");
      await writer.execute(text("UPDATE counter SET n = 5"));
      await using one = await engine.connect();
      await using two = await engine.connect();
      expect(await one.scalar(text("SELECT n FROM counter"))).toBe(0);
      expect(await two.scalar(text("SELECT n FROM counter"))).toBe(0);
      await writer.commit();
      expect(await one.scalar(text("SELECT n FROM counter"))).toBe(0);
      await one.rollback();
      expect(await one.scalar(text("SELECT n FROM counter"))).toBe(5);
      await writer.close();
    });

    test("one that began by reading cannot write over what others wrote since", async () => {
      const engine = open({ poolSize: 5 });
      await using one = await engine.connect();
      await one.execDriverSql("PRAGMA journal_mode=WAL");
      await one.scalar(text("SELECT n FROM counter"));
      await engine.begin((conn) => conn.execute(text("UPDATE counter SET n = 7")));
      const start = performance.now();
      await expect(one.execute(text("UPDATE counter SET n = n + 1"))).rejects.toThrow(SerializationError);
      expect(performance.now() - start).toBeLessThan(500);
      await one.rollback();
      await one.execute(text("UPDATE counter SET n = n + 1"));
      await one.commit();
      expect(await one.scalar(text("SELECT n FROM counter"))).toBe(8);
    });

    test("without WAL, a reader that wants to write gives way to a writer that wants to commit", async () => {
      const engine = open({ poolSize: 5 });
      await using reader = await engine.connect();
      await reader.scalar(text("SELECT n FROM counter"));
      const writing = engine.begin(async (conn) => {
        await conn.execute(text("UPDATE counter SET n = 7"));
      });
      await sleep(20);
      await expect(reader.execute(text("UPDATE counter SET n = n + 1"))).rejects.toThrow(SerializationError);
      await reader.rollback();
      await writing;
      expect(await reader.scalar(text("SELECT n FROM counter"))).toBe(7);
    });

    test('sqliteBegin: "immediate" has all transactions wait for their turn', async () => {
      const engine = open({ poolSize: 5, sqliteBegin: "immediate" });
      await Promise.all(
        Array.from({ length: 5 }, async () => {
          await using conn = await engine.connect();
          const n = (await conn.scalar(text("SELECT n FROM counter"))) as number;
          await sleep(1);
          await conn.execute(text("UPDATE counter SET n = :n"), { n: n + 1 });
          await conn.commit();
        }),
      );
      await using conn = await engine.connect();
      expect(await conn.scalar(text("SELECT n FROM counter"))).toBe(5);
    });

    test("TX-19 another process has the lock: waited for in time, refused after it", async () => {
      const script = join(folder, "hold.mjs");
      writeFileSync(
        script,
        `import { DatabaseSync } from "node:sqlite";
         const db = new DatabaseSync(${JSON.stringify(file)});
         db.exec("BEGIN IMMEDIATE");
         console.log("held");
         setTimeout(() => { db.exec("COMMIT"); db.close(); }, 400);`,
      );
      const child = spawn(process.execPath, ["--no-warnings", script], { stdio: ["ignore", "pipe", "inherit"] });
      const exited = new Promise((resolve) => child.on("exit", resolve));
      await new Promise((resolve) => child.stdout.once("data", resolve));
      const hasty = open({ connectArgs: { timeout: 0.1 } });
      const start = performance.now();
      await using conn = await hasty.connect();
      const error = await conn.execute(text("UPDATE counter SET n = 1")).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(DatabaseLockedError);
      expect(performance.now() - start).toBeGreaterThan(90);
      expect(performance.now() - start).toBeLessThan(300);
      await conn.rollback();
      expect(await conn.scalar(text("SELECT n FROM counter"))).toBe(0);
      await conn.rollback();
      await open().begin((patient) => patient.execute(text("UPDATE counter SET n = 2")));
      expect(await conn.scalar(text("SELECT n FROM counter"))).toBe(2);
      await exited;
    });

    test("PRAGMA works on a connection that has not begun yet", async () => {
      await using conn = await open().connect();
      await conn.execDriverSql("PRAGMA foreign_keys=OFF");
      expect(await conn.execDriverSql("PRAGMA foreign_keys").scalar()).toBe(0);
      await conn.execDriverSql("VACUUM");
      await conn.execDriverSql("PRAGMA foreign_keys=ON");
    });

    test("TX-20 a file that is read only can be read, and not written", async () => {
      const engine = createEngine(`${driver}:///${file}?mode=ro`);
      engines.push(engine);
      expect(await engine.begin((conn) => conn.scalar(text("SELECT n FROM counter")))).toBe(0);
      await expect(engine.begin((conn) => conn.execute(text("UPDATE counter SET n = 1")))).rejects.toThrow(ReadOnlyError);
    });

    test("TX-20 a file or folder that is not there", async () => {
      await expect(createEngine(`${driver}:///${folder}/none/x.db`).connect()).rejects.toThrow(OperationalError);
      await expect(createEngine(`${driver}:///${folder}/x.db?mode=rw`).connect()).rejects.toThrow(/x\.db/);
    });

    test("foreign keys are enforced, integers stay integers, and REGEXP works", async () => {
      await using conn = await createEngine(`${driver}://`).connect();
      expect(await conn.execDriverSql("PRAGMA foreign_keys").scalar()).toBe(1);
      expect(await conn.execDriverSql("SELECT ? / ?, typeof(?), typeof(?), ?", [7, 2, 1, 1.5, true]).one()).toEqual([
        3,
        "integer",
        "real",
        1,
      ]);
      expect(await conn.execDriverSql("SELECT 'abc' REGEXP '^a', 'abc' REGEXP '^b', NULL REGEXP 'a'").one()).toEqual([1, 0, null]);
      expect(await conn.execDriverSql("SELECT 9007199254740993, 5").one()).toEqual([9007199254740993n, 5]);
      await expect(conn.execDriverSql("SELECT ?", [Number.NaN])).rejects.toThrow(/NaN/);
      await expect(conn.execDriverSql("SELECT ?, ?", [1])).rejects.toThrow(/2 placeholders, but 1 values/);
      const blob = await conn.execDriverSql("SELECT x'0102'").scalar();
      expect(blob).toEqual(new Uint8Array([1, 2]));
      expect(Buffer.isBuffer(blob)).toBe(false);
    });
  });
}
