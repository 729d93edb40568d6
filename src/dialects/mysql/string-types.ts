import type { TypeCompiler, TypeOptions } from "../../sql/compiler/type-compiler.ts";
import { LargeBinaryType } from "../../sql/types/binary.ts";
import {
  CHAR as GenericCHAR,
  NCHAR as GenericNCHAR,
  NVARCHAR as GenericNVARCHAR,
  type StringOptions,
  TEXT as GenericTEXT,
  TextType,
  VARCHAR as GenericVARCHAR,
} from "../../sql/types/string.ts";

/** What the text types of MySQL have beside their length. */
export interface MysqlStringOptions extends StringOptions {
  /** CHARACTER SET of the column */
  readonly charset?: string;
  /** short for `charset: "latin1"` */
  readonly ascii?: boolean;
  /** short for `charset: "ucs2"` */
  readonly unicode?: boolean;
  /** the binary collation of the character set */
  readonly binary?: boolean;
  /** the character set that the server has for NATIONAL */
  readonly national?: boolean;
}

/** The parts of a declaration that are MySQL's own. */
export interface StringTraits {
  readonly charset: string | null;
  readonly ascii: boolean;
  readonly unicode: boolean;
  readonly binary: boolean;
  readonly national: boolean;
}

function traitsOf(options: MysqlStringOptions): StringTraits {
  return {
    charset: options.charset ?? null,
    ascii: options.ascii === true,
    unicode: options.unicode === true,
    binary: options.binary === true,
    national: options.national === true,
  };
}

/** What a type says of itself beyond length and collation; null for a type that is not MySQL's. */
export function stringTraits(type: object): StringTraits | null {
  return "national" in type && "charset" in type ? (type as StringTraits) : null;
}

/** The SQL type VARCHAR of MySQL. */
export class VARCHAR extends GenericVARCHAR implements StringTraits {
  declare readonly charset: string | null;
  declare readonly ascii: boolean;
  declare readonly unicode: boolean;
  declare readonly binary: boolean;
  declare readonly national: boolean;

  constructor(length: number | null = null, options: MysqlStringOptions = {}) {
    super(length, options);
    Object.assign(this, traitsOf(options));
  }
}

/** The SQL type CHAR of MySQL. */
export class CHAR extends GenericCHAR implements StringTraits {
  declare readonly charset: string | null;
  declare readonly ascii: boolean;
  declare readonly unicode: boolean;
  declare readonly binary: boolean;
  declare readonly national: boolean;

  constructor(length: number | null = null, options: MysqlStringOptions = {}) {
    super(length, options);
    Object.assign(this, traitsOf(options));
  }
}

/** The SQL type NATIONAL VARCHAR. */
export class NVARCHAR extends GenericNVARCHAR implements StringTraits {
  declare readonly charset: string | null;
  declare readonly ascii: boolean;
  declare readonly unicode: boolean;
  declare readonly binary: boolean;
  declare readonly national: boolean;

  constructor(length: number | null = null, options: MysqlStringOptions = {}) {
    super(length, options);
    Object.assign(this, traitsOf({ ...options, national: true }));
  }
}

/** The SQL type NATIONAL CHAR. */
export class NCHAR extends GenericNCHAR implements StringTraits {
  declare readonly charset: string | null;
  declare readonly ascii: boolean;
  declare readonly unicode: boolean;
  declare readonly binary: boolean;
  declare readonly national: boolean;

  constructor(length: number | null = null, options: MysqlStringOptions = {}) {
    super(length, options);
    Object.assign(this, traitsOf({ ...options, national: true }));
  }
}

/** The SQL type TEXT of MySQL: up to 2^16 bytes. */
export class TEXT extends GenericTEXT implements StringTraits {
  declare readonly charset: string | null;
  declare readonly ascii: boolean;
  declare readonly unicode: boolean;
  declare readonly binary: boolean;
  declare readonly national: boolean;

  constructor(length: number | null = null, options: MysqlStringOptions = {}) {
    super(length, options);
    Object.assign(this, traitsOf(options));
  }
}

/** TEXT in another size. */
abstract class SizedText extends TextType implements StringTraits {
  declare readonly charset: string | null;
  declare readonly ascii: boolean;
  declare readonly unicode: boolean;
  declare readonly binary: boolean;
  declare readonly national: boolean;

  constructor(options: MysqlStringOptions = {}) {
    super(null, options);
    Object.assign(this, traitsOf(options));
  }
}

/** The SQL type TINYTEXT: up to 2^8 bytes. */
export class TINYTEXT extends SizedText {
  override accept(compiler: TypeCompiler, options: TypeOptions): string {
    return compiler.visitDialectType(this, "TINYTEXT", options);
  }
}

/** The SQL type MEDIUMTEXT: up to 2^24 bytes. */
export class MEDIUMTEXT extends SizedText {
  override accept(compiler: TypeCompiler, options: TypeOptions): string {
    return compiler.visitDialectType(this, "MEDIUMTEXT", options);
  }
}

/** The SQL type LONGTEXT: up to 2^32 bytes. */
export class LONGTEXT extends SizedText {
  override accept(compiler: TypeCompiler, options: TypeOptions): string {
    return compiler.visitDialectType(this, "LONGTEXT", options);
  }
}

/** The SQL type TINYBLOB: up to 2^8 bytes. */
export class TINYBLOB extends LargeBinaryType {
  override accept(compiler: TypeCompiler, options: TypeOptions): string {
    return compiler.visitDialectType(this, "TINYBLOB", options);
  }
}

/** The SQL type MEDIUMBLOB: up to 2^24 bytes. */
export class MEDIUMBLOB extends LargeBinaryType {
  override accept(compiler: TypeCompiler, options: TypeOptions): string {
    return compiler.visitDialectType(this, "MEDIUMBLOB", options);
  }
}

/** The SQL type LONGBLOB: up to 2^32 bytes. */
export class LONGBLOB extends LargeBinaryType {
  override accept(compiler: TypeCompiler, options: TypeOptions): string {
    return compiler.visitDialectType(this, "LONGBLOB", options);
  }
}
