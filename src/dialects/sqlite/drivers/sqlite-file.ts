import { existsSync, realpathSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { ArgumentError } from "../../../errors.ts";
import type { ConnectParams } from "../../../engine/driver.ts";
import type { Url } from "../../../engine/url.ts";

/** Parameters that a SQLite URL may have. */
export const SQLITE_QUERY: readonly string[] = ["mode", "timeout"];

/** Whether the URL means a database in memory. */
export function isMemory(url: Url): boolean {
  return url.database === null || url.database === ":memory:" || url.queryValue("mode") === "memory";
}

/** What a connection to SQLite is made with. */
export interface SqliteTarget {
  /** the path to open, ":memory:" for a database in memory */
  readonly path: string;
  /** by which connections to one file find each other; null in memory */
  readonly file: string | null;
  readonly readOnly: boolean;
  readonly mustExist: boolean;
  /** in milliseconds */
  readonly timeout: number;
}

/** Reads what the URL and `connectArgs` say. */
export function targetOf({ url, connectArgs }: ConnectParams): SqliteTarget {
  const mode = url.queryValue("mode") ?? "rwc";
  if (!["ro", "rw", "rwc", "memory"].includes(mode)) {
    throw new ArgumentError(`mode of a SQLite URL is "ro", "rw", "rwc" or "memory", not "${mode}"`);
  }
  const seconds = Number(connectArgs["timeout"] ?? url.queryValue("timeout") ?? 5);
  if (!Number.isFinite(seconds) || seconds < 0) throw new ArgumentError(`timeout of SQLite is a number of seconds, not ${String(seconds)}`);
  const common = { readOnly: mode === "ro", mustExist: mode === "ro" || mode === "rw", timeout: seconds * 1000 };
  if (isMemory(url)) return { ...common, path: ":memory:", file: null, readOnly: false, mustExist: false };
  const path = resolve(url.database!);
  return { ...common, path, file: realPath(path) };
}

/** The file may not be there yet, but its folder is. */
function realPath(path: string): string {
  if (existsSync(path)) return realpathSync(path);
  const folder = dirname(path);
  return existsSync(folder) ? join(realpathSync(folder), basename(path)) : path;
}

/** `x REGEXP y` calls this function with (y, x). */
export function regexp(pattern: unknown, value: unknown): number | null {
  if (pattern === null || value === null) return null;
  return new RegExp(String(pattern), "u").test(String(value)) ? 1 : 0;
}
