import { CompileError, UnsupportedCompilationError } from "../../errors.ts";
import type { CompileArgs, SqlDialect } from "../base/sql-dialect.ts";
import type { BindParameter } from "../elements/bind-parameter.ts";
import type { ClauseElement } from "../elements/clause-element.ts";
import { isAnonymous, resolveAnonymous, wholeAnonymous } from "../elements/quoted-name.ts";
import { kindOf } from "../types/processors.ts";
import type { TypeEngine } from "../types/type-engine.ts";
import { type IdentifierPreparer, SCHEMA_MARK } from "./identifier-preparer.ts";
import type { RowsForm } from "./rows-form.ts";
import type { SqlCompiler } from "./sql-compiler.ts";
import { NO_OPTIONS, type VisitOptions } from "./visit-options.ts";

/** What begins and ends the mark of a bind in rendered text: no other text may hold it. */
export const MARK = "\0";

/** A place of the rendered text where a value goes; it is written there as `\0<index>\0`. */
export interface BindSlot {
  bind: BindParameter<unknown>;
  /** the parameter's name, by which an execution can give the value */
  readonly name: string;
  readonly type: TypeEngine<unknown>;
  /** the value is written into the text as a literal when the statement is executed */
  readonly literal: boolean;
  /** a list of values, each of which gets a placeholder */
  readonly expanding: boolean;
  /** what stands before and after each value of an expanding bind (a function of the type, a cast) */
  readonly before: string;
  readonly after: string;
  /** what an empty list is written as; null where the bind is not expanding */
  readonly empty: string | null;
  /** the values are rows, which are written like this */
  readonly rows?: RowsForm | null;
}

/** What the compiler knows of the statement that it is in. */
export interface CompilerStackEntry {
  readonly compileState?: unknown;
  readonly selectable?: ClauseElement | null;
  readonly correlateFroms: ReadonlySet<ClauseElement>;
  readonly asfromFroms: ReadonlySet<ClauseElement>;
  readonly [more: string]: unknown;
}

/** The names that labels of a SELECT resolve to: with its FROM columns, only those, only its own columns. */
export type LabelResolution = readonly [
  withColumns: ReadonlyMap<string, ClauseElement>,
  onlyFroms: ReadonlyMap<string, ClauseElement>,
  onlyColumns: ReadonlyMap<string, ClauseElement>,
];

/**
 * What all rendering needs: the way to an element's own method, the places of binds, names that are made while rendering.
 * The rest of the compiler is a chain of subclasses: elements, functions, SELECT, WITH, INSERT and its like.
 */
export abstract class BaseCompiler {
  readonly dialect: SqlDialect;
  readonly statement: ClauseElement;
  readonly args: CompileArgs;
  /** Writes names; translates schemas where the compilation asks for it. */
  readonly preparer: IdentifierPreparer;
  /** The statements around the element that is being rendered, the innermost last. */
  readonly stack: CompilerStackEntry[] = [];
  /** The places of values, in the order in which they were rendered. */
  readonly slots: BindSlot[] = [];
  /** Each parameter by its name. */
  readonly binds: Map<string, BindParameter<unknown>> = new Map();
  /** The whole statement is a text. */
  isPlainText = false;
  /** False where a value became part of the text, although the key of the statement does not tell of it. */
  isCacheable = true;
  /** What is rendered is a part of the statement that is executed: its rows and new keys are no result. See {@link SqlCompiler.embedded}. */
  isEmbedded = false;
  /** Binds must not stand in the list of columns or on both sides of an operator. */
  readonly ansiBindRules: boolean = false;

  // made when they are first needed: most statements need few of them
  /** The places of parameters that may stand for others of the same name and text; by both. */
  #repeatable: Map<string, number> | null = null;
  #anonymous: Map<string, string> | null = null;
  #counters: Map<string, number> | null = null;
  #truncated: Map<string, string> | null = null;
  #truncatedCounters: Map<string, number> | null = null;

  constructor(dialect: SqlDialect, statement: ClauseElement, args: CompileArgs = {}) {
    this.dialect = dialect;
    this.statement = statement;
    this.args = args;
    const { schemaTranslateMap, schemaMarks } = args;
    if (schemaMarks !== undefined) this.preparer = dialect.identifierPreparer.withSchemaMarks(schemaMarks === "null");
    else if (schemaTranslateMap !== undefined) this.preparer = dialect.identifierPreparer.withSchemaTranslate(schemaTranslateMap);
    else this.preparer = dialect.identifierPreparer;
  }

  /** The text of an element. */
  process(element: ClauseElement, options: VisitOptions = NO_OPTIONS): string {
    return element.accept(this as unknown as SqlCompiler, options);
  }

  // ---------------------------------------------------------------- names

  /** The longest name that may be made: that of the database, or the engine's `labelLength`. */
  get labelLength(): number {
    return this.dialect.labelLength ?? this.dialect.maxIdentifierLength;
  }

  /** A name whose anonymous parts are numbered; `alias` and column names of the same kind are shortened alike. */
  truncatedIdentifier(kind: "alias" | "colident" | "bindparam" | "cte", name: string): string {
    const text = this.anonymize(name);
    const room = Math.max(this.labelLength - 6, 0);
    if (text.length <= room) return text;
    const key = `${kind} ${name}`;
    const known = this.#truncated?.get(key);
    if (known !== undefined) return known;
    this.#truncatedCounters ??= new Map();
    const n = this.#truncatedCounters.get(kind) ?? 1;
    this.#truncatedCounters.set(kind, n + 1);
    const short = `${text.slice(0, room)}_${n.toString(16)}`;
    (this.#truncated ??= new Map()).set(key, short);
    return short;
  }

  /** The name with numbers for its anonymous parts: given in the order in which they are first rendered, one count for each body. */
  anonymize(name: string): string {
    if (!isAnonymous(name)) return name;
    const whole = wholeAnonymous(name);
    return whole === null ? resolveAnonymous(name, (id, body) => this.#numbered(id, body)) : this.#numbered(whole[0], whole[1]);
  }

  #numbered(id: string, body: string): string {
    this.#anonymous ??= new Map();
    const known = this.#anonymous.get(id);
    if (known !== undefined) return known;
    this.#counters ??= new Map();
    const n = this.#counters.get(body) ?? 1;
    this.#counters.set(body, n + 1);
    const text = `${body}_${n}`;
    this.#anonymous.set(id, text);
    return text;
  }

  // ---------------------------------------------------------------- binds

  /** The parameter's name in this statement. */
  bindName(bind: BindParameter<unknown>): string {
    // the name of one that is not unique is its own
    if (!bind.unique) return bind._origKey;
    const origin = bind._identity as BindParameter<unknown>;
    const name = this.#numbered(String(origin._anonymousNumber), origin._anonymousBody);
    return name.length <= this.labelLength - 6 ? name : this.truncatedIdentifier("bindparam", origin.key);
  }

  /**
   * Notes a parameter under its name.
   * @throws CompileError when another one has the name and both cannot be the same
   */
  registerBind(bind: BindParameter<unknown>): string {
    const name = this.bindName(bind);
    const existing = this.binds.get(name);
    if (existing !== undefined && existing !== bind) {
      checkSameName(existing, bind, name);
      // a name has one value, wherever it stands: that of the parameter that comes last
      if (existing._origin !== bind._origin) for (const slot of this.slots) if (slot.name === name) slot.bind = bind;
    }
    this.binds.set(name, bind);
    return name;
  }

  /**
   * Makes the place of a value and gives the mark that stands for it.
   * @param before, after - what stands around each value of an expanding bind
   */
  bindMark(bind: BindParameter<unknown>, literal: boolean, empty: string | null, before = "", after = ""): string {
    const name = this.registerBind(bind);
    const index = this.slots.length;
    this.slots.push({ bind, name, type: bind.type, literal, expanding: bind.expanding, before, after, empty });
    return `${MARK}${index}${MARK}`;
  }

  /** Makes the place of a list of rows and gives the mark that stands for it. */
  rowsMark(bind: BindParameter<unknown>, rows: RowsForm): string {
    const index = this.slots.length;
    this.slots.push({
      bind,
      name: this.registerBind(bind),
      type: bind.type,
      literal: false,
      expanding: true,
      before: "",
      after: "",
      empty: "",
      rows,
    });
    return `${MARK}${index}${MARK}`;
  }

  /**
   * A place that a bind shares with the ones before it, where placeholders are numbered: a server knows an expression again only if its
   * parameters have the same numbers. For binds whose type is said, since elsewhere each place may give another one.
   * @param around - what stands around the value, which has to be the same
   */
  sharedBindMark(bind: BindParameter<unknown>, around: string, make: () => string): string {
    if (this.dialect.paramstyle !== "dollar") return make();
    const key = `${this.registerBind(bind)}${MARK}${around}`;
    this.#repeatable ??= new Map();
    const index = this.#repeatable.get(key);
    if (index !== undefined) return `${MARK}${index}${MARK}`;
    this.#repeatable.set(key, this.slots.length);
    return make();
  }

  /** Forgets the places that were made since there were so many of them. */
  forgetBindMarks(count: number): void {
    for (const { name } of this.slots.slice(count))
      if (!this.slots.some((slot, i) => i < count && slot.name === name)) this.binds.delete(name);
    this.slots.length = count;
    for (const [key, index] of this.#repeatable ?? []) if (index >= count) this.#repeatable!.delete(key);
  }

  /**
   * Text that comes from the program: it must not look like the mark of a bind.
   * @throws CompileError when it has a NUL character
   */
  checkText(text: string): string {
    if (typeof text !== "string") throw new CompileError(`SQL text is a string, not ${kindOf(text)}.`);
    if (text.includes(MARK)) throw new CompileError("SQL text must not contain the character NUL (\\0).");
    if (this.args.schemaMarks !== undefined && text.includes(SCHEMA_MARK))
      throw new CompileError("SQL text must not contain the character U+FDD0 where schemas are translated.");
    return text;
  }

  /** Whether what names a dialect ("*" for all) is for this one. */
  isMeant(dialect: string): boolean {
    return dialect === "*" || dialect === this.dialect.name || this.dialect.nameAliases.includes(dialect);
  }

  /** The innermost statement; undefined outside of all. */
  get enclosing(): CompilerStackEntry | undefined {
    return this.stack.at(-1);
  }

  /** Refuses what the dialect has no SQL for. */
  unsupported(what: string): never {
    throw new UnsupportedCompilationError(`The dialect "${this.dialect.name}" cannot express ${what}.`);
  }
}

function checkSameName(existing: BindParameter<unknown>, bind: BindParameter<unknown>, name: string): void {
  if (existing._origin === bind._origin) return;
  if ((existing.unique || bind.unique) && !overlap(existing._clonedSet, bind._clonedSet)) {
    throw new CompileError(`The bound parameter "${name}" has the name of another one that was made for a value; give it another name.`);
  }
  if (existing.expanding !== bind.expanding) {
    throw new CompileError(
      `The bound parameter "${name}" cannot stand both in IN and elsewhere: give one of them another name, or { expanding: true } to both.`,
    );
  }
  if (existing.isCrud !== bind.isCrud) {
    throw new CompileError(
      `The parameter name "${name}" belongs to a column of this INSERT or UPDATE: give the bindparam() another one, such as "b_${name}".`,
    );
  }
  if (existing.isCrud && bind.isCrud) {
    throw new CompileError(`Two columns of this INSERT or UPDATE share the parameter name "${name}": it names more than one table.`);
  }
}

function overlap(a: ReadonlySet<ClauseElement>, b: ReadonlySet<ClauseElement>): boolean {
  for (const one of a) if (b.has(one)) return true;
  return false;
}
