// Uses the package in the JavaScript runtimes beside Node.js, which are installed for it: the films example on every database, and
// the suite for dialects, of which each runtime has to give what Node.js gives.
//
//   npm run runtimes:check
//   npm run runtimes:check -- --quick   the suite on SQLite in memory alone
//
// Servers that do not answer are skipped, unless ATHANOR_TEST_REQUIRE names them.
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assertRequired, probeServers } from "../test/support/probe.ts";
import { scratchOn } from "../test/support/scratch.ts";
import { buildPackageInto, fail, readJson, root, run } from "./lib.mjs";

const RUNTIMES = { bun: "1.4.5", deno: "2.9.6" };
const isQuick = process.argv.includes("--quick");
const DRIVERS = ["@electric-sql/pglite", "better-sqlite3", "libsql", "mariadb", "mysql2", "pg", "postgres"];

// Outside of the repository: inside, its node_modules would lend what the package lacks.
const folder = mkdtempSync(join(tmpdir(), "athanor-runtimes-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
const npm = (args, cwd) => run("npm", ["--no-audit", "--no-fund", "--loglevel=error", ...args], { cwd });

mkdirSync(join(folder, "package"));
buildPackageInto(join(folder, "package"));
const [archive] = JSON.parse(npm(["pack", "--json", "--ignore-scripts", "--pack-destination", folder], join(folder, "package")));
const manifest = { private: true, type: "module", allowScripts: { bun: true, deno: true, "better-sqlite3": false } };
writeFileSync(join(folder, "package.json"), JSON.stringify(manifest));
const { devDependencies } = readJson(join(root, "package.json"));
const wanted = [...DRIVERS.map((name) => `${name}@${devDependencies[name]}`), ...Object.entries(RUNTIMES).map((one) => one.join("@"))];
npm(["install", join(folder, archive.filename), ...wanted], folder);
cpSync(join(root, "examples/films"), folder, { recursive: true });
cpSync(join(root, "etc/runtimes-suite.mjs"), join(folder, "suite.mjs"));

const bin = (name) => join(folder, "node_modules/.bin", name);
const commands = {
  node: [process.execPath, "--no-warnings"],
  bun: [bin("bun"), "run"],
  deno: [bin("deno"), "run", "--allow-all", "--no-check"],
};

/** Runs a program on a database and gives what it printed; what goes to its error stream is shown when it fails. */
function printed(runtime, program, url) {
  const [command, ...args] = commands[runtime];
  const env = { ...process.env, DATABASE_URL: url, NO_COLOR: "1" };
  const { status, stdout, stderr } = spawnSync(command, [...args, program], { cwd: folder, encoding: "utf8", env, timeout: 120_000 });
  if (status !== 0) fail(`${runtime} failed in ${program} on ${url} (${status})\n${stdout}${stderr}`);
  return stdout;
}

const embedded = (url) => ({ url, create: async () => ({ url, drop: async () => {} }) });
const onServer = (server, drivername) => ({ url: `${drivername}://`, server, create: () => scratchOn[server](drivername) });
const databases = [
  embedded("sqlite://"),
  {
    url: "sqlite:///file",
    create: async () => ({ url: `sqlite:///${join(folder, "films.db")}`, drop: async () => rmSync(join(folder, "films.db")) }),
  },
  embedded("sqlite+better-sqlite3://"),
  embedded("sqlite+libsql://"),
  embedded("postgresql+pglite://"),
  onServer("postgresql", "postgresql"),
  onServer("postgresql", "postgresql+postgresjs"),
  onServer("mariadb", "mariadb"),
  onServer("mariadb", "mariadb+mariadb"),
];

const readme = readFileSync(join(root, "README.md"), "utf8");
const expected = /<!-- output: main.ts -->\s*```\w*\n(.*?)```/s.exec(readme)?.[1] ?? fail('README.md has no block "output: main.ts"');
const missing = await probeServers();
assertRequired(missing);

/** What a program prints on a database of its own. */
async function on(database, runtime, program) {
  const scratch = await database.create();
  try {
    return printed(runtime, program, scratch.url);
  } finally {
    await scratch.drop();
  }
}

for (const database of databases) {
  if (database.server !== undefined && missing[database.server] !== null) {
    console.log(`skipped: ${database.url}, ${database.server} is not reachable: ${missing[database.server]}`);
    continue;
  }
  const withSuite = !isQuick || database === databases[0];
  const suite = withSuite ? await on(database, "node", "suite.mjs") : null;
  for (const runtime of Object.keys(RUNTIMES)) {
    const films = (await on(database, runtime, "main.ts")).trimStart();
    if (films !== expected) fail(`${runtime} printed on ${database.url}\n${films}\nwhere README.md says\n${expected}`);
    if (suite === null) continue;
    const outcomes = await on(database, runtime, "suite.mjs");
    if (outcomes !== suite) fail(`the suite on ${database.url} gave by ${runtime}\n${outcomes}\nand by Node.js\n${suite}`);
  }
  const counts = suite === null ? "" : `, and ${JSON.parse(suite).passed.length} tests of the suite`;
  console.log(`ok: ${database.url} by ${Object.keys(RUNTIMES).join(" and ")}: the films${counts}`);
}
console.log(
  `runtimes: passed with ${Object.entries(RUNTIMES)
    .map(([name, version]) => `${name} ${version}`)
    .join(" and ")}`,
);
