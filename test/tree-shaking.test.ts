// What a bundler leaves out of a program that does not use it, and that nothing is left out that is needed.
import { cpSync, globSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, matchesGlob, relative } from "node:path";
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const root = fileURLToPath(new URL("../", import.meta.url));
// outside of the package: inside, it would be found by its own name
const folder = mkdtempSync(join(realpathSync(tmpdir()), "athanor_bundle_"));

interface Bundler {
  build(options: object): Promise<{ readonly output: readonly { readonly type: string; readonly moduleIds?: readonly string[] }[] }>;
}

/** The one that comes with the test runner. */
async function bundler(): Promise<Bundler> {
  const ofVitest = createRequire(createRequire(import.meta.url).resolve("vitest/package.json"));
  return (await import(createRequire(ofVitest.resolve("vite")).resolve("rolldown"))) as Bundler;
}

/** Bundles a program, runs it, and gives what it printed and the modules that are in it. */
async function bundled(name: string, program: string): Promise<{ readonly modules: readonly string[]; readonly printed: string }> {
  const input = join(folder, `${name}.js`);
  const file = join(folder, `${name}.bundle.mjs`);
  writeFileSync(input, program);
  const { build } = await bundler();
  const { output } = await build({
    input,
    platform: "node",
    logLevel: "silent",
    // drivers stay outside: they are loaded when they are asked for
    external: /^(?:pg|postgres|mysql2|mariadb|libsql|better-sqlite3|@electric-sql\/pglite)(?:\/|$)/,
    output: { file, format: "esm", codeSplitting: false },
  });
  const dist = join(folder, "athanor/dist");
  const modules = output
    .flatMap(({ moduleIds = [] }) => moduleIds)
    .filter((id) => id.startsWith(dist))
    .map((id) => relative(dist, id));
  return { modules, printed: execFileSync(process.execPath, ["--no-warnings", file], { encoding: "utf8" }) };
}

beforeAll(() => {
  mkdirSync(join(folder, "node_modules"));
  execFileSync(process.execPath, [
    join(root, "node_modules/typescript/bin/tsc"),
    "-p",
    join(root, "tsconfig.build.json"),
    "--noCheck",
    "--outDir",
    join(folder, "athanor/dist"),
  ]);
  cpSync(join(root, "package.json"), join(folder, "athanor/package.json"));
  symlinkSync(join(folder, "athanor"), join(folder, "node_modules/athanor"));
}, 60_000);
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe("a bundle", () => {
  test("of a program that uses Core alone has none of the ORM, and works", async () => {
    const { modules, printed } = await bundled(
      "core",
      `import { Column, createEngine, insert, MetaData, select, t, Table } from "athanor";
      const metadata = new MetaData();
      const films = new Table("films", metadata, { id: new Column(t.integer(), { primaryKey: true }), title: new Column(t.string(50)) });
      const engine = createEngine("sqlite://");
      await metadata.createAll(engine);
      await engine.begin(async (conn) => {
        await conn.execute(insert(films), [{ title: "Alien" }, { title: "Brazil" }]);
        console.log(await conn.scalars(select(films.c.title).where(films.c.title.like("B%"))).all());
      });
      console.log(String(select(films.c.id).where(films.c.id.in([1, 2]))));
      await engine.dispose();`,
    );
    expect(printed).toContain("[ 'Brazil' ]");
    expect(printed).toContain("SELECT films.id");
    expect(modules).toContain("engine/connection.js");
    expect(modules.filter((id) => /^(?:orm|ext|testing|migrations|integrations)\//.test(id))).toEqual([]);
  });

  test("of one that maps classes has all that they need", async () => {
    const { modules, printed } = await bundled(
      "orm",
      `import { createEngine, declarativeBase, event, foreignKey, inspect, insert, mappedColumn, relationship, select, selectinload, Session, t, update } from "athanor";
      import { hybridProperty } from "athanor/ext";
      const Base = declarativeBase();
      class Team extends Base {
        static table = this.mapTo("teams");
        static id = mappedColumn(t.integer(), { primaryKey: true });
        static name = mappedColumn(t.string(50));
        static players = relationship(() => [Player], { cascade: "all, delete-orphan" });
        static loud = hybridProperty((team) => team.name);
      }
      class Player extends Base {
        static table = this.mapTo("players");
        static id = mappedColumn(t.integer(), { primaryKey: true });
        static teamId = mappedColumn(foreignKey("teams.id"));
        static name = mappedColumn(t.string(50));
      }
      const engine = createEngine("sqlite://");
      await Base.metadata.createAll(engine);
      const said = [];
      event.listen(Team, "beforeInsert", (_mapper, _connection, team) => void said.push("insert " + team.name));
      event.listen(Session, "beforeCommit", () => void said.push("commit"));
      {
        const session = new Session(engine);
        const team = new Team({ name: "reds" });
        team.players.push(new Player({ name: "ann" }), new Player({ name: "bob" }));
        session.add(team);
        await session.commit();
        await session.execute(insert(Team), [{ name: "blues" }]);
        await session.execute(update(Team).where(Team.name.eq("blues")).values({ name: "greens" }));
        await session.commit();
        await session.close();
      }
      const session = new Session(engine);
      const teams = await session.scalars(select(Team).options(selectinload(Team.players)).orderBy(Team.id)).all();
      for (const team of teams) said.push(team.name + ": " + team.players.map((player) => player.name).join(" and "));
      said.push(await session.scalar(select(Team.loud).where(Team.players.any(Player.name.eq("ann")))));
      said.push(inspect(teams[0]).persistent);
      await session.close();
      await engine.dispose();
      console.log(JSON.stringify(said));`,
    );
    expect(JSON.parse(printed)).toEqual(["commit", "insert reds", "commit", "reds: ann and bob", "greens: ", "reds", true]);
    expect(modules.filter((id) => id.startsWith("testing/"))).toEqual([]);
    // what only a program with ambient sessions needs of Node.js
    expect(modules).not.toContain("orm/session/session-scope.js");
    expect(readFileSync(join(folder, "orm.bundle.mjs"), "utf8")).not.toContain("async_hooks");
  });

  test("of one with ambient sessions has what they need", async () => {
    const { modules, printed } = await bundled(
      "scope",
      `import { asyncSessionScope, createEngine, select, literal, sessionmaker } from "athanor";
      const engine = createEngine("sqlite://");
      const db = asyncSessionScope(sessionmaker({ bind: engine }));
      console.log(await db.run(async () => db().scalar(select(literal(5)))));
      await engine.dispose();`,
    );
    expect(printed).toBe("5\n");
    expect(modules).toContain("orm/session/session-scope.js");
  });

  test("has the constructs and dialects that a program registers", async () => {
    const { printed } = await bundled(
      "own",
      `import { createEngine, select, Session, event, text } from "athanor";
      import { compiles } from "athanor/ext";
      import { t, insert } from "athanor/postgresql";
      import { ColumnElement } from "athanor";
      class Shout extends ColumnElement {
        static inheritCache = true;
        type = t.text();
      }
      compiles(Shout, () => "'SHOUT'");
      const said = [String(select(new Shout()))];
      let commits = 0;
      event.listen(Session, "afterCommit", () => void (commits += 1));
      const engine = createEngine("sqlite://");
      const session = new Session(engine);
      said.push(await session.scalar(text("SELECT 5")));
      await session.commit();
      await session.close();
      said.push(commits, typeof t.JSONB, typeof insert);
      try { createEngine("nothing://"); } catch (error) { said.push(error.name); }
      console.log(JSON.stringify(said));`,
    );
    expect(JSON.parse(printed)).toEqual(["SELECT 'SHOUT' AS anon_1", 5, 1, "function", "function", "NoSuchModuleError"]);
  });
});

test("what is imported for its effects alone is on the list of package.json", () => {
  const { sideEffects } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { readonly sideEffects: readonly string[] };
  const onList = (file: string): boolean => sideEffects.some((glob) => matchesGlob(file, glob.slice(2)));
  const missing: string[] = [];
  for (const file of globSync("src/**/*.ts", { cwd: root })) {
    for (const [, name] of readFileSync(join(root, file), "utf8").matchAll(/^import "(\.[^"]+)\.ts";/gm)) {
      const target = join(file, "..", `${name}.js`).replace(/^src\//, "dist/");
      if (!onList(target)) missing.push(`${file} imports ${target}`);
    }
  }
  expect(missing).toEqual([]);
  // the entry brings nothing along that a program may do without
  const index = readFileSync(join(root, "src/index.ts"), "utf8");
  expect([...index.matchAll(/^import "\.\/(?:orm|ext)\/.*$/gm)].map(String)).toEqual([]);
});
