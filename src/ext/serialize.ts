import { ArgumentError } from "../errors.ts";
import type { INPUT, RELATED } from "../sql/base/expression.ts";
import { describeValue, findState } from "../orm/attributes/class-manager.ts";
import { isEntity, jsonValue } from "../orm/mapping/entity-methods.ts";
import { type HIDDEN, hiddenAttributes } from "../orm/mapping/hidden-attributes.ts";
import type { AttributeValue, CLASS, MAPPED, NULLABLE, StaticKeys } from "../orm/mapping/types.ts";
import type { InstanceState } from "../orm/state/instance-state.ts";
import { didYouMean } from "../util/text.ts";

/** A value as JSON has it: dates, 64-bit integers and bytes are text. */
export type JsonOf<V> = V extends bigint | Uint8Array ? string : V extends { toJSON(): infer J } ? J : V;

type ClassOf<I> = I extends { readonly [CLASS]?: infer C } ? NonNullable<C> : never;

type Visible<A> = A extends { readonly [HIDDEN]: true } ? false : true;

/** The names of the columns of a class that are not hidden: what objects are made of unless it is said otherwise. */
type ColumnKeys<C> = {
  [K in StaticKeys<C> & string]: C[K] extends { readonly [INPUT]: unknown } ? (Visible<C[K]> extends true ? K : never) : never;
}[StaticKeys<C> & string];

type AttributeKeys<C> = {
  [K in StaticKeys<C> & string]: C[K] extends { readonly [RELATED]: unknown }
    ? never
    : C[K] extends { readonly [MAPPED]: unknown }
      ? Visible<C[K]> extends true
        ? K
        : never
      : never;
}[StaticKeys<C> & string];

type RelationshipKeys<C> = {
  [K in StaticKeys<C> & string]: C[K] extends { readonly [RELATED]: unknown } ? (Visible<C[K]> extends true ? K : never) : never;
}[StaticKeys<C> & string];

type TargetOf<A> = A extends { readonly [RELATED]: infer R } ? (R extends readonly (infer E)[] ? E : R) : never;

interface OptionsOf<C> {
  /** these attributes alone; hybrids, association proxies and composites may be among them */
  readonly only?: readonly AttributeKeys<C>[];
  /** all columns but these */
  readonly omit?: readonly ColumnKeys<C>[];
  /** the relationships that come along, each with options of its own, or `true` for its columns */
  readonly with?: { readonly [K in RelationshipKeys<C>]?: true | OptionsOf<TargetOf<C[K]>> };
}

/** The options of {@link serialize} for objects of the type `I`. */
export type SerializeOptions<I> = OptionsOf<ClassOf<I>>;

type Chosen<C, O> = O extends { readonly only: readonly (infer K)[] }
  ? K & AttributeKeys<C>
  : O extends { readonly omit: readonly (infer K)[] }
    ? Exclude<ColumnKeys<C>, K>
    : ColumnKeys<C>;

type Related<A, O> = A extends { readonly [RELATED]: infer R; readonly [NULLABLE]: infer N }
  ? R extends readonly (infer E)[]
    ? N extends { readonly key: infer K }
      ? { [P in K & (string | number)]: Plain<E, O> }
      : Plain<E, O>[]
    : N extends true
      ? Plain<R, O> | null
      : Plain<R, O>
  : never;

type Plain<C, O> = { [K in Chosen<C, O>]: K extends keyof C ? JsonOf<AttributeValue<C[K], C>> : never } & (O extends {
  readonly with: infer W;
}
  ? { [K in keyof W & keyof C]: Related<C[K], W[K]> }
  : unknown);

/**
 * What {@link serialize} makes of objects of the type `I`, with options of the type `O`.
 * @example
 * type FilmDto = Serialized<Film, typeof filmOptions>;
 */
export type Serialized<I, O = unknown> = { [K in keyof Plain<ClassOf<I>, O>]: Plain<ClassOf<I>, O>[K] };

interface Options {
  readonly only?: readonly string[];
  readonly omit?: readonly string[];
  readonly with?: Readonly<Record<string, true | Options | undefined>>;
}

/**
 * An object, or some of them, as plain values for JSON: what the type says is there, and nothing else. Columns that are `hidden` are never
 * part of it; relationships are where they are named. Nothing is loaded.
 *
 * @param instance - a mapped object, or a list of them
 * @param options - which attributes; which relationships, and what of their objects
 * @throws NotLoadedError when an attribute that belongs to it is not loaded
 * @throws ArgumentError for names that are no attributes, or are hidden
 * @example
 * serialize(film, { omit: ["notes"], with: { characters: { only: ["name"], with: { actor: true } } } });
 */
export function serialize<I extends object, const O extends SerializeOptions<I> = object>(
  instance: readonly I[],
  options?: O,
): Serialized<I, O>[];
export function serialize<I extends object, const O extends SerializeOptions<I> = object>(instance: I, options?: O): Serialized<I, O>;
export function serialize(instance: unknown, options: object = {}): unknown {
  if (Array.isArray(instance)) return instance.map((each) => plain(each, options as Options));
  return plain(instance, options as Options);
}

function plain(instance: unknown, options: Options): Record<string, unknown> {
  const state = typeof instance === "object" && instance !== null ? findState(instance) : undefined;
  if (state === undefined || state === null)
    throw new ArgumentError(`serialize() takes mapped objects; it was given ${describeValue(instance)}`);
  const hidden = hiddenAttributes(state.mapper);
  const result: Record<string, unknown> = {};
  for (const key of chosen(state, options, hidden)) result[key] = jsonOf((state.obj as Record<string, unknown>)[key]);
  for (const [key, own] of Object.entries(options.with ?? {})) {
    if (own === undefined) continue;
    const property = state.mapper.props.get(key);
    if (property === undefined || !property.isRelationship) throw unknown(state, key, "relationship");
    refuseHidden(state, key, hidden);
    result[key] = related((state.obj as Record<string, unknown>)[key], own === true ? {} : own);
  }
  return result;
}

/** The attributes that an object is to have. */
function chosen(state: InstanceState, { only, omit }: Options, hidden: ReadonlySet<string>): readonly string[] {
  if (only !== undefined) {
    for (const key of only) {
      const property = state.mapper.props.get(key);
      if ((property === undefined && state.mapper._descriptor(key) === undefined) || property?.isRelationship === true)
        throw unknown(state, key, "attribute");
      refuseHidden(state, key, hidden);
    }
    return only;
  }
  const columns = [...state.mapper.props.values()].filter((property) => property.isColumn).map((property) => property.key);
  for (const key of omit ?? []) if (!columns.includes(key)) throw unknown(state, key, "attribute");
  return columns.filter((key) => !hidden.has(key) && omit?.includes(key) !== true);
}

function refuseHidden(state: InstanceState, key: string, hidden: ReadonlySet<string>): void {
  if (hidden.has(key))
    throw new ArgumentError(`serialize(): ${state.manager.name}.${key} is hidden, so it never becomes a part of plain values`);
}

function unknown(state: InstanceState, key: string, what: string): ArgumentError {
  return new ArgumentError(`serialize(): ${state.manager.name}.${key} is no ${what}.${didYouMean(key, [...state.mapper.props.keys()])}`);
}

function related(value: unknown, options: Options): unknown {
  if (value === null) return null;
  if (isEntity(value)) return plain(value, options);
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, each]) => [String(key), plain(each, options)]));
  return [...(value as Iterable<unknown>)].map((each) => plain(each, options));
}

/** Dates and the like are what JSON makes of them, so that the plain object is what it says. */
function jsonOf(value: unknown): unknown {
  const own = (value as { toJSON?: (key: string) => unknown } | null)?.toJSON;
  if (typeof value === "object" && typeof own === "function") return own.call(value, "");
  return jsonValue(value);
}
