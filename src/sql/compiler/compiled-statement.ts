import { INSPECT } from "../../util/inspect.ts";
import type { SqlDialect } from "../base/sql-dialect.ts";
import type { PrefetchDefault, TargetColumn } from "../dml/crud-types.ts";
import { ArgumentError } from "../../errors.ts";
import { NO_VALUE, type BindParameter } from "../elements/bind-parameter.ts";
import type { ClauseElement } from "../elements/clause-element.ts";
import { checkStored, forParameter } from "../types/processors.ts";
import type { BoundStatement, Compiled, InsertBatch, ParameterRecord, ResultColumn } from "./compiled.ts";
import { BoundSlot } from "./bound-slot.ts";
import { arrayBatches, ArrayStatement, ROWS_FOR_ARRAYS } from "./array-statement.ts";
import { insertBatches, InsertManyPlan } from "./insert-batches.ts";
import { ListedRows } from "./listed-rows.ts";
import { keySources, primaryKeyOf, type KeySource } from "./inserted-key.ts";
import { applyPrefetch } from "./prefetch.ts";
import { Placeholders, sentSlots, splitMarks, type Segments } from "./segments.ts";
import type { RowsForm } from "./rows-form.ts";
import type { SqlCompiler } from "./sql-compiler.ts";

/** What was bound for one execution of an INSERT or UPDATE, with the values before their conversion. */
export interface BoundDml extends BoundStatement {
  /** by slot */
  readonly raw: readonly unknown[];
}

const MEMO_SIZE = 32;
/** Longer texts are made anew each time: they cost little beside their many values, and would take much room. */
const MEMO_TEXT = 20_000;
const NONE: readonly object[] = Object.freeze([]);

/** A compiled SELECT, INSERT, UPDATE, DELETE or text. */
export class CompiledStatement implements Compiled {
  readonly dialect: SqlDialect;
  readonly statement: ClauseElement;
  readonly isSelect: boolean;
  readonly isInsert: boolean;
  readonly isUpdate: boolean;
  readonly isDelete: boolean;
  readonly isText: boolean;
  readonly isDdl: boolean = false;
  readonly resultColumns: readonly ResultColumn[] | null;
  readonly resultColumnsByName: boolean;
  readonly returnsRows: boolean | null;
  readonly implicitReturning: boolean;
  readonly compileState: unknown;
  readonly isCacheable: boolean;
  readonly unfiltered: string | null;
  /** defaults that are computed for each row before it is sent */
  readonly prefetch: readonly PrefetchDefault[];
  /** columns whose new values only the database knows */
  readonly postfetch: readonly TargetColumn[];
  /** @internal */
  readonly _slots: readonly BoundSlot[];
  readonly #compiler: SqlCompiler;
  readonly #segments: Segments;
  /** the slots in the order in which their values are sent */
  readonly #sent: readonly number[];
  /** the text, where it does not depend on the values */
  readonly #text: string | null;
  readonly #memo: Map<string, string> | null;
  #keySources: readonly KeySource[] | null | undefined = undefined;
  #parameterNames: ReadonlySet<string> | null = null;
  #plan: InsertManyPlan | null | undefined = undefined;
  #rows: ArrayStatement | null | undefined = undefined;
  #listed: ListedRows | null | undefined = undefined;
  #own: BoundStatement | null = null;

  constructor(compiler: SqlCompiler, text: string) {
    this.#compiler = compiler;
    this.dialect = compiler.dialect;
    this.statement = compiler.statement;
    this.isInsert = compiler.isInsert;
    this.isUpdate = compiler.isUpdate;
    this.isDelete = compiler.isDelete;
    this.isText = compiler.isPlainText;
    this.isSelect = compiler.statement._isSelectBase;
    this.compileState = compiler.compileState;
    this.isCacheable = compiler.isCacheable;
    this.unfiltered = compiler.unfiltered;
    const target = compiler.dmlTarget;
    this.prefetch = target?.prefetch ?? [];
    this.postfetch = target?.postfetch ?? [];
    this.implicitReturning = target !== null && target.implicitReturning.length > 0;

    const { columns, ordered } = compiler.resultMap;
    this.resultColumns = columns.length > 0 && (ordered || columns.some(({ name }) => name !== "")) ? columns : null;
    this.resultColumnsByName = !ordered;
    if (this.isSelect) this.returnsRows = true;
    else if (target !== null && !compiler.isEmbedded) this.returnsRows = columns.length > 0;
    else this.returnsRows = this.isText ? null : columns.length > 0 ? true : null;

    const placeOf = placesOf(compiler.args.cacheKey?.binds ?? NONE);
    const slots: BoundSlot[] = [];
    let isDynamic = false;
    for (const slot of compiler.slots) {
      const bound = new BoundSlot(slot, this.dialect, placeOf(slot.bind._origin));
      slots.push(bound);
      if (bound.isDynamic) isDynamic = true;
    }
    this._slots = slots;
    this.#segments = splitMarks(text);
    this.#sent = sentSlots(this.#segments.slots, this.dialect.paramstyle);
    if (isDynamic && this.#segments.slots.some((n) => slots[n]!.isDynamic)) {
      this.#text = null;
      this.#memo = new Map();
    } else {
      this.#text = staticText(this.#segments, this.dialect);
      this.#memo = null;
    }
  }

  get parameterNames(): ReadonlySet<string> {
    return (this.#parameterNames ??= new Set(this._slots.map(({ name }) => name)));
  }

  /** @internal */
  [INSPECT](): { readonly sql: string; readonly params: readonly unknown[] } {
    return { sql: this.sql, params: this.params };
  }

  get sql(): string {
    return this.#bound().sql;
  }

  get params(): readonly unknown[] {
    return this.#bound().params;
  }

  /** The statement with its own values; parameters without one are NULL here, since nothing is executed. */
  #bound(): BoundStatement {
    if (this.#own === null) {
      const raw: unknown[] = [];
      for (const { bind } of this._slots) {
        const value = bind.effectiveValue;
        raw.push(value === NO_VALUE || value === undefined ? (bind.expanding ? [] : null) : value);
      }
      this.#own = this.#render(raw);
    }
    return this.#own;
  }

  bind(params: ParameterRecord | null, binds: readonly object[] | null): BoundStatement {
    const raw = this._values(params, binds);
    const bound = this.#render(this.#memo === null ? raw : this.#withEvenLists(raw));
    return this.isInsert ? boundDml(bound, raw) : bound;
  }

  /** The values by slot, defaults included, before their conversion. @internal */
  _values(params: ParameterRecord | null, binds: readonly object[] | null): unknown[] {
    const slots = this._slots;
    if (this.prefetch.length > 0) return applyPrefetch(this.prefetch, slots, params, binds);
    const raw: unknown[] = [];
    for (let i = 0; i < slots.length; i += 1) raw.push(slots[i]!.value(params, binds));
    return raw;
  }

  #render(raw: readonly unknown[]): BoundStatement {
    const slots = this.#sent;
    if (this.#text !== null) {
      const params: unknown[] = [];
      let i = 0;
      try {
        for (; i < slots.length; i += 1) {
          const slot = this._slots[slots[i]!]!;
          const value = raw[slots[i]!];
          params.push(slot.process === null ? value : slot.process(value));
        }
      } catch (error) {
        throw forParameter(error, this._slots[slots[i]!]!.name, raw[slots[i]!]);
      }
      return { sql: this.#text, params };
    }
    return this.#renderDynamic(raw);
  }

  /**
   * The same values, with lists of IN that are a little longer: their last value is repeated, which changes nothing. So lists of any length
   * make a small number of texts, of which servers and drivers keep what they have prepared.
   */
  #withEvenLists(raw: unknown[]): readonly unknown[] {
    let even: unknown[] | null = null;
    let count = raw.length;
    for (let n = 0; n < this._slots.length; n += 1) {
      const slot = this._slots[n]!;
      if (!slot.isInList) continue;
      const list = listOf(raw[n], slot);
      // what can be read once only has been read now
      raw[n] = list;
      const size = evenLength(list.length);
      count += size * (slot.tupleTypes?.length ?? 1);
      if (size === list.length) continue;
      const longer = list.slice();
      while (longer.length < size) longer.push(list[list.length - 1]);
      even ??= raw.slice();
      even[n] = longer;
    }
    return even === null || count > this.dialect.maxParameters ? raw : even;
  }

  #renderDynamic(raw: readonly unknown[]): BoundStatement {
    const params: unknown[] = [];
    let shape: string | null = "";
    for (const n of this.#sent) {
      const slot = this._slots[n]!;
      if (slot.literal) {
        shape = null;
      } else if (!slot.expanding) {
        params.push(convert(slot, slot.process, raw[n]));
      } else {
        const list = listOf(raw[n], slot);
        if (shape !== null) shape += `${list.length},`;
        if (slot.rows !== null) {
          if (pushRows(slot, slot.rows, list as readonly unknown[][], params)) shape = null;
          continue;
        }
        if (slot.tuple === null) pushList(slot, list, params);
        else {
          for (const item of list) slot.tuple.forEach((process, i) => params.push(convert(slot, process, (item as unknown[])[i])));
        }
      }
    }
    if (shape === null) return { sql: this.#dynamicText(raw), params };
    let sql = this.#memo!.get(shape);
    if (sql === undefined) {
      if (this.#memo!.size >= MEMO_SIZE) this.#memo!.clear();
      sql = this.#dynamicText(raw);
      if (sql.length <= MEMO_TEXT) this.#memo!.set(shape, sql);
    }
    return { sql, params };
  }

  #dynamicText(raw: readonly unknown[]): string {
    const { texts, slots } = this.#segments;
    const placeholders = new Placeholders(this.dialect.paramstyle);
    let sql = texts[0]!;
    slots.forEach((n, i) => {
      sql += placeholders.forSlot(n, () => this.#slotText(this._slots[n]!, raw[n], placeholders)) + texts[i + 1]!;
    });
    return sql;
  }

  #slotText(slot: BoundSlot, value: unknown, placeholders: Placeholders): string {
    if (!slot.expanding) {
      if (!slot.literal) return placeholders.next();
      if (slot.bind.isCrud) checkStored(slot.name, value, slot.type, this.dialect);
      return this.#compiler.renderLiteralValue(value, slot.type);
    }
    const list = listOf(value, slot);
    if (list.length === 0) return slot.empty;
    if (slot.rows !== null) return rowsText(slot.rows, list as readonly unknown[][], placeholders);
    if (slot.tupleTypes !== null) {
      const types = slot.tupleTypes;
      const rows = list.map((row) => {
        const items = types.map((type, i) =>
          slot.literal ? this.#compiler.renderLiteralValue((row as unknown[])[i], type) : placeholders.next(),
        );
        return `(${items.join(", ")})`;
      });
      return (this.dialect.tupleInValues ? "VALUES " : "") + rows.join(", ");
    }
    return list
      .map((item) => slot.before + (slot.literal ? this.#compiler.renderLiteralValue(item, slot.type) : placeholders.next()) + slot.after)
      .join(", ");
  }

  bindMany(params: readonly ParameterRecord[], binds: readonly object[] | null): { sql: string; rows: unknown[][] } {
    if (this.#text === null) {
      const all = params.map((one) => this.#render(this.#withEvenLists(this._values(one, binds))));
      const { sql } = all[0] ?? { sql: this.sql };
      if (all.some((bound) => bound.sql !== sql)) {
        throw new ArgumentError(
          "A statement with an IN list (or with values written into it) needs lists of the same length in all parameter sets.",
        );
      }
      return { sql, rows: all.map((bound) => bound.params as unknown[]) };
    }
    const rows: unknown[][] = [];
    if (this.prefetch.length > 0) for (const one of params) rows.push(this.#render(this._values(one, binds)).params as unknown[]);
    else for (const one of params) rows.push(this.#convertRow(one, binds));
    return { sql: this.#text, rows };
  }

  /** What {@link _values} and rendering give together, of a statement whose text is always the same. */
  #convertRow(params: ParameterRecord, binds: readonly object[] | null): unknown[] {
    const sent = this.#sent;
    const row: unknown[] = [];
    for (let i = 0; i < sent.length; i += 1) {
      const slot = this._slots[sent[i]!]!;
      const value = slot.value(params, binds);
      if (slot.process === null) row.push(value);
      else {
        try {
          row.push(slot.process(value));
        } catch (error) {
          throw forParameter(error, slot.name, value);
        }
      }
    }
    return row;
  }

  parameterName(place: number): string | null {
    const sent = this.#sent.slice(0, place + 1).map((n) => this._slots[n]!);
    // behind an IN list, the places are those of its values
    return place < sent.length && !sent.some((slot) => slot.isDynamic) ? sent[place]!.name : null;
  }

  insertedPrimaryKey(
    bound: BoundStatement,
    row: readonly unknown[] | null,
    lastInsertId: number | bigint | null,
  ): readonly unknown[] | null {
    if (this.#keySources === undefined) this.#keySources = this.isInsert ? keySources(this.#compiler, this._slots) : null;
    if (this.#keySources === null) return null;
    return primaryKeyOf(this.#keySources, (bound as Partial<BoundDml>).raw ?? [], row, lastInsertId);
  }

  insertBatches(
    params: readonly ParameterRecord[],
    binds: readonly object[] | null,
    pageSize: number = this.dialect.insertmanyvaluesPageSize ?? Infinity,
  ): Iterable<InsertBatch> | null {
    if (this.#plan === undefined) this.#plan = InsertManyPlan.of(this, this.#compiler);
    const plan = this.#plan;
    if (plan === null) return null;
    if (plan.arrays !== null && params.length >= ROWS_FOR_ARRAYS)
      return arrayBatches(this, plan.arrays, plan.sentinel, params, binds, pageSize);
    return this.returnsRows || this.dialect.useInsertManyValuesWoReturning ? insertBatches(this, plan, params, binds, pageSize) : null;
  }

  rowBatches(params: readonly ParameterRecord[], binds: readonly object[] | null): Iterable<InsertBatch> | null {
    if (this.dialect.updateFromRows) return this.#listedBatches(params, binds);
    if (params.length < ROWS_FOR_ARRAYS) return null;
    if (this.#rows === undefined) this.#rows = this.#text === null ? null : ArrayStatement.forRows(this.#compiler);
    return this.#rows === null ? null : arrayBatches(this, this.#rows, null, params, binds);
  }

  #listedBatches(params: readonly ParameterRecord[], binds: readonly object[] | null): Iterable<InsertBatch> | null {
    if (!ListedRows.fits(params)) return null;
    if (this.#listed === undefined) this.#listed = this.#text === null ? null : ListedRows.forUpdate(this.#compiler);
    return this.#listed === null ? null : this.#listed.batches(this, params, binds);
  }
}

/** Lists of up to so many values are sent as they are. */
const SHORT_LIST = 32;

/** The length that a list is brought to: above a few values, a multiple of the eighth of a power of two. */
export function evenLength(length: number): number {
  if (length <= SHORT_LIST) return length;
  const step = 1 << (28 - Math.clz32(length));
  return Math.ceil(length / step) * step;
}

/** Tells the place of a bind in a list, by what it is a copy of; -1 where it is not there. */
function placesOf(binds: readonly object[]): (origin: object) => number {
  if (binds.length === 0) return () => -1;
  if (binds.length <= 8) return (origin) => binds.findIndex((bind) => (bind as BindParameter<unknown>)._origin === origin);
  const places = new Map<object, number>();
  binds.forEach((bind, i) => {
    const origin = (bind as BindParameter<unknown>)._origin;
    if (!places.has(origin)) places.set(origin, i);
  });
  return (origin) => places.get(origin) ?? -1;
}

function boundDml({ sql, params }: BoundStatement, raw: readonly unknown[]): BoundDml {
  return { sql, params, raw };
}

function convert(slot: BoundSlot, process: BoundSlot["process"], value: unknown): unknown {
  if (process === null) return value;
  try {
    return process(value);
  } catch (error) {
    throw forParameter(error, slot.name, value);
  }
}

/** Adds the values of a list to what is sent. */
function pushList(slot: BoundSlot, list: readonly unknown[], params: unknown[]): void {
  const { process } = slot;
  let i = 0;
  try {
    if (process === null) for (; i < list.length; i += 1) params.push(list[i]);
    else for (; i < list.length; i += 1) params.push(process(list[i]));
  } catch (error) {
    throw forParameter(error, slot.name, list[i]);
  }
}

/** Adds the values of rows to what is sent, and tells whether one of them is written into the text. */
function pushRows(slot: BoundSlot, { first, other, cells }: RowsForm, rows: readonly unknown[][], params: unknown[]): boolean {
  const processes = slot.rowProcesses;
  let isWritten = false;
  for (let r = 0; r < rows.length; r += 1) {
    const row = rows[r]!;
    for (const part of r === 0 ? first : other) {
      if (typeof part === "string") continue;
      const value = row[part];
      if (value === null && cells[part]!.nullAsText) {
        isWritten = true;
        continue;
      }
      const process = processes[part]!;
      try {
        params.push(process === null ? value : process(value));
      } catch (error) {
        throw forParameter(error, cells[part]!.isStored ? `${cells[part]!.name}_m${r}` : cells[part]!.name, value);
      }
    }
  }
  return isWritten;
}

function rowsText({ first, other, separator, cells }: RowsForm, rows: readonly unknown[][], placeholders: Placeholders): string {
  let text = "";
  for (let r = 0; r < rows.length; r += 1) {
    if (r > 0) text += separator;
    for (const part of r === 0 ? first : other) {
      if (typeof part === "string") text += part;
      else text += rows[r]![part] === null && cells[part]!.nullAsText ? "NULL" : placeholders.next();
    }
  }
  return text;
}

function staticText({ texts, slots }: Segments, dialect: SqlDialect): string {
  const placeholders = new Placeholders(dialect.paramstyle);
  let sql = texts[0]!;
  for (let i = 0; i < slots.length; i += 1) sql += placeholders.forSlot(slots[i]!) + texts[i + 1]!;
  return sql;
}

function listOf(value: unknown, slot: BoundSlot): readonly unknown[] {
  if (Array.isArray(value)) return value as unknown[];
  if (typeof value === "object" && value !== null && Symbol.iterator in value) return [...(value as Iterable<unknown>)];
  throw new ArgumentError(`The parameter "${slot.name}" stands in IN, so it takes a list; got ${value === null ? "null" : typeof value}.`);
}
