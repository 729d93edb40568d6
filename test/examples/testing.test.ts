// The recipe for tests with rollback: its files are run, by both runners of tests, and are what the guide shows.
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import { fileURLToPath } from "node:url";
import { createEngine, inspect, text } from "athanor";
import { describe, expect, test } from "vitest";
import { describeEachDatabase, type TestDatabase } from "../support/databases.ts";

const folder = new URL("../../examples/testing/", import.meta.url);
const guide = readFileSync(new URL("../../docs/orm/transactions.md", import.meta.url), "utf8");

test.each(["rolled-back.ts", "library.ts", "vitest.test.ts", "node.test.ts"])("the guide shows examples/testing/%s as it is", (name) => {
  const block = new RegExp(`<!-- file: ${name} -->\\s*\`\`\`typescript\\n(.*?)\`\`\``, "s").exec(guide)?.[1];
  expect(block).toBe(readFileSync(new URL(name, folder), "utf8"));
});

// on embedded SQLite: its tests are tests of this file
describe("by vitest", async () => {
  await import("../../examples/testing/vitest.test.ts");
});

/** Lets a process find the sources under the name by which a user imports them. */
const hook = `import { registerHooks } from "node:module";
registerHooks({
  resolve: (name, context, next) =>
    name === "athanor" ? { url: ${JSON.stringify(new URL("../../src/index.ts", import.meta.url).href)}, shortCircuit: true } : next(name, context),
});`;

const byNode = (db: TestDatabase): void => {
  test("passes, and leaves nothing behind", { timeout: 60_000 }, async () => {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [
        "--no-warnings",
        "--import",
        `data:text/javascript,${encodeURIComponent(hook)}`,
        "--test",
        "--test-reporter=tap",
        fileURLToPath(new URL("node.test.ts", folder)),
      ],
      { env: { ...process.env, DATABASE_URL: db.url } },
    );
    expect(stdout).toContain("# pass 3\n");
    expect(stdout).toContain("# fail 0\n");

    // a database in memory is gone with its process
    if (db.name === "sqlite") return;
    const engine = createEngine(db.url);
    expect(await inspect(engine).getTableNames()).toContain("books");
    expect(Number(await engine.begin((conn) => conn.scalar(text("SELECT count(*) FROM books"))))).toBe(0);
    await engine.dispose();
  });
};

describeEachDatabase("by node:test", byNode, { only: ["sqlite", "postgresql", "mariadb"] });
