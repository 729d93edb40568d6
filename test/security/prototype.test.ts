// SEC-17: what somebody else has added to Object.prototype is no option, no value, no name and no parameter: the SQL and the results are the same.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { fileURLToPath } from "node:url";
import { beforeAll, expect, test } from "vitest";

const program = fileURLToPath(new URL("polluted-program.ts", import.meta.url));

async function told(...args: readonly string[]): Promise<string[]> {
  const { stdout } = await promisify(execFile)(process.execPath, ["--no-warnings", program, ...args], { maxBuffer: 1e7 });
  return JSON.parse(stdout) as string[];
}

let clean: string[];
beforeAll(async () => {
  clean = await told();
}, 30_000);

test("SEC-17: the program says something", () => {
  expect(clean.length).toBeGreaterThan(90);
  expect(clean.join("\n")).not.toContain("HOSTILE");
});

test("SEC-17: with names on Object.prototype that cannot be listed", { timeout: 30_000 }, async () => {
  expect(await told("polluted")).toEqual(clean);
});

test("SEC-17: with names on Object.prototype that for…in finds", { timeout: 30_000 }, async () => {
  expect(await told("polluted", "enumerable")).toEqual(clean);
});
