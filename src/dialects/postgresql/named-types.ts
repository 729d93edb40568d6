import { ArgumentError, UnsupportedCompilationError } from "../../errors.ts";
import type { Dispatcher } from "../../event/dispatcher.ts";
import type { EVENTS } from "../../event/registry.ts";
import type { SqlDialect } from "../../sql/base/sql-dialect.ts";
import type { DdlBind } from "../../sql/base/statement-runner.ts";
import type { DdlCompiler } from "../../sql/compiler/ddl-compiler.ts";
import type { TypeCompiler, TypeOptions } from "../../sql/compiler/type-compiler.ts";
import { DdlElement } from "../../sql/ddl/ddl-element.ts";
import { type EnumOptions, EnumType } from "../../sql/types/enum.ts";
import type { ClauseElement } from "../../sql/elements/clause-element.ts";
import { CheckFirst, type CheckFirstOption, checkFirstFlags, itemDdlSlot } from "../../sql/schema/check-first.ts";
import type { MetaData } from "../../sql/schema/metadata.ts";
import type { ItemName } from "../../sql/schema/schema-item.ts";
import type { SchemaItemEvents } from "../../sql/schema/events.ts";
import { allSchemaTypes, type AttachEvents } from "../../sql/schema/schema-item.ts";
import type { SchemaType } from "../../sql/schema/schema-types.ts";
import { type Affinity, type LiteralProcessor, type Processor, TypeEngine } from "../../sql/types/type-engine.ts";

/** Options of {@link ENUM}. */
export interface PgEnumOptions extends EnumOptions {}

/** The enum type of PostgreSQL, which is created by its name. */
export class ENUM<V = string> extends EnumType<V> {
  readonly isNamedType = true as const;
  readonly _useSchemaMap: boolean = true;

  override accept(compiler: TypeCompiler, options: TypeOptions): string {
    return compiler.visitEnum(this as unknown as EnumType, options);
  }

  createDdl(): DdlElement {
    return new CreateEnumType(this as unknown as ENUM);
  }

  dropDdl(): DdlElement {
    return new DropEnumType(this as unknown as ENUM);
  }

  /** The same type in another schema. @internal */
  _withSchema(schema: string): ENUM<V> {
    return new ENUM(this._members, { ...optionsOf(this as unknown as EnumType), schema });
  }
}

function optionsOf(type: EnumType): EnumOptions {
  return {
    name: type.name,
    // the original is what its MetaData knows, and has found its schema already
    ...(type._schemaGiven || type.metadata !== null ? { schema: type.schema } : {}),
    inheritSchema: type.inheritSchema,
    createType: type.createType,
    nativeEnum: type.nativeEnum,
    createConstraint: type.createConstraint,
    validateResults: type.validateResults,
    ...(type.valuesCallable === null ? {} : { valuesCallable: type.valuesCallable }),
    ...(type.length === null ? {} : { length: type.length }),
    ...(type.collation === null ? {} : { collation: type.collation }),
  };
}

/** PostgreSQL's form of the generic enum. */
export class PgEnum extends ENUM {
  /** What can be listened to: the type that the user has. @internal */
  _events?: object;

  /** The enum type of PostgreSQL that stands for a generic one. */
  static of(type: EnumType): ENUM {
    if (type instanceof ENUM) return type;
    const made = new PgEnum(type._members, optionsOf(type));
    made._events = type;
    return made;
  }
}

/** Options of {@link DOMAIN}. */
export interface DomainOptions {
  readonly schema?: string | null;
  readonly collation?: string | null;
  /** the schema of the collation */
  readonly collationSchema?: string | null;
  readonly default?: string | ClauseElement | null;
  readonly constraintName?: ItemName;
  readonly notNull?: boolean;
  /** the condition on `VALUE`; a string is SQL: never take it from outside */
  readonly check?: string | ClauseElement | null;
  /** false: the domain is there, or is created by other means, and is neither created nor dropped with tables */
  readonly createType?: boolean;
  /** the collection with which the domain is created and dropped */
  readonly metadata?: MetaData | null;
}

/**
 * A domain of PostgreSQL: a type with conditions, created by its name.
 * See https://www.postgresql.org/docs/current/sql-createdomain.html
 */
export class DOMAIN<V = unknown> extends TypeEngine<V> {
  readonly isNamedType = true as const;
  readonly isSchemaType = true as const;
  readonly inheritSchema: boolean = false;
  readonly name: string;
  readonly dataType: TypeEngine<V>;
  /** The schema: as given, or that of the MetaData of the first table that has the domain. */
  schema: string | null;
  /** The MetaData with which it is created and dropped. */
  metadata: MetaData | null;
  readonly collation: string | null;
  readonly collationSchema: string | null;
  readonly default: string | ClauseElement | null;
  readonly constraintName: ItemName;
  readonly notNull: boolean;
  readonly check: string | ClauseElement | null;
  readonly createType: boolean;
  readonly _useSchemaMap: boolean = true;
  declare readonly [EVENTS]?: SchemaItemEvents<DOMAIN>;
  /** @internal */
  _dispatch: Dispatcher<AttachEvents<never>> | null = null;
  /** @internal */
  readonly _schemaGiven: boolean;

  constructor(name: string, dataType: TypeEngine<V>, options: DomainOptions = {}) {
    super();
    if (typeof name !== "string" || name === "") throw new ArgumentError("A DOMAIN needs a name.");
    this.name = name;
    this.dataType = dataType;
    this._schemaGiven = options.schema !== undefined;
    this.metadata = options.metadata ?? null;
    this.schema = options.schema === undefined ? (this.metadata?.schema ?? null) : options.schema;
    this.collation = options.collation ?? null;
    this.collationSchema = options.collationSchema ?? null;
    this.default = options.default ?? null;
    this.constraintName = options.constraintName ?? null;
    this.notNull = options.notNull === true;
    this.check = options.check ?? null;
    this.createType = options.createType !== false;
    if (this.metadata !== null) this.metadata._addType(this as unknown as SchemaType);
  }

  /** @internal */
  get _eventParent(): Dispatcher<AttachEvents<never>> {
    return allSchemaTypes;
  }

  /**
   * Creates the domain.
   * @param bind - an engine or a connection
   * @param options - checkFirst: looks first whether it is there; true unless told
   */
  create(bind: DdlBind, options: CheckFirstOption = {}): Promise<void> {
    return itemDdlSlot.call("create", this, bind, checkFirstFlags(options.checkFirst, CheckFirst.ALL));
  }

  /** Drops the domain. */
  drop(bind: DdlBind, options: CheckFirstOption = {}): Promise<void> {
    return itemDdlSlot.call("drop", this, bind, checkFirstFlags(options.checkFirst, CheckFirst.ALL));
  }

  override get affinity(): Affinity {
    return this.dataType.affinity;
  }

  override accept(compiler: TypeCompiler, options: TypeOptions): string {
    return compiler.visitDialectType(this, "DOMAIN", options);
  }

  override bindProcessor(dialect: SqlDialect): Processor | null {
    return this.dataType._cachedBindProcessor(dialect);
  }

  override _storeBinder(dialect: SqlDialect): Processor | null {
    return this.dataType._cachedStoreProcessor(dialect);
  }

  override resultProcessor(dialect: SqlDialect): Processor | null {
    return this.dataType._cachedResultProcessor(dialect);
  }

  override literalProcessor(dialect: SqlDialect): LiteralProcessor | null {
    return this.dataType._cachedLiteralProcessor(dialect);
  }

  override compareValues(a: unknown, b: unknown): boolean {
    return this.dataType.compareValues(a, b);
  }

  createDdl(): DdlElement {
    return new CreateDomainType(this as DOMAIN);
  }

  dropDdl(): DdlElement {
    return new DropDomainType(this as DOMAIN);
  }
}

/** The methods of PostgreSQL's DDL compiler for its own statements. */
interface NamedTypeCompiler {
  visitCreateEnumType(create: CreateEnumType): string;
  visitDropEnumType(drop: DropEnumType): string;
  visitCreateDomainType(create: CreateDomainType): string;
  visitDropDomainType(drop: DropDomainType): string;
}

abstract class NamedTypeDdl<E extends object> extends DdlElement {
  readonly element: E;
  abstract readonly _visit: keyof NamedTypeCompiler;

  constructor(element: E) {
    super();
    this.element = element;
    this.target = element;
  }

  override _acceptDdl(compiler: DdlCompiler): string {
    const visit = (compiler as unknown as Partial<Record<string, (ddl: object) => string>>)[this._visit];
    if (visit === undefined)
      throw new UnsupportedCompilationError(`The dialect "${compiler.dialect.name}" has no ${this.constructor.name}.`);
    return visit.call(compiler, this);
  }
}

/** CREATE TYPE … AS ENUM */
export class CreateEnumType extends NamedTypeDdl<EnumType> {
  readonly _visit = "visitCreateEnumType";
}

/** DROP TYPE */
export class DropEnumType extends NamedTypeDdl<EnumType> {
  readonly _visit = "visitDropEnumType";
}

/** CREATE DOMAIN */
export class CreateDomainType extends NamedTypeDdl<DOMAIN> {
  readonly _visit = "visitCreateDomainType";
}

/** DROP DOMAIN */
export class DropDomainType extends NamedTypeDdl<DOMAIN> {
  readonly _visit = "visitDropDomainType";
}
