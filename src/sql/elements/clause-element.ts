import { UnsupportedCompilationError } from "../../errors.ts";
import { INSPECT, shown } from "../../util/inspect.ts";
import { warnOnce } from "../../util/warn.ts";
import {
  CacheKey,
  cacheKeyWriter,
  type HasCacheKey,
  identityNumber,
  type KeyedElement,
  KeyMark,
  nextKeyNumber,
  type Write,
  type WriterFrame,
} from "../base/cache-key.ts";
import { shallowCopy } from "../base/generative.ts";
import { Slot } from "../base/late.ts";
import type { CompileArgs } from "../base/sql-dialect.ts";
import type { Field } from "../base/traversal.ts";
import type { Compiled } from "../compiler/compiled.ts";
import type { SqlCompiler } from "../compiler/sql-compiler.ts";
import type { VisitOptions } from "../compiler/visit-options.ts";
import type { Operator } from "../operators/operator.ts";
import type { TypeEngine } from "../types/type-engine.ts";
import type { FromClause } from "../selectable/from-clause.ts";

/** What the layers above hang on an element: the mapper an ORM column belongs to, "remote" and "foreign" sides of a join, … */
export type Annotations = Readonly<Record<string, unknown>>;

export const NO_ANNOTATIONS: Annotations = Object.freeze({});

/** What an element passes on to the statement it is put in: which plugin (the ORM) compiles it, and for what. */
export interface PropagateAttrs {
  readonly compileStatePlugin?: string;
  readonly pluginSubject?: unknown;
  readonly [name: string]: unknown;
}

export const NO_PROPAGATE_ATTRS: PropagateAttrs = Object.freeze({});

/** Gives the copy of an element, made once however often it occurs. */
export type CloneFn = <E extends ClauseElement>(element: E) => E;

/** Filled by the compiler package: `element.compile()`. */
export const compileSlot: Slot<(element: ClauseElement, args: CompileArgs) => Compiled> = new Slot("compile");

/**
 * The root of everything that can stand in a SQL statement. Elements are immutable: what seems to change one gives a copy.
 * Each class lists its fields once (`static fields`); key, copy, comparison and walk follow from the list.
 */
export abstract class ClauseElement implements HasCacheKey {
  /** The fields of this class, all of them, those of its parents included. */
  static readonly fields: readonly Field[] = [];

  /**
   * Says that the fields of the class that this one extends tell its elements apart too, so that two of them with equal fields may share
   * one compiled form. It counts for the class that says it, not for those that extend it. A class with neither this nor `fields` of its
   * own is compiled each time that it is executed, and a warning says so once.
   */
  static readonly inheritCache: boolean = false;

  /** True for elements whose identity counts within a statement (anonymous aliases, labels, binds, subqueries). */
  static readonly identityCounts: boolean = false;

  /* These four live on the prototype until an element has its own: most never have, and elements stay small. */
  /** @internal */
  declare _annotations: Annotations;
  /** The element that this one is an annotated copy of; both are the same thing in a statement. @internal */
  declare _annotatedFrom: this | null;
  /** The element that this one is a copy of, made by a change of its parts. @internal */
  declare _isCloneOf: this | null;
  /** @internal */
  declare _propagateAttrs: PropagateAttrs;
  /** @internal */
  declare readonly _keyWriter: KeyWriter | null;
  /** The key of a statement that was executed. @internal */
  declare _keptKey: CacheKey | null;

  /**
   * Renders the element with the method of the compiler that is made for it. A class of your own leaves it as it is, and says by
   * `compiles()` of `athanor/ext` how it is rendered.
   * @throws UnsupportedCompilationError where nobody has said how
   */
  accept(compiler: SqlCompiler, _options: VisitOptions): string {
    throw noCompilation(this, compiler.dialect.name);
  }

  /** The element without regard to annotations: use it wherever two elements are compared by identity or put into a set. @internal */
  get _identity(): ClauseElement {
    return this._annotatedFrom ?? this;
  }

  /** What stands in a statement in place of this object (mapped attributes and the like give their column). @internal */
  get _clause(): ClauseElement {
    return this;
  }

  // What an element is, for code that must not import its class.
  /** @internal */
  get _isColumnElement(): boolean {
    return false;
  }
  /** @internal */
  get _isFromClause(): boolean {
    return false;
  }
  /** A SELECT, a UNION or a text with columns. @internal */
  get _isSelectBase(): boolean {
    return false;
  }
  /** @internal */
  get _isSelectStatement(): boolean {
    return false;
  }
  /** @internal */
  get _isSubquery(): boolean {
    return false;
  }
  /** @internal */
  get _isTextClause(): boolean {
    return false;
  }
  /** @internal */
  get _isTextual(): boolean {
    return false;
  }
  /** @internal */
  get _isBindParameter(): boolean {
    return false;
  }
  /** @internal */
  get _isClauseList(): boolean {
    return false;
  }
  /** `*`, as text or literal column. @internal */
  get _isStar(): boolean {
    return false;
  }
  /** Has FROM elements inside (joins, annotated tables …) that an adapter must look into. @internal */
  get _isFromContainer(): boolean {
    return false;
  }
  /** @internal */
  get _isSelectContainer(): boolean {
    return false;
  }
  /** Any database knows the result as a truth value. @internal */
  get _isImplicitlyBoolean(): boolean {
    return false;
  }
  /** ANY or ALL. @internal */
  get _isCollectionAggregate(): boolean {
    return false;
  }
  /** Which places it may stand in: bits of `base/roles.ts`. @internal */
  get _roles(): number {
    return 0;
  }

  /** What the FROM list of a statement with this element must hold. @internal */
  get _fromObjects(): readonly FromClause[] {
    return [];
  }

  /** The label to which ORDER BY may refer in its place. @internal */
  get _orderByLabelElement(): ClauseElement | null {
    return null;
  }

  /** How messages name it. */
  get description(): string | null {
    return null;
  }

  /** What stands for NOT this, where that is something else than the condition with NOT before it. @internal */
  declare _negation?: ClauseElement;

  /** NOT this. @internal */
  _negate(): ClauseElement {
    return negateSlot.call(this);
  }

  /** What it becomes when the binary expression that it is the right side of is negated. @internal */
  _negateInBinary(_negated: Operator, _original: Operator): ClauseElement {
    return this;
  }

  /** What it becomes beside an expression of a type, when it has none of its own. @internal */
  _withBinaryElementType(_type: TypeEngine<unknown>): ClauseElement {
    return this;
  }

  /** Without its brackets. @internal */
  _ungroup(): ClauseElement {
    return this;
  }

  /** @internal */
  _setPropagateAttrs(values: PropagateAttrs): this {
    this._propagateAttrs = values;
    return this;
  }

  // Copies and walks; the functions are in base/traversal.ts.
  /** A copy, to have parts changed; elements that are never copied (tables, columns) give themselves. @internal */
  _clone(_maintainKey?: boolean): this {
    const copy = shallowCopy(this);
    copy._isCloneOf = (this._isCloneOf ?? this) as this;
    if (this._annotatedFrom !== null) copy._annotatedFrom = null;
    copy._forget();
    return copy;
  }

  /** Replaces the parts of a fresh copy by what `clone` gives for each. @internal */
  _copyInternals(clone: CloneFn): void {
    copyFields(this as unknown as Record<string, unknown>, (this.constructor as typeof ClauseElement).fields, clone);
  }

  /** The elements that this one is made of, in the order of its fields. @internal */
  _children(): readonly ClauseElement[] {
    return childrenOf(this as unknown as Record<string, unknown>, (this.constructor as typeof ClauseElement).fields);
  }

  /** This element and those that it is a copy of. @internal */
  get _clonedSet(): ReadonlySet<ClauseElement> {
    const set = new Set<ClauseElement>();
    for (let e: ClauseElement | null = this; e !== null; e = e._isCloneOf) set.add(e._identity);
    return set;
  }

  /** Whether two elements have the same structure and the same values. */
  compare(other: ClauseElement): boolean {
    return compareSlot.call(this, other);
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
    let writer = this._keyWriter;
    // a class has its own, never that of the class it extends
    if (writer === null || writer.prototype !== Object.getPrototypeOf(this)) writer = makeKeyWriter(this);
    writer.write.call(this as unknown as KeyedElement, key);
  }

  /** Writes the annotations that it has, if any. @internal */
  _writeAnnotations(key: CacheKey): void {
    if (this._annotations === NO_ANNOTATIONS) return;
    key.add(KeyMark.annotations);
    writeAnnotations(this._annotations, key);
  }

  /**
   * A copy with other values for the parameters that `bindparam()` named.
   * @example select(users).where(users.c.name.eq(bindparam("name"))).params({ name: "wendy" })
   */
  params(values: Readonly<Record<string, unknown>>): this {
    return paramsSlot.call(this, values, false) as this;
  }

  /**
   * The same as {@link params}, with parameters that are different from all others of their name: so the expression may stand in a statement
   * more than once, with other values.
   * @example or(inRange.uniqueParams({ from: 1, to: 5 }), inRange.uniqueParams({ from: 10, to: 15 }))
   */
  uniqueParams(values: Readonly<Record<string, unknown>> = {}): this {
    return paramsSlot.call(this, values, true) as this;
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

  /** @internal */
  [INSPECT](): string {
    return shown(this.constructor.name, () => this.toString());
  }
}

const prototype = ClauseElement.prototype as {
  -readonly [K in "_annotations" | "_annotatedFrom" | "_isCloneOf" | "_propagateAttrs"]: unknown;
};
prototype._annotations = NO_ANNOTATIONS;
prototype._annotatedFrom = null;
prototype._isCloneOf = null;
prototype._propagateAttrs = NO_PROPAGATE_ATTRS;
(ClauseElement.prototype as { _keyWriter: KeyWriter | null })._keyWriter = null;
const { _cacheKey: writeElement } = ClauseElement.prototype;
ClauseElement.prototype._keptKey = null;

/** Filled by elements/unary.ts: NOT of an element without a negation of its own. */
export const negateSlot: Slot<(element: ClauseElement) => ClauseElement> = new Slot("negate");

/** Filled by visitors.ts: a copy with other values for named parameters. */
export const paramsSlot: Slot<(element: ClauseElement, values: Readonly<Record<string, unknown>>, unique: boolean) => ClauseElement> =
  new Slot("params");

/** Filled by base/compare.ts. */
export const compareSlot: Slot<(a: ClauseElement, b: ClauseElement) => boolean> = new Slot("compare");

function childrenOf(element: Record<string, unknown>, fields: readonly Field[]): ClauseElement[] {
  const found: ClauseElement[] = [];
  for (const [name, kind] of fields) {
    const value = element[name];
    if (value === null || value === undefined) continue;
    switch (kind) {
      case "clause":
        found.push(value as ClauseElement);
        break;
      case "clauses":
        for (const one of value as ClauseElement[]) found.push(one);
        break;
      case "clauseRows":
      case "clausePairs":
        for (const row of value as unknown[][]) for (const one of row) if (one instanceof ClauseElement) found.push(one);
        break;
      default:
    }
  }
  return found;
}

function copyFields(element: Record<string, unknown>, fields: readonly Field[], clone: CloneFn): void {
  for (const [name, kind] of fields) {
    const value = element[name];
    if (value === null || value === undefined) continue;
    switch (kind) {
      case "clause":
        element[name] = clone(value as ClauseElement);
        break;
      case "clauses":
        element[name] = (value as ClauseElement[]).map((one) => clone(one));
        break;
      case "clauseRows":
      case "clausePairs":
        element[name] = (value as unknown[][]).map((row) => row.map((one) => (one instanceof ClauseElement ? clone(one) : one)));
        break;
      default:
    }
  }
}

/** How annotations stand in keys. */
interface AnnotationKey {
  /** for their names and those values that count by what they are */
  readonly number: number;
  /** those that count by their structure, which may refer to the rest of a key */
  readonly structures: readonly HasCacheKey[];
}

const annotationKeys = new WeakMap<Annotations, AnnotationKey>();
const knownAnnotations = new Map<string, number>();

/** Annotations with equal names and values have one number, which stands for them as long as there are not too many. */
function annotationKey(annotations: Annotations): AnnotationKey | null {
  const known = annotationKeys.get(annotations);
  if (known !== undefined) return known;
  const structures: HasCacheKey[] = [];
  const { text } = new CacheKey({ _cacheKey: (key) => writeEachAnnotation(annotations, key, structures) }, 0);
  let number = knownAnnotations.get(text);
  if (number === undefined) {
    if (knownAnnotations.size >= 10_000) return null;
    number = nextKeyNumber();
    knownAnnotations.set(text, number);
  }
  const made = { number, structures };
  annotationKeys.set(annotations, made);
  return made;
}

function writeAnnotations(annotations: Annotations, key: CacheKey): void {
  const known = annotationKey(annotations);
  const structures: HasCacheKey[] = [];
  if (known !== null) key.add(known.number);
  else writeEachAnnotation(annotations, key, structures);
  for (const one of known?.structures ?? structures) one._cacheKey(key);
}

/** @param structures - takes the values that count by their structure, of which the key then has nothing but their number and names */
function writeEachAnnotation(annotations: Annotations, key: CacheKey, structures: HasCacheKey[]): void {
  const names = Object.keys(annotations);
  key.add(names.length);
  for (const name of names) {
    const value = annotations[name];
    key.add(name);
    if (typeof value !== "object" || value === null) key.plain(value);
    else if ((value as Partial<HasCacheKey>)._isKeyedByStructure === true) {
      key.add(KeyMark.structure);
      structures.push(value as HasCacheKey);
    } else key.add(identityNumber(value));
  }
}

/** How the elements of one class are written into keys. */
interface KeyWriter {
  readonly prototype: object;
  readonly write: Write;
}

const writers: KeyWriter[] = [];

/**
 * Made when the first element of a class is written, and kept on the prototype, where a look-up costs least: in the place of the method
 * that would look for it, unless the class has one of its own.
 */
function makeKeyWriter(element: ClauseElement): KeyWriter {
  const type = element.constructor as typeof ClauseElement;
  const own = Object.getPrototypeOf(element) as object;
  const frame: WriterFrame = {
    prototype: own,
    otherwise: writeElement as unknown as Write,
    identityCounts: type.identityCounts,
    noAnnotations: NO_ANNOTATIONS,
  };
  // a number, since two classes may have the same name
  const write = declaresKey(type) ? cacheKeyWriter(nextKeyNumber(), type.fields, frame, type.name) : undeclared(type);
  const writer: KeyWriter = { prototype: own, write };
  Object.defineProperty(own, "_keyWriter", { value: writer, configurable: true, writable: true });
  const method = element._cacheKey as unknown as Write;
  if (!Object.hasOwn(own, "_cacheKey") && (method === (writeElement as unknown) || writers.some((known) => known.write === method)))
    Object.defineProperty(own, "_cacheKey", { value: write, configurable: true, writable: true });
  writers.push(writer);
  return writer;
}

/** Whether a class says what tells its elements apart. What it inherits does not count, since it may have more to tell. */
function declaresKey(type: typeof ClauseElement): boolean {
  return Object.hasOwn(type, "fields") || (Object.hasOwn(type, "inheritCache") && type.inheritCache);
}

function undeclared(type: typeof ClauseElement): Write {
  if (!Object.hasOwn(type, "inheritCache")) {
    warnOnce(
      `Statements with elements of ${type.name} are compiled each time: the class does not say what tells its elements apart. ` +
        "Give it `static fields` with all that its rendering depends on, or `static inheritCache = true` where the fields of the class " +
        "that it extends are all of it; `static inheritCache = false` keeps it as it is, without this warning.",
    );
  }
  return function write(key) {
    key.cacheable = false;
    key.add(identityNumber(this));
  };
}

let renderings = 0;

/** How elements are rendered has changed: statements that are compiled from now on share nothing with those before. */
export function forgetKeyWriters(): void {
  renderings += 1;
  // tags are never used again, so the new writers give keys that no cache has
  for (const { prototype: own, write } of writers.splice(0) as {
    prototype: { _keyWriter?: unknown; _cacheKey?: unknown };
    write: Write;
  }[]) {
    delete own._keyWriter;
    if (own._cacheKey === write) delete own._cacheKey;
  }
}

/** The error for an element, a type or a part of a schema that nobody has said how to render. */
export function noCompilation(element: object, dialect: string): UnsupportedCompilationError {
  const { name } = element.constructor;
  return new UnsupportedCompilationError(
    `The dialect "${dialect}" has no rendering for ${name}. Say how it is written: compiles(${name}, "${dialect}", (element, compiler) => …), ` +
      "or without the name of a dialect for all of them; compiles() is in athanor/ext.",
  );
}

/** The key of an element: its structure as text and its binds. */
export function cacheKeyOf(element: HasCacheKey): CacheKey {
  return new CacheKey(element, renderings);
}

/** The key of a statement, made once: statements do not change. */
export function keptKeyOf(statement: ClauseElement): CacheKey {
  const kept = statement._keptKey;
  if (kept !== null && kept.renderings === renderings) return kept;
  return (statement._keptKey = cacheKeyOf(statement));
}
