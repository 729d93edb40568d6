import { CacheKey, cacheKeyWriter, identityNumber, type HasCacheKey } from "../base/cache-key.ts";
import { shallowCopy } from "../base/generative.ts";
import { Slot } from "../base/late.ts";
import type { CompileArgs } from "../base/sql-dialect.ts";
import type { Field } from "../base/traversal.ts";
import type { Compiled } from "../compiler/compiled.ts";
import type { SqlCompiler } from "../compiler/sql-compiler.ts";
import type { VisitOptions } from "../compiler/visit-options.ts";
import type { Operator } from "../operators/operator.ts";

/** What the layers above hang on an element: the mapper an ORM column belongs to, "remote" and "foreign" sides of a join, … */
export type Annotations = Readonly<Record<string, unknown>>;

const NO_ANNOTATIONS: Annotations = Object.freeze({});

/** Filled by the compiler package: `element.compile()`. */
export const compileSlot: Slot<(element: ClauseElement, args: CompileArgs) => Compiled> = new Slot("compile");

/**
 * The root of everything that can stand in a SQL statement. Elements are immutable: what seems to change one gives a copy.
 * Each class lists its fields once (`static fields`); key, copy, comparison and walk follow from the list.
 */
export abstract class ClauseElement implements HasCacheKey {
  /** The fields of this class, all of them, those of its parents included. */
  static readonly fields: readonly Field[] = [];

  /** True for elements whose identity counts within a statement (anonymous aliases, labels, binds, subqueries). */
  static readonly identityCounts: boolean = false;

  /** @internal */
  _annotations: Annotations = NO_ANNOTATIONS;
  /** The element that this one is an annotated copy of; both are the same thing in a statement. @internal */
  _annotatedFrom: this | null = null;

  /** Renders the element with the method of the compiler that is made for it. */
  abstract accept(compiler: SqlCompiler, options: VisitOptions): string;

  /** The element without regard to annotations: use it wherever two elements are compared by identity or put into a set. @internal */
  get _identity(): ClauseElement {
    return this._annotatedFrom ?? this;
  }

  /** What stands in a statement in place of this object (mapped attributes and the like give their column). @internal */
  get _clause(): ClauseElement {
    return this;
  }

  /** Brackets, or whatever else the element needs when it stands inside `against`. */
  selfGroup(_against?: Operator): ClauseElement {
    return this;
  }

  /** A copy with further annotations. @internal */
  _annotate(values: Annotations): this {
    const copy = shallowCopy(this);
    copy._annotations = Object.freeze({ ...this._annotations, ...values });
    copy._annotatedFrom = (this._annotatedFrom ?? this) as this;
    copy._forget();
    return copy;
  }

  /** The element as it was before it was annotated. @internal */
  _deannotate(): this {
    return this._annotatedFrom ?? this;
  }

  /** Drops what was memoized on a copy; classes with memoized properties extend it. @internal */
  _forget(): void {}

  /** @internal */
  _cacheKey(key: CacheKey): void {
    const type = this.constructor as typeof ClauseElement;
    if (type.identityCounts && key.again(this._identity)) return;
    writerOf(type)(this as unknown as Record<string, unknown>, key);
    if (this._annotations !== NO_ANNOTATIONS) writeAnnotations(this._annotations, key);
  }

  /**
   * Compiles the element for a dialect: `{ sql, params }` and what execution needs.
   * @param args - `dialect`: a name, a dialect or an engine; without it the default dialect is used
   * @throws CompileError where the dialect cannot express the element
   */
  compile(args: CompileArgs = {}): Compiled {
    return compileSlot.call(this, args);
  }

  /** The SQL text for the default dialect. */
  toString(): string {
    return this.compile().sql;
  }
}

function writeAnnotations(annotations: Annotations, key: CacheKey): void {
  for (const name in annotations) {
    const value = annotations[name];
    key.text += typeof value === "object" && value !== null ? `;${name}#${identityNumber(value)}` : `;${name}=${String(value)}`;
  }
  key.text += ";";
}

const writers = new WeakMap<typeof ClauseElement, ReturnType<typeof cacheKeyWriter>>();
let tags = 0;

function writerOf(type: typeof ClauseElement): ReturnType<typeof cacheKeyWriter> {
  let writer = writers.get(type);
  if (writer === undefined) {
    tags += 1;
    // two classes may have the same name: the number keeps their keys apart
    writer = cacheKeyWriter(`${type.name}${tags}`, type.fields);
    writers.set(type, writer);
  }
  return writer;
}

/** The key of an element: its structure as text and its binds. */
export function cacheKeyOf(element: HasCacheKey): CacheKey {
  const key = new CacheKey();
  element._cacheKey(key);
  return key;
}
