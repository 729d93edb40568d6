// Uses the package as a user would: packs it, installs the archive into an empty folder, and runs the README's program there,
// as TypeScript, as JavaScript, and compiled for the oldest Node.js; both compilers check it, declarations included.
// The databases are SQLite and, when its server is there, PostgreSQL.
//
//   node etc/pack-smoke.mjs               after npm run build
//   node etc/pack-smoke.mjs --oldest-node also on the oldest Node.js we support, which it downloads
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { probeServers } from "../test/support/probe.ts";
import { scratchOn } from "../test/support/scratch.ts";
import { compilers, fail, node, readJson, root, run } from "./lib.mjs";

const OLDEST_NODE = "22.13.0";
const npm = (args, options) => run("npm", ["--no-audit", "--no-fund", "--loglevel=error", ...args], options);

// Outside the repository: inside, its node_modules would lend what the package lacks.
const folder = mkdtempSync(join(tmpdir(), "athanor-smoke-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

const readme = readFileSync(join(root, "README.md"), "utf8");
const block = (marker) =>
  new RegExp(`<!-- ${marker} -->\\s*\`\`\`\\w*\\n(.*?)\`\`\``, "s").exec(readme)?.[1] ?? fail(`README.md has no block "${marker}"`);
const sources = ["models.ts", "films.ts", "main.ts"].map((name) => [name, block(`file: ${name}`)]);
const expected = block("output: main.ts");

/** Runs the program; what it prints is compared from its first line on, the log of its last step goes to the error stream. */
function expectProgram(what, command, program, databaseUrl) {
  const environment = { ...process.env, ...(databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl }) };
  const actual = run(command, ["--no-warnings", program], { cwd: folder, env: environment }).trimStart();
  if (actual !== expected) fail(`${what} printed\n${actual}\nwhere README.md says\n${expected}`);
  console.log(`ok: ${what}`);
}

const [archive] = JSON.parse(npm(["pack", "--json", "--ignore-scripts", "--pack-destination", folder]));
console.log(
  `${archive.filename}: ${archive.files.length} files, ${Math.round(archive.size / 1024)} kB, unpacked ${Math.round(archive.unpackedSize / 1024)} kB`,
);
for (const { path } of archive.files) {
  if (!/^(dist\/.*\.(js|js\.map|d\.ts)|package\.json|README\.md|LICENSE|CHANGELOG\.md|docs\/.*\.md)$/.test(path))
    fail(`${path} has no place in the archive`);
}

writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "smoke", private: true, type: "module" }));
npm(["install", join(folder, archive.filename)], { cwd: folder });
const installed = Object.keys(readJson(join(folder, "package-lock.json")).packages).filter(Boolean);
if (installed.join() !== "node_modules/athanor") fail(`athanor has dependencies: ${installed.join(", ")}`);

// With no driver at all every subpath can be imported.
const subpaths = Object.keys(readJson(join(root, "package.json")).exports).filter((name) => !name.endsWith(".json"));
for (const name of subpaths) node(["-e", `import(${JSON.stringify(`athanor${name.slice(1)}`)})`], { cwd: folder });
console.log(`ok: ${subpaths.length} subpaths import without a driver`);

const file = (name, text) => writeFileSync(join(folder, name), text);
// A missing driver is named, together with the command that installs it.
const wanted = {
  "postgresql://localhost/x": "pg",
  "postgresql+pglite://": "@electric-sql/pglite",
  "sqlite+better-sqlite3://": "better-sqlite3",
  "mysql://localhost/x": "mysql2",
};
for (const [url, name] of Object.entries(wanted)) {
  const script = `const { createEngine } = await import("athanor");
    await createEngine(${JSON.stringify(url)}).connect().then(() => console.log("connected"), (error) => console.log(error.message));`;
  const said = node(["--input-type=module", "-e", script], { cwd: folder });
  if (!said.includes(`npm install ${name}`)) fail(`without ${name}, connecting to ${url} says\n${said}`);
  console.log(`ok: without ${name}: ${said.trim().split("\n")[0]}`);
}

mkdirSync(join(folder, "js"));
for (const [name, text] of sources) {
  file(name, text);
  file(`js/${name.replace(/\.ts$/, ".js")}`, stripTypeScriptTypes(text).replaceAll('.ts";', '.js";'));
}
expectProgram("the README's program, TypeScript, on SQLite", process.execPath, "main.ts");
expectProgram("the same, JavaScript", process.execPath, "js/main.js");

const compilerOptions = {
  // No skipLibCheck: the declarations may lean on nothing that was not installed.
  skipLibCheck: false,
  target: "es2022",
  lib: ["es2023", "dom"],
  module: "nodenext",
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  rewriteRelativeImportExtensions: true,
};
const project = (name, options, files) => file(name, JSON.stringify({ compilerOptions: { ...compilerOptions, ...options }, files }));
project("tsconfig.types.json", { types: [], noEmit: true }, ["films.ts"]);
// only main.ts needs the types of Node.js, for process.env
project("tsconfig.json", { types: ["node"], outDir: "compiled" }, ["main.ts"]);
for (const [version, compiler] of Object.entries(compilers)) {
  node([compiler, "-p", join(folder, "tsconfig.types.json")]);
  console.log(`ok: models.ts and films.ts check with TypeScript ${version} and nothing else installed`);
}
npm(["install", "@types/node@24"], { cwd: folder });
for (const [version, compiler] of Object.entries(compilers)) {
  node([compiler, "-p", folder]);
  console.log(`ok: the program checks with TypeScript ${version}`);
}
expectProgram("the program compiled for ES2022", process.execPath, "compiled/main.js");

npm(["install", "pg"], { cwd: folder });
const { postgresql: missing } = await probeServers();
const scratch = missing === null ? await scratchOn.postgresql() : null;
try {
  if (scratch === null) console.log(`skipped: the program on PostgreSQL, the server is not reachable: ${missing}`);
  else expectProgram("the program on PostgreSQL", process.execPath, "main.ts", scratch.url);
  if (process.argv.includes("--oldest-node")) oldestNode(scratch?.url);
} finally {
  await scratch?.drop();
}

/** On the oldest Node.js, whose own SQLite cannot do what is needed, and says so. */
function oldestNode(serverUrl) {
  const home = join(folder, "oldest");
  mkdirSync(home);
  writeFileSync(join(home, "package.json"), JSON.stringify({ private: true, allowScripts: { node: true } }));
  npm(["install", `node@${OLDEST_NODE}`], { cwd: home });
  const oldest = join(home, "node_modules/.bin/node");
  const refused = spawnSync(oldest, ["--no-warnings", "compiled/main.js"], { cwd: folder, encoding: "utf8" });
  if (refused.status === 0 || !refused.stderr.includes("use Node 22.16 or later, or better-sqlite3")) {
    fail(`Node.js ${OLDEST_NODE} was expected to be told what its SQLite lacks; it printed\n${refused.stdout}${refused.stderr}`);
  }
  console.log(`ok: Node.js ${OLDEST_NODE} is told what its SQLite lacks`);
  if (serverUrl !== undefined)
    expectProgram(`the program compiled, on Node.js ${OLDEST_NODE} and PostgreSQL`, oldest, "compiled/main.js", serverUrl);
}
console.log("pack-smoke: passed");
