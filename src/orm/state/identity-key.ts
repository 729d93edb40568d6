import { InvalidRequestError } from "../../errors.ts";
import type { Mapper } from "../mapping/mapper.ts";

/** What identifies an object within a session: its base mapper and its primary key. */
export interface IdentityKey {
  /** the base mapper: the objects of an inheritance hierarchy share their keys */
  readonly mapper: Mapper;
  /** the key as a Map takes it: the value itself for one column, text for several or for values that Map compares by identity */
  readonly id: number | string | bigint;
  /** the values of the primary key */
  readonly identity: readonly unknown[];
}

/** The form of one primary key value that can be a key of a Map; equal values give equal ids. */
function scalarId(value: unknown): number | string | bigint {
  switch (typeof value) {
    case "number":
    case "string":
      return value;
    case "bigint":
      // the same row may be asked for with 1 and with 1n
      return value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : value;
    case "boolean":
      return value ? 1 : 0;
    default:
      if (value === null || value === undefined) return "\0null";
      if (value instanceof Date) return `\0d${value.getTime()}`;
      if (value instanceof Uint8Array) return `\0b${Array.from(value).join(",")}`;
      return `\0o${textOf(value)}`;
  }
}

function textOf(value: unknown): string {
  try {
    return String(value);
  } catch (error) {
    throw new InvalidRequestError("A value of a primary key is an object that has no text, by which it could be told from others", {
      cause: error,
    });
  }
}

/** The `id` of an {@link IdentityKey} for the values of a primary key. */
export function identityId(identity: readonly unknown[]): number | string | bigint {
  if (identity.length === 1) return scalarId(identity[0]);
  let text = "";
  for (const value of identity) {
    const id = scalarId(value);
    text += typeof id === "string" ? `s${id.length}:${id}` : `${id},`;
  }
  return text;
}

/** The key of the object that has this primary key; `mapper` is the base mapper. */
export function identityKey(mapper: Mapper, identity: readonly unknown[]): IdentityKey {
  return { mapper, id: identityId(identity), identity };
}

/** Whether two keys mean the same row. */
export function sameIdentity(a: IdentityKey, b: IdentityKey): boolean {
  return a.mapper === b.mapper && a.id === b.id;
}
