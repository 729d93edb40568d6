import type { SAYS } from "./schema-item.ts";
import { ArgumentError } from "../../errors.ts";
import type { EVENTS } from "../../event/registry.ts";
import { clauseSymbol } from "../base/coercions.ts";
import { Slot } from "../base/late.ts";
import { type NameArgument, nameParts, QuotedName } from "../elements/quoted-name.ts";
import type { ColumnElement } from "../elements/column-element.ts";
import { IntegerType } from "../types/numeric.ts";
import type { TypeEngine } from "../types/type-engine.ts";
import type { DdlBind } from "../base/statement-runner.ts";
import { CheckFirst, type CheckFirstOption, checkFirstFlags, itemDdlSlot } from "./check-first.ts";
import { type DefaultGenerator as Generator, DefaultGenerator } from "./column-defaults.ts";
import type { Column } from "./column.ts";
import type { SchemaItemEvents } from "./events.ts";
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
  readonly schema?: NameArgument | null;
  /** left out on databases that number their keys without sequences of one's own */
  readonly optional?: boolean;
  readonly metadata?: MetaData | null;
  readonly dataType?: TypeEngine<unknown> | null;
  readonly quote?: boolean | null;
  readonly quoteSchema?: boolean | null;
}

/** Filled by the functions: the next value of a sequence, as an expression. */
export const nextValueSlot: Slot<(sequence: Sequence) => ColumnElement<number>> = new Slot("nextValue");

/**
 * A sequence of the database, by itself or as the default of a column.
 * See https://docs.sqlalchemy.org/en/21/core/defaults.html#defining-sequences
 * @example new Column("id", t.integer(), new Sequence("user_id_seq"), { primaryKey: true })
 */
export class Sequence extends DefaultGenerator {
  declare readonly [EVENTS]?: SchemaItemEvents<Sequence>;
  declare readonly [SAYS]: "sequence";
  readonly name: string;
  schema: string | null;
  readonly optional: boolean;
  readonly options: IdentityOptions;
  readonly dataType: TypeEngine<unknown> | null;
  readonly quote: boolean | null;
  quoteSchema: boolean | null;
  readonly _useSchemaMap: boolean = true;
  metadata: MetaData | null;
  readonly #own: SequenceOptions;

  constructor(name: NameArgument, options: SequenceOptions = {}) {
    super(false);
    if ((typeof name !== "string" && !(name instanceof QuotedName)) || String(name) === "")
      throw new ArgumentError("A sequence needs a name.");
    // of the copy, which nobody changes after the check
    options = { ...options };
    [this.name, this.quote] = nameParts(name, options.quote);
    checkIdentityOptions(options, `the sequence "${this.name}"`);
    this.metadata = options.metadata ?? null;
    if (options.schema === undefined || options.schema === null) {
      this.schema = options.schema === null ? null : (this.metadata?.schema ?? null);
      this.quoteSchema = options.quoteSchema ?? this.metadata?.quoteSchema ?? null;
    } else {
      [this.schema, this.quoteSchema] = nameParts(options.schema, options.quoteSchema);
    }
    this.optional = options.optional === true;
    this.options = options;
    this.dataType = options.dataType ?? null;
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
      if (this.#own.schema === undefined && this.schema === null && this.metadata === null) {
        this.schema = table.schema;
        this.quoteSchema ??= table.quoteSchema;
      }
      this.metadata ??= table.metadata;
      table.metadata._addSequence(this);
    });
  }

  /**
   * Creates it by itself; `createAll()` creates those of its MetaData.
   * @param bind - an engine or a connection
   * @param options - checkFirst: looks first whether it is there; true unless told
   */
  create(bind: DdlBind, options: CheckFirstOption = {}): Promise<void> {
    return itemDdlSlot.call("create", this, bind, checkFirstFlags(options.checkFirst, CheckFirst.ALL));
  }

  /** Drops it. */
  drop(bind: DdlBind, options: CheckFirstOption = {}): Promise<void> {
    return itemDdlSlot.call("drop", this, bind, checkFirstFlags(options.checkFirst, CheckFirst.ALL));
  }

  override _copy(): Generator {
    const { metadata: _metadata, ...options } = this.#own;
    return new Sequence(new QuotedName(this.name, this.quote), options);
  }
}
