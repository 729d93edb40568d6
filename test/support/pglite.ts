// PGlite for tests. Making a database from nothing takes seconds of the processor, copying one half a second, opening one a fifth, and
// emptying one milliseconds: so it is made once, copied for each process at a time, opened once per test file, and suites and engines
// use it one after the other.
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { PGlite, PGliteOptions } from "@electric-sql/pglite";
import { clearPostgresql } from "./clear-postgresql.ts";
import type { Scratch } from "./scratch.ts";
import { Shelf } from "./shelf.ts";

type Create = (options: PGliteOptions) => Promise<PGlite>;

const remove = (folder: string): void => rmSync(folder, { recursive: true, force: true });

/** Where the database is kept that copies are made of: it is the same for all runs with one version of PGlite. */
function placeOfTemplate(): string {
  const require = createRequire(import.meta.url);
  const { version } = JSON.parse(readFileSync(join(dirname(require.resolve("@electric-sql/pglite")), "../package.json"), "utf8")) as {
    version: string;
  };
  return fileURLToPath(new URL(`../../node_modules/.cache/athanor/pglite-${version}`, import.meta.url));
}

async function makeTemplate(place: string): Promise<void> {
  const { PGlite: Database } = await import("@electric-sql/pglite");
  mkdirSync(dirname(place), { recursive: true });
  const folder = mkdtempSync(`${place}-`);
  const database = new Database(folder);
  await database.waitReady;
  await database.close();
  try {
    renameSync(folder, place);
  } catch (error) {
    remove(folder);
    // another run was faster
    if (!existsSync(place)) throw error;
  }
}

/** Makes the folder in which the databases of a run lie. */
export async function keepPglites(): Promise<{ folder: string; drop: () => void }> {
  const place = placeOfTemplate();
  if (!existsSync(place)) await makeTemplate(place);
  const folder = mkdtempSync(join(tmpdir(), "athanor_test_pglite_"));
  return { folder, drop: () => remove(folder) };
}

/** A database of this process, by its folder; whoever opens it gets what is open already. */
class Kept {
  readonly #shelf: Shelf;
  readonly data: string;
  #db: PGlite | null = null;
  #lent: Lent | null = null;
  /** one that was opened in a way of its own */
  #foreign: PGlite | null = null;

  constructor(folder: string) {
    this.#shelf = new Shelf(folder);
    const free = this.#shelf.take();
    if (free === null) {
      this.data = mkdtempSync(join(folder, "data_"));
      cpSync(placeOfTemplate(), this.data, { recursive: true });
      this.#shelf.add(basename(this.data));
    } else this.data = join(folder, free);
  }

  async open(create: Create, options: PGliteOptions): Promise<PGlite> {
    // it has one session: whoever comes later takes it over, as pools notice that theirs is closed
    await this.#lent?.close();
    this.#lent = null;
    // extensions and the like are for the one who wants them
    if (Object.keys(options).length > 1) {
      await this.#close();
      return (this.#foreign = await create(options));
    }
    this.#db ??= await create(options);
    this.#lent = new Lent(this.#db);
    return this.#lent.face;
  }

  /** Whether it is as new. */
  async clear(create: Create): Promise<boolean> {
    if (this.#db === null && this.#foreign === null) return true;
    // nobody can have two of one folder
    if (this.#foreign !== null && !this.#foreign.closed) return false;
    this.#foreign = null;
    try {
      const db = (this.#db ??= await create({ dataDir: this.data }));
      await this.#lent?.close();
      return await clearPostgresql(async (sql) => (await db.query<Record<string, unknown>>(sql)).rows);
    } catch {
      // what has failed for good is of no use
      return false;
    }
  }

  async giveBack(): Promise<void> {
    await this.#close();
    this.#shelf.giveBack(basename(this.data));
  }

  async drop(): Promise<void> {
    await this.#close();
    remove(this.data);
    this.#shelf.remove(basename(this.data));
  }

  async #close(): Promise<void> {
    const db = this.#db;
    this.#db = null;
    await db?.close();
  }
}

/** What an engine takes for a PGlite that it has opened: when it closes it, the session ends, and the database stays open. */
class Lent {
  readonly face: PGlite;
  readonly #db: PGlite;
  #isClosed = false;

  constructor(db: PGlite) {
    this.#db = db;
    const close = (): Promise<void> => this.close();
    this.face = new Proxy(db, {
      get: (target, name) => {
        if (name === "closed") return this.#isClosed || target.closed;
        if (name === "close") return close;
        if (this.#isClosed && name === "execProtocol") throw new Error("PGlite is closed");
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === "function" ? (value as (...args: unknown[]) => unknown).bind(target) : value;
      },
    });
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    if (this.#db.closed) return;
    await this.#db.exec("ROLLBACK");
    await this.#db.exec("DISCARD ALL");
  }
}

const all = new Map<string, Kept>();
const free: Kept[] = [];
let shared: Promise<Create> | null = null;

/** Has engines get the databases of this process for their folders; gives what opens any folder. */
async function share(): Promise<Create> {
  const { PGlite: Database } = await import("@electric-sql/pglite");
  const create = Database.create.bind(Database) as Create;
  Database.create = ((options: PGliteOptions = {}) => {
    const kept = options.dataDir === undefined ? undefined : all.get(options.dataDir);
    return kept === undefined ? create(options) : kept.open(create, options);
  }) as typeof Database.create;
  return create;
}

/** A database that is empty; `drop` gives it back. */
export async function keptPglite(folder: string): Promise<Scratch> {
  const create = await (shared ??= share());
  const kept = free.pop() ?? new Kept(folder);
  all.set(kept.data, kept);
  const drop = async (): Promise<void> => {
    if (await kept.clear(create)) {
      free.push(kept);
      return;
    }
    all.delete(kept.data);
    await kept.drop();
  };
  return { url: `postgresql+pglite:///${kept.data}`, drop };
}

/** At the end of a test file. */
export async function giveBackPglite(): Promise<void> {
  for (const kept of free.splice(0)) {
    all.delete(kept.data);
    await kept.giveBack();
  }
}
