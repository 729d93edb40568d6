import { CompileError } from "../../errors.ts";
import { IdentifierPreparer } from "../../sql/compiler/identifier-preparer.ts";
import { TypeCompiler, type TypeOptions, withoutCollation } from "../../sql/compiler/type-compiler.ts";
import type { SchemaNamed } from "../../sql/schema/schema-item.ts";
import type { ArrayType } from "../../sql/types/array.ts";
import type { EnumType } from "../../sql/types/enum.ts";
import type { IntervalType } from "../../sql/types/interval.ts";
import type { FloatType } from "../../sql/types/numeric.ts";
import type { DateTimeType, TimeType } from "../../sql/types/temporal.ts";
import type { TypeEngine } from "../../sql/types/type-engine.ts";
import type { UuidType } from "../../sql/types/uuid.ts";
import type { DOMAIN } from "./named-types.ts";
import type { BIT, INTERVAL } from "./types.ts";

const RESERVED: ReadonlySet<string> = new Set(
  (
    "all analyse analyze and any array as asc asymmetric authorization between binary both case cast check collate collation column concurrently constraint create cross " +
    "current_catalog current_date current_role current_schema current_time current_timestamp current_user default deferrable desc distinct do else end " +
    "except false fetch for foreign freeze from full grant group having ilike in initially inner intersect into is isnull join lateral leading left like limit " +
    "localtime localtimestamp natural new not notnull null of off offset old on only or order outer over overlaps placing primary references returning " +
    "right select session_user similar some symmetric system_user table tablesample then to trailing true union unique user using variadic verbose when where window with"
  ).split(" "),
);

/** Writes names for PostgreSQL. */
export class PostgresqlIdentifierPreparer extends IdentifierPreparer {
  override readonly reservedWords: ReadonlySet<string> = RESERVED;

  override formatType(type: SchemaNamed, useSchema = true): string {
    if (!type.name) throw new CompileError("PostgreSQL ENUM type requires a name: t.enum([…], { name }).");
    return super.formatType(type, useSchema);
  }
}

/**
 * Writes types for PostgreSQL.
 * See https://www.postgresql.org/docs/current/datatype.html
 */
export class PostgresqlTypeCompiler extends TypeCompiler {
  override visitDateTime(type: DateTimeType<unknown>, options: TypeOptions): string {
    return this.visitTIMESTAMP(type, options);
  }
  override visitTIMESTAMP(type: DateTimeType<unknown>, _options: TypeOptions): string {
    return `TIMESTAMP${precision(type)} ${type.timezone ? "WITH" : "WITHOUT"} TIME ZONE`;
  }
  override visitTIME(type: TimeType<unknown>, _options: TypeOptions): string {
    return `TIME${precision(type)} ${type.timezone ? "WITH" : "WITHOUT"} TIME ZONE`;
  }
  override visitInterval(type: IntervalType<unknown>, options: TypeOptions): string {
    if (!type.native) return this.visitDateTime(type.epochType, options);
    return type.secondPrecision === null ? "INTERVAL" : `INTERVAL (${type.secondPrecision})`;
  }
  visitINTERVAL(type: INTERVAL<unknown>): string {
    return `INTERVAL${type.fields === null ? "" : ` ${type.fields}`}${type.precision === null ? "" : ` (${type.precision})`}`;
  }
  override visitFLOAT(type: FloatType, _options: TypeOptions): string {
    return type.precision === null ? "FLOAT" : `FLOAT(${type.precision})`;
  }
  override visitDouble(type: FloatType, options: TypeOptions): string {
    return this.visitDOUBLE_PRECISION(type, options);
  }
  override visitLargeBinary(): string {
    return "BYTEA";
  }
  visitBYTEA(): string {
    return "BYTEA";
  }
  override visitUuid(type: UuidType, options: TypeOptions): string {
    return type.nativeUuid ? this.visitUUID(type, options) : this.renderStringType("CHAR", 32, null, options);
  }
  override visitJSON(): string {
    return "JSON";
  }
  visitJSONB(): string {
    return "JSONB";
  }
  visitJSONPATH(): string {
    return "JSONPATH";
  }
  override visitARRAY(type: ArrayType, options: TypeOptions): string {
    const [item, collation] = withoutCollation(this.process(type.itemType, options));
    return `${item}${"[]".repeat(type.dimensions ?? 1)}${collation}`;
  }
  override visitEnum(type: EnumType, options: TypeOptions): string {
    if (!type.nativeEnum || !this.dialect.supportsNativeEnum) return super.visitEnum(type, options);
    if (type.name === null) throw new CompileError("PostgreSQL ENUM type requires a name: t.enum([…], { name }).");
    return this.preparer(options).formatType(namedType(type as EnumType & { readonly name: string }, options));
  }
  visitDOMAIN(type: DOMAIN, options: TypeOptions): string {
    return this.preparer(options).formatType(type);
  }
  visitBIT(type: BIT): string {
    if (type.varying) return type.length === null ? "BIT VARYING" : `BIT VARYING(${type.length})`;
    return `BIT(${type.length ?? 1})`;
  }
  visitHSTORE(): string {
    return "HSTORE";
  }
  visitCITEXT(): string {
    return "CITEXT";
  }
  visitOID(): string {
    return "OID";
  }
}

/** An enum whose schema follows from its table or its own options. */
function namedType(type: EnumType & { readonly name: string }, options: TypeOptions): SchemaNamed {
  const table = (options.typeExpression as { readonly table?: { readonly schema?: string | null } | null } | null | undefined)?.table;
  const schema = type.schema ?? (type.inheritSchema ? (table?.schema ?? null) : null);
  return { name: type.name, schema, _useSchemaMap: true };
}

function precision(type: TypeEngine<unknown>): string {
  const given = (type as { readonly precision?: number | null }).precision ?? null;
  return given === null ? "" : `(${given})`;
}

const PLAIN = [
  "INET",
  "CIDR",
  "MACADDR",
  "MACADDR8",
  "MONEY",
  "REGCLASS",
  "REGCONFIG",
  "TSVECTOR",
  "TSQUERY",
  ...["INT4", "INT8", "NUM", "DATE", "TS", "TSTZ"].flatMap((kind) => [`${kind}RANGE`, `${kind}MULTIRANGE`]),
];
for (const name of PLAIN) {
  Object.defineProperty(PostgresqlTypeCompiler.prototype, `visit${name}`, { value: () => name, writable: true, configurable: true });
}
