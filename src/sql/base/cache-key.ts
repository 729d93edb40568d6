import { canGenerateCode, compileFunction, quoteKey } from "../../util/codegen.ts";
import { resolveAnonymous } from "../elements/quoted-name.ts";
import type { Field, FieldKind } from "./traversal.ts";

/** Anything that can write its structure into a key. */
export interface HasCacheKey {
  /** @internal */
  _cacheKey(key: CacheKey): void;
}

let serial = 0;
const numbers = new WeakMap<object, number>();

/** The number by which an object with identity stands in keys; never used again for another object. */
export function identityNumber(object: object): number {
  let n = numbers.get(object);
  if (n === undefined) {
    n = ++serial;
    numbers.set(object, n);
  }
  return n;
}

/**
 * A statement's structure as text, and its bound parameters in order of appearance.
 * Two statements with the same text compile to the same SQL; only the values of their `binds`, index by index, differ.
 */
export class CacheKey {
  text = "";
  /** The bound parameters (BindParameter elements) in the order in which the structure names them. */
  readonly binds: object[] = [];
  /** False when an element cannot be part of a key: the statement is then compiled each time. */
  cacheable = true;
  #seen: Map<object, number> | undefined;
  #names: Map<string, number> | undefined;

  /**
   * True when the object was written before in this key (its back reference is then written); for elements whose
   * identity counts: anonymous aliases, labels and binds.
   */
  again(object: object): boolean {
    this.#seen ??= new Map();
    const n = this.#seen.get(object);
    if (n !== undefined) {
      this.text += `@${n},`;
      return true;
    }
    this.#seen.set(object, this.#seen.size);
    return false;
  }

  /** Writes text of arbitrary content so that it cannot be mistaken for structure. */
  str(value: string): void {
    this.text += `${value.length}:${value},`;
  }

  /** Writes a name; the anonymous ones by the order in which the key first has them. */
  name(value: string | null | undefined): void {
    if (value === null || value === undefined) {
      this.text += "~";
      return;
    }
    this.str(resolveAnonymous(value, (id, body) => `%${this.#numberOf(id)} ${body}%`));
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
        this.text += "s";
        this.str(value);
        return;
      case "number":
        this.text += `${value},`;
        return;
      case "bigint":
        this.text += `n${value},`;
        return;
      case "boolean":
        this.text += value ? "T" : "F";
        return;
      case "undefined":
        this.text += "^";
        return;
      default:
        if (value === null) this.text += "~";
        else if (Array.isArray(value)) this.plains(value);
        else if (isKeyed(value)) value._cacheKey(this);
        else if (isPlainRecord(value)) this.record(value);
        else this.text += `#${identityNumber(value as object)},`;
    }
  }

  plains(values: readonly unknown[] | null | undefined): void {
    if (!values) {
      this.text += "~";
      return;
    }
    this.text += "[";
    for (const value of values) this.plain(value);
    this.text += "]";
  }

  record(values: object | null | undefined): void {
    if (!values) {
      this.text += "~";
      return;
    }
    this.text += "{";
    for (const name in values) {
      // what somebody has added to Object.prototype is no part of it
      if (!Object.hasOwn(values, name)) continue;
      this.str(name);
      this.plain((values as Record<string, unknown>)[name]);
    }
    this.text += "}";
  }

  keyed(values: readonly HasCacheKey[] | null | undefined): void {
    if (!values) {
      this.text += "~";
      return;
    }
    this.text += "(";
    for (const value of values) value._cacheKey(this);
    this.text += ")";
  }
}

function isKeyed(value: unknown): value is HasCacheKey {
  return typeof value === "object" && value !== null && typeof (value as Partial<HasCacheKey>)._cacheKey === "function";
}

function isPlainRecord(value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false;
  const proto = Object.getPrototypeOf(value) as unknown;
  return proto === Object.prototype || proto === null;
}

type Write = (element: Record<string, unknown>, key: CacheKey) => void;

/** How a kind is written, as generated text and as a function: the twins must agree (a test compares them). */
const kinds: Record<FieldKind, { code: (v: string) => string; run: (value: never, key: CacheKey) => void } | null> = {
  clause: {
    code: (v) => `v = ${v}; if (v) v._cacheKey(k); else k.text += "~";`,
    run: (value: HasCacheKey | null | undefined, key) => {
      if (value) value._cacheKey(key);
      else key.text += "~";
    },
  },
  clauses: { code: (v) => `k.keyed(${v});`, run: (value: HasCacheKey[], key) => key.keyed(value) },
  clauseRows: {
    code: (v) => `k.plains(${v});`,
    run: (value: unknown[], key) => key.plains(value),
  },
  clausePairs: { code: (v) => `k.plains(${v});`, run: (value: unknown[], key) => key.plains(value) },
  name: { code: (v) => `k.name(${v});`, run: (value: string, key) => key.name(value) },
  operator: {
    code: (v) => `v = ${v}; k.text += v ? v.cacheName : "~";`,
    run: (value: { cacheName: string } | null, key) => {
      key.text += value ? value.cacheName : "~";
    },
  },
  type: {
    code: (v) => `v = ${v}; if (v) v._cacheKey(k); else k.text += "~";`,
    run: (value: HasCacheKey | null, key) => {
      if (value) value._cacheKey(key);
      else key.text += "~";
    },
  },
  plain: { code: (v) => `k.plain(${v});`, run: (value: unknown, key) => key.plain(value) },
  plains: { code: (v) => `k.plains(${v});`, run: (value: unknown[], key) => key.plains(value) },
  plainRecord: { code: (v) => `k.record(${v});`, run: (value: object, key) => key.record(value) },
  identity: {
    code: (v) => `v = ${v}; k.text += v ? "#" + id(v) + "," : "~";`,
    run: (value: object | null, key) => {
      key.text += value ? `#${identityNumber(value)},` : "~";
    },
  },
  keyed: { code: (v) => `k.keyed(${v});`, run: (value: HasCacheKey[], key) => key.keyed(value) },
  carried: null,
};

/**
 * The writer of a class, from its list of fields. What is written is a prefix code (each part says itself where it ends), so different
 * structures cannot give the same text. It is generated, or interpreted where code may not be generated.
 */
export function cacheKeyWriter(tag: string, fields: readonly Field[], className = tag): Write {
  const counted = fields.filter(([, kind]) => kinds[kind] !== null);
  if (canGenerateCode()) {
    const body = counted.map(([name, kind]) => kinds[kind]!.code(`e[${quoteKey(name)}]`)).join("\n");
    return compileFunction<Write>(`cacheKey/${className}`, ["e", "k"], `let v;\nk.text += ${quoteKey(`${tag}.`)};\n${body}`, {
      id: identityNumber,
    });
  }
  return interpretedCacheKeyWriter(tag, fields);
}

/** The interpreted twin of {@link cacheKeyWriter}. */
export function interpretedCacheKeyWriter(tag: string, fields: readonly Field[]): Write {
  const steps = fields.flatMap(([name, kind]) => {
    const how = kinds[kind];
    return how ? [{ name, run: how.run as (value: unknown, key: CacheKey) => void }] : [];
  });
  return (element, key) => {
    key.text += `${tag}.`;
    for (const { name, run } of steps) run(element[name], key);
  };
}
