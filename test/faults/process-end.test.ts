// Programs that are told to end, as processes of their own.
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { beforeAll, expect, test } from "vitest";
import { createEngine, text } from "athanor";
import { describeEachDatabase } from "../support/databases.ts";

const program = fileURLToPath(new URL("programs/drain.ts", import.meta.url));

interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly said: string;
}

/** Runs the program, tells it to end when it says that it is ready, and waits until it has. */
function run(...args: string[]): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ["--no-warnings", "--experimental-strip-types", program, ...args], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    let said = "";
    const hear = (chunk: Buffer): void => {
      const before = said;
      said += String(chunk);
      if (!before.includes("ready") && said.includes("ready")) child.kill("SIGTERM");
    };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    const tooLong = setTimeout(() => child.kill("SIGKILL"), 12_000);
    child.on("error", reject);
    child.on("close", (code, signal) => {
      clearTimeout(tooLong);
      resolve({ code, signal, said });
    });
  });
}

describeEachDatabase(
  "a program that is told to end",
  (db) => {
    const count = async (): Promise<number> => {
      const engine = createEngine(db.url);
      const n = await engine.begin((conn) => conn.scalar(text("SELECT count(*) FROM work")));
      await engine.dispose();
      return Number(n);
    };
    beforeAll(async () => {
      const engine = createEngine(db.url);
      await engine.begin((conn) => conn.execute(text("CREATE TABLE work (n INTEGER)")));
      await engine.dispose();
    });

    test(
      "POOL-22 what is under way comes to its end, or is closed by force; and the process ends by itself",
      { timeout: 30_000 },
      async () => {
        const sleeping = db.dialect === "mysql" ? "SELECT sleep(60)" : "SELECT pg_sleep(60)";
        const [inTime, forced] = await Promise.all([run(db.url, "10"), db.dialect === "sqlite" ? null : run(db.url, "0.2", sleeping)]);
        const lines = ({ said }: Ended): string[] => said.trim().split("\n").toSorted();
        expect({ ...inTime, said: lines(inTime) }).toEqual({ code: 0, signal: null, said: ["committed", "drained true", "ready"] });
        if (forced !== null)
          expect({ ...forced, said: lines(forced) }).toEqual({
            code: 0,
            signal: null,
            said: ["DisconnectError", "drained false", "ready"],
          });
        expect(await count()).toBe(1);
      },
    );
  },
  { only: ["sqlite-file", "postgresql", "mariadb-connector"] },
);
