import { InvalidRequestError } from "../../errors.ts";
import type { Mapper } from "../mapping/mapper.ts";
import type { IdentityToken } from "./identity-token.ts";

/** What identifies an object within a session: its base mapper, its primary key and, where there is one, its token. */
export interface IdentityKey {
  /** the base mapper: the objects of an inheritance hierarchy share their keys */
  readonly mapper: Mapper;
  /**
   * the key as a Map takes it: the value itself for one column, text for several or for values that Map compares by identity. It has the
   * token in it: keys with the same mapper and the same id are the same
   */
  readonly id: number | string | bigint;
  /** the values of the primary key */
  readonly identity: readonly unknown[];
  /** tells it from other rows with this primary key; left out where there is none */
  readonly identityToken?: IdentityToken;
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

/** The id that an object has under a token, given the one that it has without. */
export function idUnder(token: IdentityToken, id: IdentityKey["id"]): string {
  const text = typeof token === "string" ? `s${token.length}:${token}` : `n${token},`;
  return `\0t${text}${typeof id === "string" ? "s" : "n"}${id}`;
}

/** A key without a token as it is under one. */
export function keyUnder(token: IdentityToken, { mapper, id, identity }: IdentityKey): IdentityKey {
  return { mapper, id: idUnder(token, id), identity, identityToken: token };
}

/** The key of the object that has this primary key; `mapper` is the base mapper. */
export function identityKey(mapper: Mapper, identity: readonly unknown[], token: IdentityToken | null = null): IdentityKey {
  const key = { mapper, id: identityId(identity), identity };
  return token === null ? key : keyUnder(token, key);
}

/** Whether two keys mean the same row. */
export function sameIdentity(a: IdentityKey, b: IdentityKey): boolean {
  return a.mapper === b.mapper && a.id === b.id;
}
