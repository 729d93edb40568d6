import { ArgumentError } from "../../errors.ts";
import { clauseSymbol } from "../base/coercions.ts";
import { Slot } from "../base/late.ts";
import type { ColumnElement } from "../elements/column-element.ts";
import { IntegerType } from "../types/numeric.ts";
import type { TypeEngine } from "../types/type-engine.ts";
import { type DefaultGenerator as Generator, DefaultGenerator } from "./column-defaults.ts";
import type { Column } from "./column.ts";
import type { MetaData } from "./metadata.ts";

/** How a sequence or an identity column counts. */
export interface IdentityOptions {
  readonly start?: number | bigint;
  readonly increment?: number | bigint;
  readonly minvalue?: number | bigint;
  readonly maxvalue?: number | bigint;
  readonly nominvalue?: boolean;
  readonly nomaxvalue?: boolean;
  readonly cycle?: boolean;
  readonly cache?: number | bigint;
}

const COUNTS = ["start", "increment", "minvalue", "maxvalue", "cache"] as const;

/** Refuses what is no whole number: these options are written into SQL as they are. */
export function checkIdentityOptions(options: IdentityOptions, place: string): void {
  for (const name of COUNTS) {
    const value = options[name];
    if (value !== undefined && typeof value !== "bigint" && !Number.isSafeInteger(value)) {
      throw new ArgumentError(`The option "${name}" of ${place} must be a whole number.`);
    }
  }
}

/** Options of {@link Sequence}. */
export interface SequenceOptions extends IdentityOptions {
  readonly schema?: string | null;
  /** left out on databases that number their keys without sequences of one's own */
  readonly optional?: boolean;
  readonly metadata?: MetaData | null;
  readonly dataType?: TypeEngine<unknown> | null;
  readonly quote?: boolean | null;
}

/** Filled by the functions: the next value of a sequence, as an expression. */
export const nextValueSlot: Slot<(sequence: Sequence) => ColumnElement<number>> = new Slot("nextValue");

/**
 * A sequence of the database, by itself or as the default of a column.
 * See https://docs.sqlalchemy.org/en/21/core/defaults.html#defining-sequences
 * @example new Column("id", t.integer(), new Sequence("user_id_seq"), { primaryKey: true })
 */
export class Sequence extends DefaultGenerator {
  readonly name: string;
  schema: string | null;
  readonly optional: boolean;
  readonly options: IdentityOptions;
  readonly dataType: TypeEngine<unknown> | null;
  readonly quote: boolean | null;
  readonly _useSchemaMap: boolean = true;
  metadata: MetaData | null;
  readonly #own: SequenceOptions;

  constructor(name: string, options: SequenceOptions = {}) {
    super(false);
    if (typeof name !== "string" || name === "") throw new ArgumentError("A sequence needs a name.");
    checkIdentityOptions(options, `the sequence "${name}"`);
    this.name = name;
    this.metadata = options.metadata ?? null;
    this.schema = options.schema === undefined ? (options.metadata?.schema ?? null) : options.schema;
    this.optional = options.optional === true;
    this.options = options;
    this.dataType = options.dataType ?? null;
    this.quote = options.quote ?? null;
    this.#own = options;
    if (this.metadata !== null) this.metadata._addSequence(this);
  }

  override get isSequence(): boolean {
    return true;
  }

  /** The name with its schema. */
  get fullname(): string {
    return this.schema === null ? this.name : `${this.schema}.${this.name}`;
  }

  /** The next value, as an expression. */
  nextValue(): ColumnElement<number> {
    return nextValueSlot.call(this);
  }

  /** In a statement, a sequence stands for its next value. @internal */
  get [clauseSymbol](): ColumnElement<number> {
    return this.nextValue();
  }

  /** The type of its values. */
  get type(): TypeEngine<unknown> {
    return this.dataType ?? this.column?.type ?? new IntegerType();
  }

  override _setParent(parent: object): void {
    super._setParent(parent);
    (parent as Column<unknown>)._onTableAttach((table) => {
      if (this.#own.schema === undefined && this.schema === null && this.metadata === null) this.schema = table.schema;
      this.metadata ??= table.metadata;
      table.metadata._addSequence(this);
    });
  }

  override _copy(): Generator {
    const { metadata: _metadata, ...options } = this.#own;
    return new Sequence(this.name, options);
  }
}
