import { IdentifierPreparer } from "../../sql/compiler/identifier-preparer.ts";
import { TypeCompiler } from "../../sql/compiler/type-compiler.ts";
import type { DateTimeType, DateType, TimeType } from "../../sql/types/temporal.ts";

const RESERVED: ReadonlySet<string> = new Set(
  (
    "add after all alter analyze and as asc attach autoincrement before begin between by cascade case cast check collate column commit conflict constraint " +
    "create cross current_date current_time current_timestamp database default deferrable deferred delete desc detach distinct drop each else end escape " +
    "except exclusive exists explain fail false for foreign from full glob group having if ignore immediate in index indexed initially inner insert instead " +
    "intersect into is isnull join key left like limit match natural not nothing notnull null of offset on or order outer plan pragma primary query raise " +
    "references reindex rename replace restrict returning right rollback row select set table temp temporary then to transaction trigger true union unique update " +
    "using vacuum values view virtual when where"
  ).split(" "),
);

/** Writes names for SQLite. */
export class SqliteIdentifierPreparer extends IdentifierPreparer {
  override readonly reservedWords: ReadonlySet<string> = RESERVED;
}

/** Writes types for SQLite, which takes any name and goes by its words: https://www.sqlite.org/datatype3.html */
export class SqliteTypeCompiler extends TypeCompiler {
  // a column of one of these names takes digits for a number, unless the name says CHAR
  override visitDATETIME(type: DateTimeType<unknown>): string {
    return storesDigits(type) ? "DATETIME_CHAR" : "DATETIME";
  }
  override visitDATE(type: DateType<unknown>): string {
    return storesDigits(type) ? "DATE_CHAR" : "DATE";
  }
  override visitTIME(type: TimeType<unknown>): string {
    return storesDigits(type) ? "TIME_CHAR" : "TIME";
  }

  override visitJSON(): string {
    return "JSON";
  }

  visitJSONB(): string {
    return "JSONB";
  }
}

function storesDigits(type: object): boolean {
  return (type as { readonly formatIsTextAffinity?: boolean }).formatIsTextAffinity === false;
}
