// Runs the shared conformance cases and holds the counts to what is committed in etc/conformance.json: they may only rise.
//
//   npm run conformance                    compare
//   npm run conformance -- --update        raise the committed counts (never lowers them)
//   npm run conformance -- --verbose       print every failure
//   ATHANOR_TEST_POSTGRESQL=…              the server of the second ORM run
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { probeServers } from "../test/support/probe.ts";
import { scratchOn } from "../test/support/scratch.ts";
import { buildPackageInto, fail, readJson, root, temporaryFolder } from "./lib.mjs";

const shared = join(root, "../shared/conformance");
const committed = join(root, "etc/conformance.json");
const update = process.argv.includes("--update");
const verbose = process.argv.includes("--verbose");

if (!existsSync(shared)) {
  console.log("conformance: skipped, there are no cases at ../shared/conformance");
  process.exit(0);
}

const folder = temporaryFolder("conformance");
buildPackageInto(join(folder, "athanor"));
mkdirSync(join(folder, "node_modules"));
symlinkSync("../athanor", join(folder, "node_modules/athanor"), "junction");
writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module" }));
for (const suite of ["core", "orm"]) cpSync(join(shared, suite), join(folder, suite), { recursive: true });
// It would be in the way of the one above.
rmSync(join(folder, "core/package.json"), { force: true });

/** Runs the suite's run.ts. Failing cases are no failure here; not getting to an end is. */
function runSuite(suite, env) {
  const result = spawnSync(process.execPath, ["--no-warnings", "run.ts"], {
    cwd: join(folder, suite),
    encoding: "utf8",
    maxBuffer: 256 * 1024 * 1024,
    timeout: 10 * 60_000,
    env: { ...process.env, CASES: "visible", ...env },
  });
  if (result.status !== 0 && result.status !== 1) {
    fail(`conformance: ${suite} did not come to an end (${result.signal ?? result.status})\n${result.stdout}${result.stderr}`);
  }
  return result;
}

function core() {
  const json = join(folder, "core.json");
  const { stdout, stderr } = runSuite("core", { JSON: json, SHOW: verbose ? "all" : "none" });
  if (!existsSync(json)) fail(`conformance: core printed no outcomes\n${stdout}${stderr}`);
  if (verbose) console.log(stdout);
  const areas = {};
  const cases = Map.groupBy(readJson(json), (outcome) => outcome.id);
  for (const outcomes of cases.values()) {
    const count = (areas[outcomes[0].area] ??= { passed: 0, total: 0 });
    count.total += 1;
    if (outcomes.every((outcome) => outcome.ok)) count.passed += 1;
  }
  return areas;
}

function orm(url) {
  const { stdout, stderr } = runSuite("orm", { URL: url, QUIET: verbose ? "" : "1" });
  if (verbose) console.log(stdout);
  const areas = {};
  for (const [, area, passed, total] of stdout.matchAll(/^([\w-]+) +(\d+)\/(\d+)$/gm)) {
    if (area !== "visible") areas[area] = { passed: Number(passed), total: Number(total) };
  }
  if (Object.keys(areas).length === 0) fail(`conformance: orm printed no counts\n${stdout}${stderr}`);
  return areas;
}

const results = { core: core(), "orm sqlite": orm("sqlite://") };
const found = await probeServers();
for (const server of ["postgresql", "mariadb"]) {
  if (found[server] !== null) {
    console.log(`conformance: orm ${server} is skipped, the server is not reachable: ${found[server]}`);
    continue;
  }
  const scratch = await scratchOn[server]();
  try {
    results[`orm ${server}`] = orm(scratch.url);
  } finally {
    await scratch.drop();
  }
}

const before = existsSync(committed) ? readJson(committed) : {};
const after = structuredClone(before);
const lower = [];
const higher = [];
let passedInAll = 0;
let failedInAll = 0;
for (const [suite, areas] of Object.entries(results)) {
  for (const [area, { passed, total }] of Object.entries(areas)) {
    const least = before[suite]?.[area] ?? 0;
    if (passed < least) lower.push(`${suite} / ${area}: ${passed} of ${total}, and ${least} before`);
    if (passed > least) higher.push(`${suite} / ${area}`);
    (after[suite] ??= {})[area] = Math.max(passed, least);
    passedInAll += passed;
    failedInAll += total - passed;
  }
  const sum = (key) => Object.values(areas).reduce((all, count) => all + count[key], 0);
  console.log(`${suite}: ${sum("passed")}/${sum("total")}`);
  for (const [area, { passed, total }] of Object.entries(areas)) console.log(`  ${area.padEnd(15)} ${passed}/${total}`);
}
// An area that is committed and was not found has lost all its cases.
for (const [suite, areas] of Object.entries(before)) {
  if (!(suite in results)) continue;
  for (const area of Object.keys(areas)) if (!(area in results[suite])) lower.push(`${suite} / ${area}: not run`);
}

if (update) {
  const text = `${JSON.stringify(after, null, 2)}\n`;
  if (!existsSync(committed) || readFileSync(committed, "utf8") !== text) writeFileSync(committed, text);
} else if (higher.length > 0) {
  console.log(`conformance: better than committed in ${higher.join(", ")}: npm run conformance -- --update`);
}
console.log(`conformance: ${passedInAll} passed, ${failedInAll} failed`);
if (lower.length > 0) fail(`conformance: worse than committed (etc/conformance.json)\n  ${lower.join("\n  ")}`);
