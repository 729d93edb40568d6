import { CompileError, UnsupportedCompilationError } from "../../errors.ts";
import type { SqlDialect } from "../base/sql-dialect.ts";
import type { ColumnElement } from "../elements/column-element.ts";
import type { ArrayType } from "../types/array.ts";
import type { LargeBinaryType } from "../types/binary.ts";
import type { BooleanType } from "../types/boolean.ts";
import type { EnumType } from "../types/enum.ts";
import type { IntervalType } from "../types/interval.ts";
import type { JsonType } from "../types/json.ts";
import type { FloatType, IntegerType, NumericType } from "../types/numeric.ts";
import type { StringType } from "../types/string.ts";
import type { DateTimeType, DateType, TimeType } from "../types/temporal.ts";
import type { TypeDecorator } from "../types/type-decorator.ts";
import { dialectOf } from "./compile.ts";
import { type TypeEngine, typeText, variantOn } from "../types/type-engine.ts";
import type { UserDefinedType } from "../types/user-defined-type.ts";
import type { UuidType } from "../types/uuid.ts";
import { IdentifierPreparer } from "./identifier-preparer.ts";

/** What the rendering of a type is told about where it stands. */
export interface TypeOptions {
  /** the column whose type it is */
  readonly typeExpression?: ColumnElement<unknown> | null;
  /** the preparer of the statement, where schemas are translated */
  readonly identifierPreparer?: IdentifierPreparer | null;
}

type Text = StringType<string>;

/** Any integer type, whatever its values are in JavaScript. */
type AnyInteger = IntegerType<unknown>;
type AnyNumeric = NumericType<unknown>;

/** Writes types as SQL; a dialect overrides what is different there. */
export class TypeCompiler {
  readonly dialect: SqlDialect;

  constructor(dialect: SqlDialect) {
    this.dialect = dialect;
  }

  /** The SQL text of a type. */
  process(type: TypeEngine<unknown>, options: TypeOptions = {}): string {
    return (variantOn(type, this.dialect) ?? type).accept(this, options);
  }

  // ---------------------------------------------------------------- generic types

  visitString(type: Text, options: TypeOptions): string {
    return this.visitVARCHAR(type, options);
  }
  visitText(type: Text, options: TypeOptions): string {
    return this.visitTEXT(type, options);
  }
  visitUnicode(type: Text, options: TypeOptions): string {
    return this.visitVARCHAR(type, options);
  }
  visitUnicodeText(type: Text, options: TypeOptions): string {
    return this.visitTEXT(type, options);
  }
  visitInteger(type: AnyInteger, options: TypeOptions): string {
    return this.visitINTEGER(type, options);
  }
  visitSmallInteger(type: AnyInteger, options: TypeOptions): string {
    return this.visitSMALLINT(type, options);
  }
  visitBigInteger(type: AnyInteger, options: TypeOptions): string {
    return this.visitBIGINT(type, options);
  }
  visitNumeric(type: AnyNumeric, options: TypeOptions): string {
    return this.visitNUMERIC(type, options);
  }
  visitFloat(type: FloatType, options: TypeOptions): string {
    return this.visitFLOAT(type, options);
  }
  visitDouble(type: FloatType, options: TypeOptions): string {
    return this.visitDOUBLE(type, options);
  }
  visitBoolean(type: BooleanType, options: TypeOptions): string {
    return this.visitBOOLEAN(type, options);
  }
  visitDate(type: DateType<unknown>, options: TypeOptions): string {
    return this.visitDATE(type, options);
  }
  visitTime(type: TimeType<unknown>, options: TypeOptions): string {
    return this.visitTIME(type, options);
  }
  visitDateTime(type: DateTimeType<unknown>, options: TypeOptions): string {
    return this.visitDATETIME(type, options);
  }
  visitInterval(type: IntervalType<unknown>, options: TypeOptions): string {
    return this.visitDateTime(type.epochType, options);
  }
  visitLargeBinary(type: LargeBinaryType, options: TypeOptions): string {
    return this.visitBLOB(type, options);
  }
  visitUuid(type: UuidType, options: TypeOptions): string {
    return type._isNative(this.dialect) ? this.visitUUID(type, options) : this.renderStringType("CHAR", 32, null, options);
  }
  visitEnum(type: EnumType, options: TypeOptions): string {
    return this.visitVARCHAR(type, options);
  }
  visitTypeDecorator(type: TypeDecorator<unknown>, options: TypeOptions): string {
    const impl = type.dialectImpl(this.dialect);
    return this.process(impl === type ? type._implOn(this.dialect) : impl, options);
  }
  visitUserDefined(type: UserDefinedType<unknown>, options: TypeOptions): string {
    return type.getColSpec(options);
  }
  /** @throws CompileError */
  visitNull(_type: TypeEngine<unknown>, options: TypeOptions): string {
    const name = options.typeExpression?.name;
    throw new CompileError(
      `DDL cannot be written for a column${name == null ? "" : ` ("${name}")`} of which no type is known; give the column a type, or a foreign key whose target has one.`,
    );
  }
  visitTuple(type: TypeEngine<unknown>, options: TypeOptions): string {
    return this.visitNull(type, options);
  }

  // ---------------------------------------------------------------- exact types

  visitVARCHAR(type: Text, options: TypeOptions): string {
    return this.renderStringType("VARCHAR", type.length, type.collation, options);
  }
  visitCHAR(type: Text, options: TypeOptions): string {
    return this.renderStringType("CHAR", type.length, type.collation, options);
  }
  visitNVARCHAR(type: Text, options: TypeOptions): string {
    return this.renderStringType("NVARCHAR", type.length, type.collation, options);
  }
  visitNCHAR(type: Text, options: TypeOptions): string {
    return this.renderStringType("NCHAR", type.length, type.collation, options);
  }
  visitTEXT(type: Text, options: TypeOptions): string {
    return this.renderStringType("TEXT", type.length, type.collation, options);
  }
  visitCLOB(_type: Text, _options: TypeOptions): string {
    return "CLOB";
  }
  visitINTEGER(_type: AnyInteger, _options: TypeOptions): string {
    return "INTEGER";
  }
  visitSMALLINT(_type: AnyInteger, _options: TypeOptions): string {
    return "SMALLINT";
  }
  visitBIGINT(_type: AnyInteger, _options: TypeOptions): string {
    return "BIGINT";
  }
  visitNUMERIC(type: AnyNumeric, _options: TypeOptions): string {
    return this.renderNumericType("NUMERIC", type);
  }
  visitDECIMAL(type: AnyNumeric, _options: TypeOptions): string {
    return this.renderNumericType("DECIMAL", type);
  }
  visitFLOAT(_type: FloatType, _options: TypeOptions): string {
    return "FLOAT";
  }
  visitREAL(_type: FloatType, _options: TypeOptions): string {
    return "REAL";
  }
  visitDOUBLE(_type: FloatType, _options: TypeOptions): string {
    return "DOUBLE";
  }
  visitDOUBLE_PRECISION(_type: FloatType, _options: TypeOptions): string {
    return "DOUBLE PRECISION";
  }
  visitBOOLEAN(_type: BooleanType, _options: TypeOptions): string {
    return "BOOLEAN";
  }
  visitDATE(_type: DateType<unknown>, _options: TypeOptions): string {
    return "DATE";
  }
  visitTIME(_type: TimeType<unknown>, _options: TypeOptions): string {
    return "TIME";
  }
  visitDATETIME(_type: DateTimeType<unknown>, _options: TypeOptions): string {
    return "DATETIME";
  }
  visitTIMESTAMP(_type: DateTimeType<unknown>, _options: TypeOptions): string {
    return "TIMESTAMP";
  }
  visitBLOB(_type: LargeBinaryType, _options: TypeOptions): string {
    return "BLOB";
  }
  visitBINARY(type: LargeBinaryType, _options: TypeOptions): string {
    return type.length === null ? "BINARY" : `BINARY(${type.length})`;
  }
  visitVARBINARY(type: LargeBinaryType, _options: TypeOptions): string {
    return type.length === null ? "VARBINARY" : `VARBINARY(${type.length})`;
  }
  visitUUID(_type: UuidType, _options: TypeOptions): string {
    return "UUID";
  }
  visitJSON(type: JsonType, options: TypeOptions): string {
    return this.visitDialectType(type, "JSON", options);
  }
  visitARRAY(type: ArrayType, options: TypeOptions): string {
    return this.visitDialectType(type, "ARRAY", options);
  }

  // ---------------------------------------------------------------- types of a dialect

  /**
   * A type that only some dialects have: the compiler of such a dialect has a method `visit<name>`.
   * @throws UnsupportedCompilationError
   */
  visitDialectType(type: TypeEngine<unknown>, name: string, options: TypeOptions): string {
    const visit = (this as unknown as Record<string, unknown>)[`visit${name}`];
    if (typeof visit !== "function" || visit === TypeCompiler.prototype.visitJSON || visit === TypeCompiler.prototype.visitARRAY) {
      return this.visitUnknown(type, name);
    }
    return (visit as (type: TypeEngine<unknown>, options: TypeOptions) => string).call(this, type, options);
  }

  /** A type that this dialect has not. */
  visitUnknown(_type: TypeEngine<unknown>, name: string): string {
    throw new UnsupportedCompilationError(
      `The dialect "${this.dialect.name}" has no type ${name}; give the column's type a variant: type.withVariant(other, "${this.dialect.name}").`,
    );
  }

  // ---------------------------------------------------------------- helpers

  renderStringType(name: string, length: number | null, collation: string | null, options: TypeOptions): string {
    let text = length === null || length === 0 ? name : `${name}(${length})`;
    if (collation !== null) text += ` COLLATE ${this.preparer(options).formatCollation(collation)}`;
    return text;
  }

  renderNumericType(name: string, type: AnyNumeric): string {
    if (type.precision === null) return name;
    return type.scale === null ? `${name}(${type.precision})` : `${name}(${type.precision}, ${type.scale})`;
  }

  preparer(options: TypeOptions): IdentifierPreparer {
    return options.identifierPreparer ?? this.dialect.identifierPreparer;
  }
}

const UNTIL_COLLATION = /^(?:"(?:[^"]|"")*"|`(?:[^`]|``)*`|'(?:[^']|'')*'|(?! COLLATE )[^"`'])*/;

/** The text of a type taken apart where its collation begins; what looks like one within the quotes of a name is none. */
export function withoutCollation(text: string): readonly [type: string, collation: string] {
  const [type] = UNTIL_COLLATION.exec(text)!;
  return [type, text.slice(type.length)];
}

/** Writes any type, for the default dialect, which has all of them. */
export class StrTypeCompiler extends TypeCompiler {
  override visitNull(_type: TypeEngine<unknown>, _options: TypeOptions): string {
    return "NULL";
  }

  override visitUnknown(_type: TypeEngine<unknown>, name: string): string {
    return name;
  }
}

typeText.fill((type, args) =>
  args.dialect === undefined ? new StrTypeCompiler(TEXT_DIALECT).process(type) : dialectOf(args).typeCompiler.process(type),
);

/** As much of a dialect as the text of a type for messages needs. */
const TEXT_DIALECT: SqlDialect = {
  name: "default",
  nameAliases: [],
  supportsNativeUuid: false,
  identifierPreparer: new IdentifierPreparer(),
} as unknown as SqlDialect;
