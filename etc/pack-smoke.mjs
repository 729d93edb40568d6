// Uses the package as a user would: packs it, installs the archive into an empty folder, and runs the README's program there,
// as TypeScript, as JavaScript, and compiled for the oldest Node.js; both compilers check it, declarations included.
//
//   node etc/pack-smoke.mjs               after npm run build
//   node etc/pack-smoke.mjs --oldest-node also on the oldest Node.js we support, which it downloads
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
const program = block("program: films.ts");
const expected = block("output: films.ts");

function expectOutput(what, actual) {
  if (actual !== expected) fail(`${what} printed\n${actual}\nwhere README.md says\n${expected}`);
  console.log(`ok: ${what}`);
}

const [archive] = JSON.parse(npm(["pack", "--json", "--ignore-scripts", "--pack-destination", folder]));
console.log(
  `${archive.filename}: ${archive.files.length} files, ${Math.round(archive.size / 1024)} kB, unpacked ${Math.round(archive.unpackedSize / 1024)} kB`,
);
for (const { path } of archive.files) {
  if (!/^(dist\/.*\.(js|js\.map|d\.ts)|package\.json|README\.md|LICENSE|CHANGELOG\.md)$/.test(path))
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
file("films.ts", program);
file("films.js", stripTypeScriptTypes(program));
expectOutput("films.ts on SQLite", node(["--no-warnings", "films.ts"], { cwd: folder }));
expectOutput("films.js on SQLite", node(["--no-warnings", "films.js"], { cwd: folder }));

file(
  "tsconfig.json",
  JSON.stringify({
    compilerOptions: {
      // No `types` and no skipLibCheck: our declarations may lean on nothing that was not installed.
      target: "es2022",
      lib: ["es2023", "esnext.disposable", "dom"],
      types: [],
      module: "nodenext",
      strict: true,
      noUncheckedIndexedAccess: true,
      exactOptionalPropertyTypes: true,
      skipLibCheck: false,
      outDir: "compiled",
    },
    files: ["films.ts"],
  }),
);
for (const [version, compiler] of Object.entries(compilers)) {
  node([compiler, "-p", folder]);
  console.log(`ok: films.ts checks with TypeScript ${version}`);
}
expectOutput("films.ts compiled for ES2022", node(["--no-warnings", "compiled/films.js"], { cwd: folder }));

if (process.argv.includes("--oldest-node")) {
  const home = join(folder, "oldest");
  mkdirSync(home);
  writeFileSync(join(home, "package.json"), JSON.stringify({ private: true, allowScripts: { node: true } }));
  npm(["install", `node@${OLDEST_NODE}`], { cwd: home });
  expectOutput(
    `films.ts compiled, on Node.js ${OLDEST_NODE}`,
    run(join(home, "node_modules/.bin/node"), ["--no-warnings", "compiled/films.js"], { cwd: folder }),
  );
}

npm(["install", "pg"], { cwd: folder });
const { postgresql: missing } = await probeServers();
if (missing !== null) console.log(`skipped: films.ts on PostgreSQL, the server is not reachable: ${missing}`);
else {
  const scratch = await scratchOn.postgresql();
  try {
    const onServer = program.replace('createEngine("sqlite://")', `createEngine(${JSON.stringify(scratch.url)})`);
    if (onServer === program) fail('README.md\'s program has no createEngine("sqlite://")');
    file("films-postgresql.ts", onServer);
    expectOutput("films.ts on PostgreSQL", node(["--no-warnings", "films-postgresql.ts"], { cwd: folder }));
  } finally {
    await scratch.drop();
  }
}
console.log("pack-smoke: passed");
