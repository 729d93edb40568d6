// Looks after each test whether anything was left behind: lent connections, sockets, sessions on the server, unhandled errors.
import { afterEach, beforeEach, expect, vi } from "vitest";
import { createConnection } from "mysql2/promise";
import { Client } from "pg";
import { createEngine, type Engine, type EngineOptions, QueuePool, text } from "athanor";
import { mysqlUrl } from "./probe.ts";

/** What is watched: processes end by these two, if nobody listens. */
const FATAL = ["uncaughtException", "unhandledRejection"] as const;

export interface LeakGuard {
  /** An engine that is looked at after the test, and then disposed of. */
  open(url: string, options?: EngineOptions): Engine;
  /** Has an engine that was made elsewhere looked at. */
  watch(engine: Engine): Engine;
  /** Called at the end, before anything is looked at: proxies are closed here. */
  onEnd(close: () => unknown): void;
}

const sockets = (): number => process.getActiveResourcesInfo().filter((name) => name === "TCPSocketWrap" || name === "PipeWrap").length;
const listeners = (): number => process.eventNames().reduce((sum, name) => sum + process.listenerCount(name as "exit"), 0);

/** Nothing is lent, nobody waits, all that is counted is there; and the pool still works. */
export async function expectSound(engine: Engine, works: boolean = true): Promise<void> {
  const { pool } = engine;
  await vi.waitFor(() => expect(pool.checkedout(), pool.status()).toBe(0), { timeout: 3000 });
  if (pool instanceof QueuePool) expect(pool.waiting(), pool.status()).toBe(0);
  if (!works) return;
  await using conn = await engine.connect();
  expect(Number(await conn.scalar(text("SELECT 1")))).toBe(1);
}

/**
 * Has every test of the suite looked at when it has ended.
 * @param url - of the database that the suite is for, whose server is asked for sessions that are left
 */
export function leakGuard(url: () => string | null = () => null): LeakGuard {
  const engines: Engine[] = [];
  const closers: (() => unknown)[] = [];
  const unexpected: unknown[] = [];
  const note = (error: unknown): void => void unexpected.push(error);
  let listening = 0;
  let open = 0;

  beforeEach(() => {
    unexpected.length = 0;
    for (const name of FATAL) process.on(name, note);
    listening = listeners();
    open = sockets();
  });

  afterEach(async () => {
    try {
      for (const engine of engines) await expectSound(engine);
    } finally {
      for (const engine of engines.splice(0)) await engine.dispose();
      for (const close of closers.splice(0).toReversed()) await close();
    }
    // what nobody handled is reported a turn later
    await new Promise((resolve) => setImmediate(resolve));
    const heard = listeners();
    for (const name of FATAL) process.off(name, note);
    expect(unexpected, "unhandled errors").toEqual([]);
    expect(heard, "listeners of the process").toBe(listening);
    await vi.waitFor(() => expect(sockets(), "open sockets").toBeLessThanOrEqual(open), { timeout: 3000 });
    const asked = url();
    if (asked !== null)
      await vi.waitFor(async () => expect(await sessions(asked), "sessions on the server").toEqual([]), { timeout: 3000 });
  });

  return {
    open(given, options) {
      const engine = createEngine(given, options);
      engines.push(engine);
      return engine;
    },
    watch(engine) {
      engines.push(engine);
      return engine;
    },
    onEnd(close) {
      closers.push(close);
    },
  };
}

/** What the server still knows of clients of this database, by the plain drivers. */
export async function sessions(url: string): Promise<readonly unknown[]> {
  const database = new URL(url).pathname.slice(1);
  if (url.startsWith("postgres")) {
    const client = new Client({ connectionString: url.replace(/^[^:]*/, "postgresql").replace(`/${database}`, "/postgres") });
    await client.connect();
    try {
      const { rows } = await client.query("SELECT state, query FROM pg_stat_activity WHERE datname = $1", [database]);
      return rows;
    } finally {
      await client.end();
    }
  }
  if (!/^(mysql|mariadb)/.test(url)) return [];
  const connection = await createConnection({ uri: mysqlUrl(url).replace(`/${database}`, "/") });
  try {
    const [rows] = await connection.query("SELECT command, info FROM information_schema.processlist WHERE db = ?", [database]);
    return rows as unknown[];
  } finally {
    await connection.end();
  }
}
