// What is to be true of every pool, whatever has happened to it.
import { expect, vi } from "vitest";
import type { Engine, QueuePool } from "athanor";
import type { FaultyDriver } from "./faulty-driver.ts";

/** The pool of an engine, which counts. */
export const poolOf = (engine: Engine): QueuePool => engine.pool as QueuePool;

/** Whatever happened: nothing is lent, nobody waits, what is open is idle, and the pool works. */
export async function expectWhole(engine: Engine, driver: FaultyDriver): Promise<void> {
  driver.before = () => undefined;
  const pool = poolOf(engine);
  await vi.waitFor(() => expect(pool.checkedout(), pool.status()).toBe(0));
  expect(pool.waiting()).toBe(0);
  expect(driver.open).toBe(pool.checkedin());
  await using conn = await engine.connect();
  expect(await conn.execDriverSql("SELECT 1").scalar()).toBe(1);
}

/** The numbers of a status: size 2, idle 0, … */
export function numbersOf(status: string): Record<string, number> {
  return Object.fromEntries([...status.matchAll(/(\w+) (\d+)/g)].map(([, name, value]) => [name, Number(value)]));
}
