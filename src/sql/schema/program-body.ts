import { ArgumentError } from "../../errors.ts";
import { describe } from "../base/coercions.ts";
import type { SqlDialect } from "../base/sql-dialect.ts";

/**
 * The body of a trigger or routine: SQL of the program's own, which is written as it is. Databases have different languages, so that there may
 * be one for each dialect, by its name; there is nothing to create on dialects that are not named.
 */
export type ProgramBody = string | Readonly<Record<string, string>>;

/** A body that was given, checked. */
export function checkBody(body: unknown, place: string): ProgramBody | null {
  if (body === undefined || body === null) return null;
  if (typeof body === "string" && body.trim() !== "") return body;
  if (typeof body === "object" && Object.values(body).every((text) => typeof text === "string" && text.trim() !== "")) {
    return body as Readonly<Record<string, string>>;
  }
  throw new ArgumentError(`The body of ${place} is SQL as a string, or such strings by the names of dialects, not ${describe(body)}.`);
}

/** The body for a dialect; null when there is none. */
export function bodyFor(body: ProgramBody | null, dialect: SqlDialect): string | null {
  if (body === null || typeof body === "string") return body;
  for (const name of [dialect.name, ...dialect.nameAliases]) if (Object.hasOwn(body, name)) return body[name]!;
  return null;
}
