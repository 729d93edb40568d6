import { ArgumentError, UnsupportedCompilationError } from "../../errors.ts";
import type { SqlDialect } from "../../sql/base/sql-dialect.ts";
import type { DdlCompiler } from "../../sql/compiler/ddl-compiler.ts";
import type { TypeCompiler, TypeOptions } from "../../sql/compiler/type-compiler.ts";
import { DdlElement } from "../../sql/ddl/ddl-element.ts";
import { type EnumOptions, EnumType } from "../../sql/types/enum.ts";
import type { ClauseElement } from "../../sql/elements/clause-element.ts";
import type { ItemName } from "../../sql/schema/schema-item.ts";
import { type Affinity, type LiteralProcessor, type Processor, TypeEngine } from "../../sql/types/type-engine.ts";

/** Options of {@link ENUM}. */
export interface PgEnumOptions extends EnumOptions {
  /** false: the type is there already, and is neither created nor dropped with tables */
  readonly createType?: boolean;
}

/** The enum type of PostgreSQL, which is created by its name. */
export class ENUM<V extends string = string> extends EnumType<V> {
  readonly isNamedType = true as const;
  readonly createType: boolean;
  readonly _useSchemaMap: boolean = true;

  constructor(values: readonly V[], options: PgEnumOptions = {}) {
    super(values, options);
    this.createType = options.createType !== false;
  }

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
    return new ENUM(this.enums, { ...optionsOf(this as unknown as EnumType), schema, createType: this.createType });
  }
}

function optionsOf(type: EnumType): EnumOptions {
  return {
    name: type.name,
    schema: type.schema,
    metadata: type.metadata,
    inheritSchema: type.inheritSchema,
    nativeEnum: type.nativeEnum,
    createConstraint: type.createConstraint,
    validateResults: type.validateResults,
    ...(type.length === null ? {} : { length: type.length }),
    ...(type.collation === null ? {} : { collation: type.collation }),
  };
}

/** PostgreSQL's form of the generic enum. */
export class PgEnum extends ENUM {
  /** The enum type of PostgreSQL that stands for a generic one. */
  static of(type: EnumType): ENUM {
    return type instanceof ENUM ? type : new PgEnum(type.enums, optionsOf(type));
  }
}

/** Options of {@link DOMAIN}. */
export interface DomainOptions {
  readonly schema?: string | null;
  readonly collation?: string | null;
  readonly default?: string | ClauseElement | null;
  readonly constraintName?: ItemName;
  readonly notNull?: boolean;
  /** the condition on `VALUE` */
  readonly check?: string | ClauseElement | null;
  readonly createType?: boolean;
}

/**
 * A domain of PostgreSQL: a type with conditions, created by its name.
 * See https://www.postgresql.org/docs/current/sql-createdomain.html
 */
export class DOMAIN<V = unknown> extends TypeEngine<V> {
  readonly isNamedType = true as const;
  readonly name: string;
  readonly dataType: TypeEngine<V>;
  readonly schema: string | null;
  readonly collation: string | null;
  readonly default: string | ClauseElement | null;
  readonly constraintName: ItemName;
  readonly notNull: boolean;
  readonly check: string | ClauseElement | null;
  readonly createType: boolean;
  readonly _useSchemaMap: boolean = true;

  constructor(name: string, dataType: TypeEngine<V>, options: DomainOptions = {}) {
    super();
    if (typeof name !== "string" || name === "") throw new ArgumentError("A DOMAIN needs a name.");
    this.name = name;
    this.dataType = dataType;
    this.schema = options.schema ?? null;
    this.collation = options.collation ?? null;
    this.default = options.default ?? null;
    this.constraintName = options.constraintName ?? null;
    this.notNull = options.notNull === true;
    this.check = options.check ?? null;
    this.createType = options.createType !== false;
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
