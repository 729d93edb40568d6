import { canGenerateCode, compileFunction, quoteKey } from "../../util/codegen.ts";
import { isAnonymous, resolveAnonymous, wholeAnonymous } from "../elements/quoted-name.ts";
import type { Field, FieldKind } from "./traversal.ts";

/** Anything that can write its structure into a key. */
export interface HasCacheKey {
  /** @internal */
  _cacheKey(key: CacheKey): void;
}

let serial = 0;
const numbers = new WeakMap<object, number>();

/** A number that stands for one thing only in keys: an object with identity, a class of elements, a type. */
export function nextKeyNumber(): number {
  serial += 1;
  return serial;
}

/** The number by which an object with identity stands in keys; never used again for another object. */
export function identityNumber(object: object): number {
  let n = numbers.get(object);
  if (n === undefined) {
    n = nextKeyNumber();
    numbers.set(object, n);
  }
  return n;
}

/** Marks in keys: numbers below zero, so that none is a key number, a length or a mask of fields. */
export const KeyMark = {
  null: -1,
  undefined: -2,
  true: -3,
  false: -4,
  number: -5,
  bigint: -6,
  list: -7,
  record: -8,
  again: -9,
  anonymous: -10,
  annotations: -11,
  bind: -12,
  expandingBind: -13,
  literalBind: -14,
  unique: -15,
} as const;

/** A part of a key. */
export type KeyToken = number | string | bigint;

/** Up to so many objects are looked for one by one. */
const FEW = 12;

/**
 * The structure of a statement, as a list of tokens, and its bound parameters in order of appearance. Two statements with the same tokens
 * compile to the same SQL; only the values of their `binds`, index by index, differ.
 *
 * The list is a prefix code: each part says itself where it ends, so different structures cannot give the same tokens.
 */
export class CacheKey {
  readonly tokens: KeyToken[] = [];
  /** The bound parameters (BindParameter elements) in the order in which the structure names them. */
  readonly binds: object[] = [];
  /** False when an element cannot be part of a key: the statement is then compiled each time. */
  cacheable = true;
  /** Where a cache has what was compiled for it. @internal */
  _place: object | null = null;
  /** How often renderings had changed before it was made. */
  readonly renderings: number;
  readonly #seen: object[] = [];
  #index: Map<object, number> | null = null;
  #names: Map<string, number> | null = null;
  #hash = 0;
  #text: string | null = null;

  constructor(renderings = 0) {
    this.renderings = renderings;
  }

  /**
   * True when the object was written before in this key (its back reference is then written); for elements whose
   * identity counts: anonymous aliases, labels and binds.
   */
  again(object: object): boolean {
    const seen = this.#seen;
    const n = this.#index === null ? seen.indexOf(object) : (this.#index.get(object) ?? -1);
    if (n !== -1) {
      this.tokens.push(KeyMark.again, n);
      return true;
    }
    if (this.#index !== null) this.#index.set(object, seen.length);
    else if (seen.length === FEW) this.#index = new Map([...seen, object].map((one, i) => [one, i]));
    seen.push(object);
    return false;
  }

  /** Writes a key number, or text that says what comes next. */
  add(token: KeyToken): void {
    this.tokens.push(token);
  }

  /** Writes a name; the anonymous ones by the order in which the key first has them. */
  name(value: string | null | undefined): void {
    if (value === null || value === undefined) this.tokens.push(KeyMark.null);
    else if (!isAnonymous(value)) this.tokens.push(value);
    else {
      const whole = wholeAnonymous(value);
      if (whole !== null) this.tokens.push(KeyMark.anonymous, this.#numberOf(whole[0]), whole[1]);
      else this.tokens.push(resolveAnonymous(value, (id, body) => `\u0001${this.#numberOf(id)} ${body}\u0002`));
    }
  }

  #numberOf(id: string): number {
    this.#names ??= new Map();
    let n = this.#names.get(id);
    if (n === undefined) {
      n = this.#names.size;
      this.#names.set(id, n);
    }
    return n;
  }

  plain(value: unknown): void {
    const { tokens } = this;
    switch (typeof value) {
      case "string":
        tokens.push(value);
        return;
      case "number":
        // NaN is equal to nothing
        tokens.push(KeyMark.number, value === value ? value : "NaN");
        return;
      case "bigint":
        tokens.push(KeyMark.bigint, value);
        return;
      case "boolean":
        tokens.push(value ? KeyMark.true : KeyMark.false);
        return;
      case "undefined":
        tokens.push(KeyMark.undefined);
        return;
      case "object":
        if (value === null) tokens.push(KeyMark.null);
        else if (isKeyed(value)) value._cacheKey(this);
        else if (Array.isArray(value)) this.plains(value);
        else if (isPlainRecord(value)) this.record(value);
        else tokens.push(identityNumber(value));
        return;
      default:
        tokens.push(identityNumber(value as object));
    }
  }

  plains(values: readonly unknown[] | null | undefined): void {
    if (!values) {
      this.tokens.push(KeyMark.null);
      return;
    }
    this.tokens.push(KeyMark.list, values.length);
    for (let i = 0; i < values.length; i += 1) this.plain(values[i]);
  }

  record(values: object | null | undefined): void {
    if (!values) {
      this.tokens.push(KeyMark.null);
      return;
    }
    // own properties only: what somebody has added to Object.prototype is no part of it
    const names = Object.keys(values);
    this.tokens.push(KeyMark.record, names.length);
    for (const name of names) {
      this.tokens.push(name);
      this.plain((values as Record<string, unknown>)[name]);
    }
  }

  /** Pairs of a name or element and an element or value. */
  pairs(values: readonly (readonly unknown[])[] | null | undefined): void {
    if (!values) {
      this.tokens.push(KeyMark.null);
      return;
    }
    this.tokens.push(values.length);
    for (let i = 0; i < values.length; i += 1) {
      const pair = values[i]!;
      this.plain(pair[0]);
      this.plain(pair[1]);
    }
  }

  keyed(values: readonly HasCacheKey[] | null | undefined): void {
    if (!values) {
      this.tokens.push(KeyMark.null);
      return;
    }
    this.tokens.push(values.length);
    for (let i = 0; i < values.length; i += 1) values[i]!._cacheKey(this);
  }

  /** The same number for the same tokens, and mostly another one for others. To be asked for when the key is complete. */
  get hash(): number {
    if (this.#hash === 0) this.#hash = hashOf(this.tokens);
    return this.#hash;
  }

  /** Whether the structure is the same. */
  equals(other: CacheKey): boolean {
    return sameTokens(this.tokens, other.tokens);
  }

  /** The structure as text: the same text for the same structure. To be asked for when the key is complete. */
  get text(): string {
    return (this.#text ??= this.tokens.map((token) => (typeof token === "string" ? `${token.length}:${token}` : String(token))).join(","));
  }
}

/** Whether two keys have the same tokens. */
export function sameTokens(a: readonly KeyToken[], b: readonly KeyToken[]): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i += 1) if (a[i] !== b[i]) return false;
  return true;
}

function hashOf(tokens: readonly KeyToken[]): number {
  let hash = tokens.length;
  for (let i = 0; i < tokens.length; i += 1) {
    const token = tokens[i]!;
    hash = Math.imul(
      hash ^ (typeof token === "number" ? token : typeof token === "string" ? hashOfText(token) : Number(token)),
      0x5bd1e995,
    );
    hash ^= hash >>> 15;
  }
  // zero stands for "not computed"
  return hash | 1;
}

/** Texts may be long (whole statements), so of those some characters do. */
function hashOfText(text: string): number {
  const { length } = text;
  const step = length <= 48 ? 1 : Math.ceil(length / 32);
  let hash = length;
  for (let i = length - 1; i >= 0; i -= step) hash = Math.imul(hash, 31) + text.charCodeAt(i);
  return hash;
}

function isKeyed(value: object): value is HasCacheKey {
  return typeof (value as Partial<HasCacheKey>)._cacheKey === "function";
}

function isPlainRecord(value: object): boolean {
  const proto = Object.getPrototypeOf(value) as unknown;
  return proto === Object.prototype || proto === null;
}

/** Whether a record has nothing in it. */
function isEmpty(value: object | null | undefined): boolean {
  if (value === null || value === undefined) return false;
  for (const name in value) if (Object.hasOwn(value, name)) return false;
  return true;
}

type Write = (element: Record<string, unknown>, key: CacheKey) => void;

/** How a kind of field is written, as generated text and as a function: the twins must agree (a test compares them). */
interface Writing {
  /** whether the field has what it has in most elements: it is then left out, which the mask of the element says */
  readonly absentCode: (v: string) => string;
  readonly absent: (value: never) => boolean;
  readonly code: (v: string) => string;
  readonly run: (value: never, key: CacheKey) => void;
}

const NOTHING: Pick<Writing, "absent" | "absentCode"> = {
  absentCode: (v) => `(${v} === null || ${v} === undefined)`,
  absent: (value: unknown) => value === null || value === undefined,
};

const NO_ITEMS: Pick<Writing, "absent" | "absentCode"> = {
  absentCode: (v) => `(${v} !== null && ${v} !== undefined && ${v}.length === 0)`,
  absent: (value: readonly unknown[] | null | undefined) => value !== null && value !== undefined && value.length === 0,
};

const keyedElement: Writing = {
  ...NOTHING,
  code: (v) => `${v}._cacheKey(k);`,
  run: (value: HasCacheKey, key) => value._cacheKey(key),
};

const plainList: Writing = {
  ...NO_ITEMS,
  code: (v) => `k.plains(${v});`,
  run: (value: unknown[], key) => key.plains(value),
};

const pairList: Writing = {
  ...NO_ITEMS,
  code: (v) => `k.pairs(${v});`,
  run: (value: unknown[][], key) => key.pairs(value),
};

const keyedList: Writing = {
  ...NO_ITEMS,
  code: (v) => `k.keyed(${v});`,
  run: (value: HasCacheKey[], key) => key.keyed(value),
};

const kinds: Record<FieldKind, Writing | null> = {
  clause: keyedElement,
  clauses: keyedList,
  clauseRows: plainList,
  clausePairs: pairList,
  name: { ...NOTHING, code: (v) => `k.name(${v});`, run: (value: string, key) => key.name(value) },
  operator: {
    ...NOTHING,
    code: (v) => `t.push(${v}.cacheName);`,
    run: (value: { cacheName: KeyToken }, key) => key.add(value.cacheName),
  },
  type: keyedElement,
  plain: {
    absentCode: (v) => `(${v} === false)`,
    absent: (value: unknown) => value === false,
    code: (v) => `k.plain(${v});`,
    run: (value: unknown, key) => key.plain(value),
  },
  plains: plainList,
  plainRecord: {
    absentCode: (v) => `isEmpty(${v})`,
    absent: isEmpty,
    code: (v) => `k.record(${v});`,
    run: (value: object, key) => key.record(value),
  },
  identity: {
    ...NOTHING,
    code: (v) => `t.push(id(${v}));`,
    run: (value: object, key) => key.add(identityNumber(value)),
  },
  keyed: keyedList,
  carried: null,
};

/** So many fields have a bit each in one mask. */
const MASK_BITS = 30;

type Counted = readonly (readonly [name: string, how: Writing])[];

/** The fields that count, in groups of a mask each. */
function groupsOf(fields: readonly Field[]): Counted[] {
  const counted = fields.flatMap(([name, kind]) => {
    const how = kinds[kind];
    return how === null ? [] : [[name, how] as const];
  });
  const groups: Counted[] = [];
  for (let i = 0; i < counted.length; i += MASK_BITS) groups.push(counted.slice(i, i + MASK_BITS));
  return groups;
}

/**
 * The writer of a class, from its list of fields: its tag, then for each group of fields a mask of those that have something to say, and
 * what they say. It is generated, or interpreted where code may not be generated.
 */
export function cacheKeyWriter(tag: number, fields: readonly Field[], className: string): Write {
  if (!canGenerateCode()) return interpretedCacheKeyWriter(tag, fields);
  const lines = ["const t = k.tokens;", `t.push(${tag});`];
  for (const group of groupsOf(fields)) {
    lines.push("{", "let m = 0;");
    group.forEach(([name, how], i) => lines.push(`const v${i} = e[${quoteKey(name)}]; if (!${how.absentCode(`v${i}`)}) m |= ${1 << i};`));
    lines.push("t.push(m);");
    group.forEach(([, how], i) => lines.push(`if ((m & ${1 << i}) !== 0) ${how.code(`v${i}`)}`));
    lines.push("}");
  }
  return compileFunction<Write>(`cacheKey/${className}`, ["e", "k"], lines.join("\n"), { id: identityNumber, isEmpty });
}

/** The interpreted twin of {@link cacheKeyWriter}. */
export function interpretedCacheKeyWriter(tag: number, fields: readonly Field[]): Write {
  const groups = groupsOf(fields);
  return (element, key) => {
    key.add(tag);
    for (const group of groups) {
      let mask = 0;
      group.forEach(([name, how], i) => {
        if (!how.absent(element[name] as never)) mask |= 1 << i;
      });
      key.add(mask);
      group.forEach(([name, how], i) => {
        if ((mask & (1 << i)) !== 0) how.run(element[name] as never, key);
      });
    }
  };
}
