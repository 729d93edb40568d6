import { canGenerateCode, compileFunction, quoteKey } from "../../util/codegen.ts";
import { isAnonymous, numberedPart, resolveAnonymous, wholeAnonymous } from "../elements/quoted-name.ts";
import type { Field, FieldKind } from "./traversal.ts";

/** Anything that can write its structure into a key. */
export interface HasCacheKey {
  /** @internal */
  _cacheKey(key: CacheKey): void;
  /** Whether it is known by its structure where it hangs on an element; by what it is, if not. @internal */
  readonly _isKeyedByStructure?: boolean;
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
  rows: -16,
  structure: -17,
} as const;

/** A part of a key. */
export type KeyToken = number | string | bigint;

/** Up to so many objects are looked for one by one. */
const FEW = 12;

/** What keys are written into; taken by the one that is being written, so that arrays need not grow for each key. */
let spare: { readonly tokens: KeyToken[]; readonly seen: (object | null)[] } | null = null;

const NO_TOKENS: readonly KeyToken[] = Object.freeze([]);

/**
 * The structure of a statement, as a list of tokens, and its bound parameters in order of appearance. Two statements with the same tokens
 * compile to the same SQL; only the values of their `binds`, index by index, differ.
 *
 * The list is a prefix code: each part says itself where it ends, so different structures cannot give the same tokens.
 */
export class CacheKey {
  /** The structure, when the key is complete. */
  tokens: readonly KeyToken[] = NO_TOKENS;
  /** The bound parameters (BindParameter elements) in the order in which the structure names them. */
  readonly binds: object[] = [];
  /** False when an element cannot be part of a key: the statement is then compiled each time. */
  cacheable = true;
  /** Where a cache has what was compiled for it. @internal */
  _place: object | null = null;
  /** How often renderings had changed before it was made. */
  readonly renderings: number;
  /** What is being written, and how much of it there is. @internal */
  _writing: KeyToken[];
  /** @internal */
  _length = 0;
  #seen: (object | null)[];
  #seenCount = 0;
  #index: Map<object, number> | null = null;
  #names: Map<string, number> | null = null;
  #hash = 0;
  #text: string | null = null;

  constructor(element: HasCacheKey, renderings: number) {
    this.renderings = renderings;
    const { tokens, seen } = spare ?? { tokens: [], seen: [] };
    spare = null;
    this._writing = tokens;
    this.#seen = seen;
    element._cacheKey(this);
    this.tokens = tokens.slice(0, this._length);
    this._writing = [];
    this.#seen = [];
    for (let i = 0; i < this.#seenCount; i += 1) seen[i] = null;
    this.#index = null;
    this.#names = null;
    spare = { tokens, seen };
  }

  /**
   * True when the object was written before in this key (its back reference is then written); for elements whose
   * identity counts: anonymous aliases, labels and binds.
   */
  again(object: object): boolean {
    const n = this.#index === null ? this.#lookFor(object) : (this.#index.get(object) ?? -1);
    if (n !== -1) {
      this.add(KeyMark.again);
      this.add(n);
      return true;
    }
    const count = this.#seenCount;
    this.#seen[count] = object;
    this.#seenCount = count + 1;
    if (this.#index !== null) this.#index.set(object, count);
    else if (count === FEW) this.#index = new Map(this.#seen.slice(0, count + 1).map((one, i) => [one!, i]));
    return false;
  }

  #lookFor(object: object): number {
    const seen = this.#seen;
    for (let i = this.#seenCount - 1; i >= 0; i -= 1) if (seen[i] === object) return i;
    return -1;
  }

  /** Writes a key number, a mark, or text that says what comes next. */
  add(token: KeyToken): void {
    this._writing[this._length] = token;
    this._length += 1;
  }

  /** Writes a name; the anonymous ones by the order in which the key first has them. */
  name(value: string | null | undefined): void {
    if (value === null || value === undefined) this.add(KeyMark.null);
    else if (!isAnonymous(value)) this.add(value);
    else {
      const whole = wholeAnonymous(value);
      if (whole === null) this.add(resolveAnonymous(value, (id, body) => numberedPart(this.#numberOf(id), body)));
      else {
        this.add(KeyMark.anonymous);
        this.add(this.#numberOf(whole[0]));
        this.add(whole[1]);
      }
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
    switch (typeof value) {
      case "string":
        this.add(value);
        return;
      case "number":
        this.add(KeyMark.number);
        // NaN is equal to nothing
        this.add(value === value ? value : "NaN");
        return;
      case "bigint":
        this.add(KeyMark.bigint);
        this.add(value);
        return;
      case "boolean":
        this.add(value ? KeyMark.true : KeyMark.false);
        return;
      case "undefined":
        this.add(KeyMark.undefined);
        return;
      case "object":
        if (value === null) this.add(KeyMark.null);
        else if (isKeyed(value)) value._cacheKey(this);
        else if (Array.isArray(value)) this.plains(value);
        else if (isPlainRecord(value)) this.record(value);
        else this.add(identityNumber(value));
        return;
      default:
        this.add(identityNumber(value as object));
    }
  }

  plains(values: readonly unknown[] | null | undefined): void {
    if (!values) {
      this.add(KeyMark.null);
      return;
    }
    this.add(KeyMark.list);
    this.add(values.length);
    for (let i = 0; i < values.length; i += 1) this.plain(values[i]);
  }

  record(values: object | null | undefined): void {
    if (!values) {
      this.add(KeyMark.null);
      return;
    }
    // own properties only: what somebody has added to Object.prototype is no part of it
    const names = Object.keys(values);
    this.add(KeyMark.record);
    this.add(names.length);
    for (const name of names) {
      this.add(name);
      this.plain((values as Record<string, unknown>)[name]);
    }
  }

  /** Pairs of a name or element and an element or value. */
  pairs(values: readonly (readonly unknown[])[] | null | undefined): void {
    if (!values) {
      this.add(KeyMark.null);
      return;
    }
    this.add(values.length);
    for (let i = 0; i < values.length; i += 1) {
      const pair = values[i]!;
      this.plain(pair[0]);
      this.plain(pair[1]);
    }
  }

  keyed(values: readonly HasCacheKey[] | null | undefined): void {
    if (!values) {
      this.add(KeyMark.null);
      return;
    }
    this.add(values.length);
    for (let i = 0; i < values.length; i += 1) values[i]!._cacheKey(this);
  }

  /** The same number for the same tokens, and mostly another one for others. */
  get hash(): number {
    if (this.#hash === 0) this.#hash = hashOf(this.tokens);
    return this.#hash;
  }

  /** Whether the structure is the same. */
  equals(other: CacheKey): boolean {
    return sameTokens(this.tokens, other.tokens);
  }

  /** The structure as text: the same text for the same structure. */
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

/** What a writer needs to know of the elements that it writes. */
export interface KeyedElement {
  readonly _identity: object;
  readonly _annotations: object;
  _writeAnnotations(key: CacheKey): void;
  readonly [field: string]: unknown;
}

/** Writes an element into a key. */
export type Write = (this: KeyedElement, key: CacheKey) => void;

/** How a kind of field is written, as generated text and as a function: the twins must agree (a test compares them). */
interface Writing {
  readonly code: (v: string) => string;
  readonly run: (value: never, key: CacheKey) => void;
  /** what the field has in most elements, unless its class says otherwise: it is then left out, which the mask of the element says */
  readonly usual: Usual;
}

/** Tells whether a field has what it usually has. */
interface Usual {
  readonly code: (v: string) => string;
  readonly is: (value: never) => boolean;
}

const NOTHING: Usual = {
  code: (v) => `(${v} === null || ${v} === undefined)`,
  is: (value: unknown) => value === null || value === undefined,
};

const NO_ITEMS: Usual = {
  code: (v) => `(${v} !== null && ${v} !== undefined && ${v}.length === 0)`,
  is: (value: readonly unknown[] | null | undefined) => value !== null && value !== undefined && value.length === 0,
};

const NO_NAMES: Usual = { code: (v) => `isEmpty(${v})`, is: isEmpty };

function just(given: string | number | boolean): Usual {
  return { code: (v) => `(${v} === ${JSON.stringify(given)})`, is: (value: unknown) => value === given };
}

const keyedElement: Writing = {
  code: (v) => `${v}._cacheKey(k);`,
  run: (value: HasCacheKey, key) => value._cacheKey(key),
  usual: NOTHING,
};

const plainList: Writing = { code: (v) => `k.plains(${v});`, run: (value: unknown[], key) => key.plains(value), usual: NO_ITEMS };

const pairList: Writing = { code: (v) => `k.pairs(${v});`, run: (value: unknown[][], key) => key.pairs(value), usual: NO_ITEMS };

const keyedList: Writing = { code: (v) => `k.keyed(${v});`, run: (value: HasCacheKey[], key) => key.keyed(value), usual: NO_ITEMS };

const kinds: Record<FieldKind, Writing | null> = {
  clause: keyedElement,
  clauses: keyedList,
  clauseRows: plainList,
  clausePairs: pairList,
  name: { code: (v) => `k.name(${v});`, run: (value: string, key) => key.name(value), usual: NOTHING },
  operator: {
    code: (v) => `k.add(${v}.cacheName);`,
    run: (value: { cacheName: KeyToken }, key) => key.add(value.cacheName),
    usual: NOTHING,
  },
  type: keyedElement,
  plain: { code: (v) => `k.plain(${v});`, run: (value: unknown, key) => key.plain(value), usual: just(false) },
  plains: plainList,
  plainRecord: { code: (v) => `k.record(${v});`, run: (value: object, key) => key.record(value), usual: NO_NAMES },
  identity: { code: (v) => `k.add(id(${v}));`, run: (value: object, key) => key.add(identityNumber(value)), usual: NOTHING },
  keyed: keyedList,
  carried: null,
};

/** So many fields have a bit each in one mask. */
const MASK_BITS = 30;

type Counted = readonly (readonly [name: string, how: Writing, usual: Usual])[];

/** The fields that count, in groups of a mask each. */
function groupsOf(fields: readonly Field[]): Counted[] {
  const counted = fields.flatMap(([name, kind, given]) => {
    const how = kinds[kind];
    return how === null ? [] : [[name, how, given === undefined ? how.usual : given === null ? NOTHING : just(given)] as const];
  });
  const groups: Counted[] = [];
  for (let i = 0; i < counted.length; i += MASK_BITS) groups.push(counted.slice(i, i + MASK_BITS));
  return groups;
}

/** What the writer of a class has around its fields. */
export interface WriterFrame {
  /** the prototype of the class: elements of others, which may find the writer there, are left to `otherwise` */
  readonly prototype: object;
  readonly otherwise: Write;
  /** an element that is met again is written as a reference to the first time */
  readonly identityCounts: boolean;
  /** the annotations of elements that have none */
  readonly noAnnotations: object;
}

/**
 * The writer of a class, from its list of fields: its tag, then for each group of fields a mask of those that have something to say, and
 * what they say. It is generated, or interpreted where code may not be generated.
 */
export function cacheKeyWriter(tag: number, fields: readonly Field[], frame: WriterFrame, className: string): Write {
  if (!canGenerateCode()) return interpretedCacheKeyWriter(tag, fields, frame);
  const lines = ["if (Object.getPrototypeOf(this) !== prototype) { otherwise.call(this, k); return; }"];
  // what hangs on it may be another thing than the first time
  if (frame.identityCounts)
    lines.push("if (k.again(this._identity)) { if (this._annotations !== noAnnotations) this._writeAnnotations(k); return; }");
  lines.push(`k.add(${tag});`);
  for (const group of groupsOf(fields)) {
    lines.push("{", "let m = 0;");
    group.forEach(([name, , usual], i) =>
      lines.push(`const v${i} = this[${quoteKey(name)}]; if (!${usual.code(`v${i}`)}) m |= ${1 << i};`),
    );
    lines.push("k.add(m);");
    group.forEach(([, how], i) => lines.push(`if ((m & ${1 << i}) !== 0) ${how.code(`v${i}`)}`));
    lines.push("}");
  }
  lines.push("if (this._annotations !== noAnnotations) this._writeAnnotations(k);");
  const { prototype, otherwise, noAnnotations } = frame;
  return compileFunction<Write>(`cacheKey/${className}`, ["k"], lines.join("\n"), {
    id: identityNumber,
    isEmpty,
    prototype,
    otherwise,
    noAnnotations,
  });
}

/** The interpreted twin of {@link cacheKeyWriter}. */
export function interpretedCacheKeyWriter(tag: number, fields: readonly Field[], frame: WriterFrame): Write {
  const groups = groupsOf(fields);
  return function write(this: KeyedElement, key) {
    if (Object.getPrototypeOf(this) !== frame.prototype) {
      frame.otherwise.call(this, key);
      return;
    }
    if (frame.identityCounts && key.again(this._identity)) {
      if (this._annotations !== frame.noAnnotations) this._writeAnnotations(key);
      return;
    }
    key.add(tag);
    for (const group of groups) {
      let mask = 0;
      group.forEach(([name, , usual], i) => {
        if (!usual.is(this[name] as never)) mask |= 1 << i;
      });
      key.add(mask);
      group.forEach(([name, how], i) => {
        if ((mask & (1 << i)) !== 0) how.run(this[name] as never, key);
      });
    }
    if (this._annotations !== frame.noAnnotations) this._writeAnnotations(key);
  };
}
