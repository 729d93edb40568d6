import { ArgumentError } from "../../errors.ts";

/**
 * What tells objects apart whose rows have the same primary key, because the rows are not the same: those of several databases, or of
 * several tenants or points in time that a session reads the same table for.
 */
export type IdentityToken = string | number | bigint;

let used = false;

/** Whether any token was ever used: until then there is nothing to group and to compare. */
export function tokensAreUsed(): boolean {
  return used;
}

/** A token as it is kept; null for none. @throws ArgumentError for what cannot be one */
export function checkedToken(given: unknown): IdentityToken | null {
  if (given === undefined || given === null) return null;
  const isToken = typeof given === "string" || typeof given === "bigint" || (typeof given === "number" && !Number.isNaN(given));
  if (!isToken) {
    throw new ArgumentError(
      `identityToken is a string, a number or a bigint, or null for none; it was given ${typeof given === "number" ? "NaN" : describe(given)}`,
    );
  }
  used = true;
  // 1n and 1 are the same token, as they are the same primary key
  if (typeof given === "bigint" && given >= Number.MIN_SAFE_INTEGER && given <= Number.MAX_SAFE_INTEGER) return Number(given);
  return given;
}

function describe(given: unknown): string {
  return typeof given === "object" ? `an object (${Object.prototype.toString.call(given)})` : `a ${typeof given}`;
}

/** The token that execution options say. */
export function tokenOf(options: Readonly<Record<string, unknown>> | null | undefined): IdentityToken | null {
  const given = options?.["identityToken"];
  return given === undefined || given === null ? null : checkedToken(given);
}

const NO_OPTIONS: Readonly<Record<string, unknown>> = Object.freeze({});

/** Execution options with which objects are loaded under a token. */
export function withToken(
  token: IdentityToken | null,
  options: Readonly<Record<string, unknown>> = NO_OPTIONS,
): Readonly<Record<string, unknown>> {
  return token === null ? options : { ...options, identityToken: token };
}

/** What has a token. */
interface Tokened {
  readonly identityToken: IdentityToken | null;
}

/** The states of each token, in the order in which the tokens come; null when there is but one. */
export function byToken<S extends Tokened>(states: readonly S[]): readonly (readonly S[])[] | null {
  if (!used || states.length < 2) return null;
  const groups = new Map<IdentityToken | null, S[]>();
  for (const state of states) {
    const { identityToken } = state;
    const group = groups.get(identityToken);
    if (group === undefined) groups.set(identityToken, [state]);
    else group.push(state);
  }
  return groups.size < 2 ? null : [...groups.values()];
}
