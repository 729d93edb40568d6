import type { MaybePromise } from "../../engine/driver.ts";
import { ArgumentError, InvalidRequestError } from "../../errors.ts";
import { loadByPrimaryKey, type LoadIdentityOptions } from "../late.ts";
import type { Mapper } from "../mapping/mapper.ts";
import { identityId } from "../state/identity-key.ts";
import { checkedToken, type IdentityToken } from "../state/identity-token.ts";
import type { InstanceState } from "../state/instance-state.ts";
import type { SessionCore } from "./session-core.ts";

/** A class whose objects a session can load: a mapped class or an alias of one. */
export interface EntityLike {
  readonly prototype: object;
}

/** Options of `session.get()`. */
export interface GetOptions extends LoadIdentityOptions {
  readonly options?: readonly object[];
}

/** A primary key: a value, or for several columns an array in the order of the key or an object by attribute name. */
export type PrimaryKeyArgument = unknown;

/** The values of a primary key in the order of its columns. */
export function primaryKeyValues(mapper: Mapper, ident: PrimaryKeyArgument): readonly unknown[] {
  const names = mapper._identityKeyProps;
  let values: unknown[];
  if (Array.isArray(ident)) values = ident;
  else if (isRecord(ident)) {
    values = names.map((name) => {
      if (!Object.hasOwn(ident, name)) throw wrongKey(mapper, `it lacks ${name}`);
      return ident[name];
    });
    const extra = Object.keys(ident).find((name) => !names.includes(name));
    if (extra !== undefined) throw wrongKey(mapper, `${extra} is not part of it`);
  } else values = [ident];
  if (values.length !== names.length) throw wrongKey(mapper, `${values.length} value(s) were given`);
  for (let i = 0; i < values.length; i++) {
    if (values[i] === undefined)
      throw new ArgumentError(`get(${mapper.name}, …): undefined is not a value of ${mapper.name}.${names[i]}; use null for NULL`);
  }
  return values;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const proto: unknown = Object.getPrototypeOf(value);
  return proto === Object.prototype || proto === null;
}

function wrongKey(mapper: Mapper, what: string): InvalidRequestError {
  const names = mapper._identityKeyProps;
  return new InvalidRequestError(
    `Incorrect number of values in identifier to formulate primary key for session.get(): the primary key of ${mapper.name} is ` +
      `(${names.join(", ")}), and ${what}. Give ${names.length === 1 ? "one value" : `an array of ${names.length} values, or an object with these names`}`,
  );
}

/** The token of the object that is asked for: what the call says comes before what the session says. */
function tokenFor(core: SessionCore, { identityToken, executionOptions }: LoadIdentityOptions): IdentityToken | null {
  const given = identityToken === undefined ? executionOptions?.["identityToken"] : identityToken;
  return given === undefined ? core.identityToken : checkedToken(given);
}

function find(core: SessionCore, mapper: Mapper, values: readonly unknown[], token: IdentityToken | null): InstanceState | undefined {
  return core.identityMap._under(token).find(mapper.identityMapper, identityId(values));
}

/** The object of the identity map, when it is there with everything that was loaded; undefined when the database must be asked. */
export function getFromIdentityMap(
  core: SessionCore,
  mapper: Mapper,
  values: readonly unknown[],
  options: LoadIdentityOptions,
): object | null | undefined {
  if (
    options.populateExisting === true ||
    (options.withForUpdate !== undefined && options.withForUpdate !== null && options.withForUpdate !== false)
  )
    return undefined;
  const state = find(core, mapper, values, tokenFor(core, options));
  if (state === undefined) return undefined;
  // the row is there, and is of another class
  if (!state.mapper.isa(mapper)) return null;
  return state.expired ? undefined : state.obj;
}

/** Reads an object by its primary key. */
export function loadByKey(
  core: SessionCore,
  mapper: Mapper,
  values: readonly unknown[],
  options: LoadIdentityOptions,
): MaybePromise<object | null> {
  const flushed = core.autoflushNow();
  return flushed === null ? loadNow(core, mapper, values, options) : flushed.then(() => loadNow(core, mapper, values, options));
}

function loadNow(core: SessionCore, mapper: Mapper, values: readonly unknown[], options: LoadIdentityOptions): MaybePromise<object | null> {
  const identityToken = tokenFor(core, options);
  const known = find(core, mapper, values, identityToken);
  const found = (state: InstanceState | null): object | null => {
    if (state !== null) return state.obj;
    // an expired object whose row turns out to be gone
    if (known !== undefined && core.identityMap.contains(known)) core.removeNewlyDeleted([known]);
    return null;
  };
  const loaded = loadByPrimaryKey.call(core, mapper, values, identityToken === null ? options : { ...options, identityToken });
  return loaded instanceof Promise ? loaded.then(found) : found(loaded);
}
