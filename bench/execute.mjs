// What the engine costs over the raw drivers, in one process, in rounds that take turns. See README.md.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

const dist = process.env.ATHANOR_DIST === undefined ? new URL("../dist/", import.meta.url).href : `file://${process.env.ATHANOR_DIST}/`;
const { Column, MetaData, Table, bindparam, createEngine, insert, select, t } = await import(new URL("index.js", dist).href);

const { values: options } = parseArgs({
  options: {
    rounds: { type: "string", default: "15" },
    /** milliseconds for one measurement */
    time: { type: "string", default: "200" },
    postgresql: { type: "string", default: process.env.ATHANOR_BENCH_POSTGRESQL ?? "postgresql://postgres@127.0.0.1:5432/test" },
    dialects: { type: "string", default: "sqlite,postgresql" },
    only: { type: "string", default: "" },
  },
});

const ROWS = 10_000;
const metadata = new MetaData();
const users = new Table("athanor_bench_users", metadata, {
  id: new Column(t.integer(), { primaryKey: true }),
  name: new Column(t.text()),
  email: new Column(t.text()),
  age: new Column(t.integer()),
});
const NAMES = "id, name, email, age";
const point = select(users).where(users.c.id.eq(bindparam("id")));
const all = select(users);
const rows = Array.from({ length: ROWS }, (_, i) => ({ id: i + 1, name: `name ${i}`, email: `user${i}@example.org`, age: i % 90 }));

/** The same work by the driver alone and by the engine. */
async function sqlite() {
  const { default: Database } = await import("better-sqlite3");
  const folder = mkdtempSync(join(tmpdir(), "athanor-bench-"));
  const engine = createEngine(`sqlite+better-sqlite3:///${folder}/own.db`, { isolationLevel: "AUTOCOMMIT" });
  // both files in the same mode, which stays with them
  const first = await engine.connect();
  await first.execDriverSql("PRAGMA journal_mode = WAL");
  await first.close();
  await metadata.createAll(engine);
  const db = new Database(`${folder}/raw.db`);
  db.pragma("journal_mode = WAL");
  db.exec("CREATE TABLE athanor_bench_users (id INTEGER PRIMARY KEY, name TEXT, email TEXT, age INTEGER)");
  const put = db.prepare("INSERT INTO athanor_bench_users VALUES (?, ?, ?, ?)");
  db.transaction(() => {
    for (const { id, name, email, age } of rows) put.run(id, name, email, age);
  })();
  await engine.begin((conn) => conn.execute(insert(users), rows));
  const one = db.prepare(`SELECT ${NAMES} FROM athanor_bench_users WHERE id = ?`).raw();
  const tuples = db.prepare(`SELECT ${NAMES} FROM athanor_bench_users`).raw();
  const objects = db.prepare(`SELECT ${NAMES} FROM athanor_bench_users`);
  const conn = await engine.connect();
  return {
    works: {
      "point select, one connection": [(id) => one.all(id), (id) => conn.execute(point, { id }).all()],
      "point select with checkout": [
        (id) => one.all(id),
        async (id) => {
          const own = await engine.connect();
          const found = await own.execute(point, { id }).all();
          await own.close();
          return found;
        },
      ],
      "10,000 rows as tuples": [() => tuples.all(), () => conn.execute(all).all()],
      "10,000 rows as objects": [() => objects.all(), () => conn.execute(all).mappings().all()],
    },
    async close() {
      await conn.close();
      await engine.dispose();
      db.close();
      rmSync(folder, { recursive: true });
    },
  };
}

async function postgresql() {
  const { default: pg } = await import("pg");
  const engine = createEngine(options.postgresql, { isolationLevel: "AUTOCOMMIT", poolSize: 2 });
  await metadata.dropAll(engine);
  await metadata.createAll(engine);
  await engine.begin((conn) => conn.execute(insert(users), rows));
  const pool = new pg.Pool({ connectionString: options.postgresql, max: 2 });
  const client = await pool.connect();
  const conn = await engine.connect();
  const one = { name: "one", text: `SELECT ${NAMES} FROM athanor_bench_users WHERE id = $1`, rowMode: "array" };
  const many = { name: "many", text: `SELECT ${NAMES} FROM athanor_bench_users` };
  return {
    works: {
      "checkout and return": [
        async () => (await pool.connect()).release(),
        async () => {
          const lent = await engine.pool.connect();
          await lent.close();
        },
      ],
      "point select, one connection": [
        async (id) => (await client.query({ ...one, values: [id] })).rows,
        (id) => conn.execute(point, { id }).all(),
      ],
      "point select with checkout": [
        async (id) => (await pool.query({ ...one, values: [id] })).rows,
        async (id) => {
          const own = await engine.connect();
          const found = await own.execute(point, { id }).all();
          await own.close();
          return found;
        },
      ],
      "10,000 rows as tuples": [async () => (await client.query({ ...many, rowMode: "array" })).rows, () => conn.execute(all).all()],
      "10,000 rows as objects": [async () => (await client.query(many)).rows, () => conn.execute(all).mappings().all()],
    },
    async close() {
      await conn.close();
      client.release();
      await pool.end();
      await metadata.dropAll(engine);
      await engine.dispose();
    },
  };
}

async function perSecond(work, milliseconds) {
  const start = performance.now();
  let done = 0;
  let elapsed = 0;
  do {
    for (let i = 0; i < 5; i++) await work(((done + i) % ROWS) + 1);
    done += 5;
    elapsed = performance.now() - start;
  } while (elapsed < milliseconds);
  return (done / elapsed) * 1000;
}

const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
const suites = { sqlite, postgresql };
console.log("| database | work | driver/s | athanor/s | ratio |\n|---|---|---:|---:|---:|");
for (const dialect of options.dialects.split(",")) {
  const { works, close } = await suites[dialect]();
  for (const [title, [raw, own]] of Object.entries(works)) {
    if (!title.includes(options.only)) continue;
    const wanted = await raw(7);
    const found = await own(7);
    if (title !== "checkout and return" && JSON.stringify(wanted) !== JSON.stringify(found))
      throw new Error(`${dialect}, ${title}: not the same rows`);
    for (const work of [raw, own]) await perSecond(work, 1000);
    const found_ = { raw: [], own: [], ratio: [] };
    for (let round = 0; round < Number(options.rounds); round++) {
      const [a, b] = round % 2 === 0 ? [raw, own] : [own, raw];
      const first = await perSecond(a, Number(options.time));
      const second = await perSecond(b, Number(options.time));
      const [r, o] = round % 2 === 0 ? [first, second] : [second, first];
      found_.raw.push(r);
      found_.own.push(o);
      found_.ratio.push(o / r);
    }
    console.log(
      `| ${dialect} | ${title} | ${Math.round(median(found_.raw))} | ${Math.round(median(found_.own))} | ${median(found_.ratio).toFixed(2)} |`,
    );
  }
  await close();
}
