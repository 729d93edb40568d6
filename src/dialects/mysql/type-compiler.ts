import { CompileError } from "../../errors.ts";
import type { SqlDialect } from "../../sql/base/sql-dialect.ts";
import { IdentifierPreparer } from "../../sql/compiler/identifier-preparer.ts";
import { TypeCompiler, type TypeOptions } from "../../sql/compiler/type-compiler.ts";
import type { BooleanType } from "../../sql/types/boolean.ts";
import type { LargeBinaryType } from "../../sql/types/binary.ts";
import type { EnumType } from "../../sql/types/enum.ts";
import type { FloatType, IntegerType, NumericType } from "../../sql/types/numeric.ts";
import { quoteText } from "../../sql/types/processors.ts";
import type { StringType } from "../../sql/types/string.ts";
import type { DateTimeType, TimeType } from "../../sql/types/temporal.ts";
import type { SET } from "./enumerated.ts";
import { mysqlFlags } from "./flags.ts";
import type { BIT } from "./numeric-types.ts";
import { MARIADB_RESERVED_WORDS, MYSQL_RESERVED_WORDS } from "./reserved-words.ts";
import { stringTraits } from "./string-types.ts";
import type { YEAR } from "./temporal-types.ts";

/** Writes names for MySQL: in backticks, which mean the same whatever `sql_mode` says. */
export class MysqlIdentifierPreparer extends IdentifierPreparer {
  override readonly reservedWords: ReadonlySet<string> = MYSQL_RESERVED_WORDS;
  override readonly initialQuote = "`";
  override readonly finalQuote = "`";
}

/** Writes names for MariaDB, which reserves other words. */
export class MariadbIdentifierPreparer extends MysqlIdentifierPreparer {
  override readonly reservedWords: ReadonlySet<string> = MARIADB_RESERVED_WORDS;
}

interface NumberTraits {
  readonly unsigned?: boolean;
  readonly zerofill?: boolean;
  readonly displayWidth?: number | null;
  readonly scale?: number | null;
  readonly precision?: number | null;
}

type Text = StringType<string>;
type AnyInteger = IntegerType<unknown>;
type AnyNumeric = NumericType<unknown>;

const CHARSET = /^\w+$/;

/** A string as a literal for this family, which takes the backslash for the beginning of an escape. */
export function mysqlLiteral(text: string): string {
  return quoteText(text).replaceAll("\\", "\\\\");
}

/**
 * Whether types are written so that nothing of a value is lost: for a server that is known. Statements for none in particular have the types by
 * their plain names.
 */
export function keepsAll(dialect: SqlDialect): boolean {
  return mysqlFlags(dialect).serverVersionInfo !== null;
}

/**
 * Writes types for MySQL and MariaDB.
 * See https://dev.mysql.com/doc/refman/8.4/en/data-types.html
 */
export class MysqlTypeCompiler extends TypeCompiler {
  // ---------------------------------------------------------------- numbers

  #number(type: object, text: string): string {
    const { unsigned, zerofill } = type as NumberTraits;
    return `${text}${unsigned === true ? " UNSIGNED" : ""}${zerofill === true ? " ZEROFILL" : ""}`;
  }

  #integer(type: object, name: string): string {
    const width = (type as NumberTraits).displayWidth ?? null;
    return this.#number(type, width === null ? name : `${name}(${width})`);
  }

  #scaled(type: object, name: string): string {
    const { precision, scale } = type as NumberTraits;
    return this.#number(type, precision == null || scale == null ? name : `${name}(${precision}, ${scale})`);
  }

  override visitNUMERIC(type: AnyNumeric, _options: TypeOptions): string {
    return this.#number(type, this.renderNumericType("NUMERIC", type));
  }
  override visitDECIMAL(type: AnyNumeric, _options: TypeOptions): string {
    return this.#number(type, this.renderNumericType("DECIMAL", type));
  }
  override visitDOUBLE(type: FloatType, _options: TypeOptions): string {
    return this.#scaled(type, "DOUBLE");
  }
  override visitREAL(type: FloatType, _options: TypeOptions): string {
    return this.#scaled(type, "REAL");
  }
  override visitFLOAT(type: FloatType, _options: TypeOptions): string {
    const { scale } = type as NumberTraits;
    return scale == null && type.precision !== null ? this.#number(type, `FLOAT(${type.precision})`) : this.#scaled(type, "FLOAT");
  }
  override visitINTEGER(type: AnyInteger, _options: TypeOptions): string {
    return this.#integer(type, "INTEGER");
  }
  override visitBIGINT(type: AnyInteger, _options: TypeOptions): string {
    return this.#integer(type, "BIGINT");
  }
  override visitSMALLINT(type: AnyInteger, _options: TypeOptions): string {
    return this.#integer(type, "SMALLINT");
  }
  visitMEDIUMINT(type: AnyInteger): string {
    return this.#integer(type, "MEDIUMINT");
  }
  visitTINYINT(type: AnyInteger): string {
    return this.#integer(type, "TINYINT");
  }
  visitBIT(type: BIT): string {
    return type.length === null ? "BIT" : `BIT(${type.length})`;
  }
  visitYEAR(type: YEAR): string {
    return type.displayWidth === null ? "YEAR" : `YEAR(${type.displayWidth})`;
  }
  override visitBOOLEAN(_type: BooleanType, _options: TypeOptions): string {
    return "BOOL";
  }

  /** JavaScript's numbers are of double precision: a server that is known gets a column that does not round them. */
  override visitFloat(type: FloatType, options: TypeOptions): string {
    return type.precision === null && keepsAll(this.dialect) ? "FLOAT(53)" : this.visitFLOAT(type, options);
  }

  // ---------------------------------------------------------------- dates

  /** Without `fsp` the server would cut fractions of a second off, even in strict mode: one that is known gets columns that keep them. */
  override visitDateTime(type: DateTimeType<unknown>, options: TypeOptions): string {
    return keepsAll(this.dialect) ? "DATETIME(6)" : this.visitDATETIME(type, options);
  }
  override visitTime(type: TimeType<unknown>, options: TypeOptions): string {
    return keepsAll(this.dialect) ? "TIME(6)" : this.visitTIME(type, options);
  }

  #fraction(type: object, name: string): string {
    const fsp = (type as { readonly fsp?: number | null }).fsp ?? null;
    return fsp === null || fsp === 0 ? name : `${name}(${fsp})`;
  }

  override visitDATETIME(type: DateTimeType<unknown>, _options: TypeOptions): string {
    return this.#fraction(type, "DATETIME");
  }
  override visitTIMESTAMP(type: DateTimeType<unknown>, _options: TypeOptions): string {
    return this.#fraction(type, "TIMESTAMP");
  }
  override visitTIME(type: TimeType<unknown>, _options: TypeOptions): string {
    return this.#fraction(type, "TIME");
  }

  // ---------------------------------------------------------------- text, bytes

  /** The declaration of a text type with its character set and collation. */
  #text(type: object, text: string, options: TypeOptions, national = false): string {
    const traits = stringTraits(type);
    const words = [text];
    if (traits?.national === true || national) words.unshift("NATIONAL");
    else if (traits?.charset != null) words.push(`CHARACTER SET ${this.preparer(options).validateSqlPhrase(traits.charset, CHARSET)}`);
    else if (traits?.ascii === true) words.push("ASCII");
    else if (traits?.unicode === true) words.push("UNICODE");
    const collation = (type as { readonly collation?: string | null }).collation ?? null;
    if (collation !== null) words.push(`COLLATE ${this.preparer(options).formatCollation(collation)}`);
    else if (traits?.binary === true) words.push("BINARY");
    return words.join(" ");
  }

  #withLength(name: string, type: Text): string {
    if (type.length === null) throw new CompileError(`${name} requires a length on dialect ${this.dialect.name}`);
    return `VARCHAR(${type.length})`;
  }

  override visitVARCHAR(type: Text, options: TypeOptions): string {
    return this.#text(type, this.#withLength("VARCHAR", type), options);
  }
  override visitCHAR(type: Text, options: TypeOptions): string {
    return this.#text(type, type.length === null ? "CHAR" : `CHAR(${type.length})`, options);
  }
  override visitNVARCHAR(type: Text, options: TypeOptions): string {
    return this.#text(type, this.#withLength("NVARCHAR", type), options, true);
  }
  override visitNCHAR(type: Text, options: TypeOptions): string {
    return this.#text(type, type.length === null ? "CHAR" : `CHAR(${type.length})`, options, true);
  }
  override visitTEXT(type: Text, options: TypeOptions): string {
    return this.#text(type, type.length === null ? "TEXT" : `TEXT(${type.length})`, options);
  }
  visitTINYTEXT(type: Text, options: TypeOptions): string {
    return this.#text(type, "TINYTEXT", options);
  }
  visitMEDIUMTEXT(type: Text, options: TypeOptions): string {
    return this.#text(type, "MEDIUMTEXT", options);
  }
  visitLONGTEXT(type: Text, options: TypeOptions): string {
    return this.#text(type, "LONGTEXT", options);
  }
  override visitEnum(type: EnumType, options: TypeOptions): string {
    return type.nativeEnum ? this.visitENUM(type, options) : super.visitEnum(type, options);
  }
  visitENUM(type: EnumType, options: TypeOptions): string {
    return this.#text(type, `ENUM(${type.enums.map(mysqlLiteral).join(",")})`, options);
  }
  visitSET(type: SET, options: TypeOptions): string {
    return this.#text(type, `SET(${type.values.map(mysqlLiteral).join(",")})`, options);
  }
  override visitBLOB(type: LargeBinaryType, _options: TypeOptions): string {
    return type.length === null ? "BLOB" : `BLOB(${type.length})`;
  }
  override visitVARBINARY(type: LargeBinaryType, _options: TypeOptions): string {
    if (type.length === null) throw new CompileError(`VARBINARY requires a length on dialect ${this.dialect.name}`);
    return `VARBINARY(${type.length})`;
  }
  visitTINYBLOB(): string {
    return "TINYBLOB";
  }
  visitMEDIUMBLOB(): string {
    return "MEDIUMBLOB";
  }
  visitLONGBLOB(): string {
    return "LONGBLOB";
  }

  // ---------------------------------------------------------------- others

  override visitJSON(): string {
    return "JSON";
  }
  visitINET4(): string {
    return "INET4";
  }
  visitINET6(): string {
    return "INET6";
  }
}
