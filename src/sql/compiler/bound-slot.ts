import type { SqlDialect } from "../base/sql-dialect.ts";
import { InvalidRequestError } from "../../errors.ts";
import { NO_VALUE, type BindParameter } from "../elements/bind-parameter.ts";
import { inOp, notInOp } from "../operators/operator-table.ts";
import type { TupleType } from "../types/tuple-type.ts";
import type { TypeEngine } from "../types/type-engine.ts";
import type { BindSlot } from "./base-compiler.ts";
import type { ParameterRecord } from "./compiled.ts";
import type { RowsForm } from "./rows-form.ts";

type Process = ((value: unknown) => unknown) | null;

const NONE: readonly never[] = Object.freeze([]);

/** A place of a compiled statement where a value goes, with all that is known once for all executions. */
export class BoundSlot {
  readonly name: string;
  readonly bind: BindParameter<unknown>;
  readonly type: TypeEngine<unknown>;
  /** which bind of the executed statement has the value; -1 where only the compiled one has it */
  readonly cacheIndex: number;
  readonly process: Process;
  /** of the values inside a tuple */
  readonly tuple: readonly Process[] | null;
  readonly tupleTypes: readonly TypeEngine<unknown>[] | null;
  readonly literal: boolean;
  readonly expanding: boolean;
  readonly before: string;
  readonly after: string;
  readonly empty: string;
  readonly rows: RowsForm | null;
  /** of the values of rows, by their number */
  readonly rowProcesses: readonly Process[];

  constructor(slot: BindSlot, dialect: SqlDialect, cacheIndex: number) {
    this.name = slot.name;
    this.bind = slot.bind;
    this.type = slot.type;
    this.cacheIndex = cacheIndex;
    this.literal = slot.literal;
    this.expanding = slot.expanding;
    this.before = slot.before;
    this.after = slot.after;
    this.empty = slot.empty ?? "";
    this.rows = slot.rows ?? null;
    this.rowProcesses =
      this.rows === null
        ? NONE
        : this.rows.cells.map(({ type, isStored }) =>
            isStored ? type._cachedStoreProcessor(dialect) : type._cachedBindProcessor(dialect),
          );
    this.tupleTypes = slot.type.isTuple ? (slot.type as TypeEngine<unknown> as TupleType).types : null;
    this.tuple = this.tupleTypes?.map((type) => type._cachedBindProcessor(dialect)) ?? null;
    if (this.tuple !== null) this.process = null;
    else this.process = slot.bind.isCrud ? slot.type._cachedStoreProcessor(dialect) : slot.type._cachedBindProcessor(dialect);
  }

  /** The values are the list of an IN or NOT IN: a value may be there twice. */
  get isInList(): boolean {
    const op = this.bind.expandOp;
    return this.expanding && !this.literal && (op === inOp || op === notInOp);
  }

  /** The text depends on the value: IN lists, values that are written into the SQL. */
  get isDynamic(): boolean {
    return this.expanding || this.literal;
  }

  /**
   * The value for one execution, not yet converted.
   * @throws InvalidRequestError where an execution must give one and does not
   */
  value(params: ParameterRecord | null, binds: readonly object[] | null): unknown {
    if (params !== null) {
      const given = params[this.name];
      // "toString" is no value, and neither is what somebody has added to Object.prototype
      if (given !== undefined && Object.hasOwn(params, this.name)) return given;
    }
    const bind = binds !== null && this.cacheIndex !== -1 ? (binds[this.cacheIndex] as BindParameter<unknown>) : this.bind;
    const value = bind.effectiveValue;
    if (value === NO_VALUE || value === undefined) {
      throw new InvalidRequestError(
        `No value was given for the parameter "${this.name}": pass it when the statement is executed, { ${this.name}: … }.`,
      );
    }
    return value;
  }
}
