import { ArgumentError, CompileError } from "../../errors.ts";
import type { ColumnClause } from "../elements/column-clause.ts";
import { QuotedName } from "../elements/quoted-name.ts";
import type { SchemaNamed } from "../schema/schema-item.ts";
import { kindOf } from "../types/processors.ts";

const WORDS = (text: string): ReadonlySet<string> => new Set(text.split(" "));

/** Words that most databases do not take as names without quotes. */
export const RESERVED_WORDS: ReadonlySet<string> = WORDS(
  "all analyse analyze and any array as asc asymmetric authorization between binary both case cast check collate column constraint create cross " +
    "current_date current_role current_time current_timestamp current_user default deferrable desc distinct do else end except false for foreign freeze " +
    "from full grant group having ilike in initially inner intersect into is isnull join leading left like limit localtime localtimestamp natural new not " +
    "notnull null off offset old on only or order outer overlaps placing primary references right select session_user set similar some symmetric table then " +
    "to trailing true union unique user using verbose when where",
);

const LEGAL = /^[\w$]+$/;
const ILLEGAL_INITIAL = /^[\d$]/;

/** Schemas and the names that they are to have instead; null stands for none. */
export type SchemaMap = ReadonlyMap<string | null, string | null>;

/** What a mark for a schema begins with: no character, by the rules of Unicode, so it is in no text. */
export const SCHEMA_MARK = "\uFDD0";
const MARK_END = "\uFDD1";
const NO_SCHEMA = "0";
const MARKED = /\uFDD0('?)([+=-])([01])([^\uFDD1]*)\uFDD1(\.?)/g;
const FORCES: Readonly<Record<string, boolean | null>> = { "+": true, "-": false, "=": null };

/** What is named in SQL and may say that it is to be quoted. */
export interface Named {
  readonly name: string;
  readonly quote?: boolean | null;
}

/** Options of {@link IdentifierPreparer.formatColumn}. */
export interface FormatColumnOptions {
  readonly useTable?: boolean;
  readonly name?: string | null;
  readonly tableName?: string | null;
  readonly useSchema?: boolean;
}

/**
 * Writes names: in quotes where they need it (reserved words, characters other than letters, digits, `_` and `$`, capital letters),
 * as they are otherwise.
 */
export class IdentifierPreparer {
  /** Lower case words that are quoted. */
  readonly reservedWords: ReadonlySet<string> = RESERVED_WORDS;
  readonly initialQuote: string = '"';
  readonly finalQuote: string = '"';
  /** Schema names are left out. */
  readonly omitSchema: boolean;
  readonly #texts: Map<string, string> = new Map();
  #translate: SchemaMap | null = null;
  #marks: "none" | "named" | "null" = "none";

  constructor(options: { readonly omitSchema?: boolean } = {}) {
    this.omitSchema = options.omitSchema === true;
  }

  /** The same preparer with other names for schemas. */
  withSchemaTranslate(map: SchemaMap): IdentifierPreparer {
    const copy = this.#copy();
    copy.#translate = map;
    return copy;
  }

  /**
   * The same preparer, which writes marks in place of the schemas that may be translated: {@link translateSchemas} replaces them.
   * @param withNull - also where there is no schema
   */
  withSchemaMarks(withNull: boolean): IdentifierPreparer {
    const copy = this.#copy();
    copy.#marks = withNull ? "null" : "named";
    return copy;
  }

  #copy(): IdentifierPreparer {
    return new (this.constructor as new (options: { omitSchema: boolean }) => IdentifierPreparer)({ omitSchema: this.omitSchema });
  }

  /** A text with marks, in which schemas have their names after translation. */
  translateSchemas(text: string, map: SchemaMap): string {
    return text.replaceAll(MARKED, (_all, literal: string, force: string, kind: string, name: string, dot: string) => {
      const schema = kind === NO_SCHEMA ? null : name;
      const translated = map.get(schema);
      const result = translated === undefined ? schema : translated;
      if (result === null || result === "") return "";
      const written = this.quoteSchema(result, FORCES[force]!);
      return (literal === "" ? written : written.replaceAll("'", "''")) + dot;
    });
  }

  /** A name that was formatted, as a literal: for functions that take names of things as text. */
  nameAsLiteral(name: string): string {
    return `'${name.replaceAll("'", "''").replaceAll(SCHEMA_MARK, `${SCHEMA_MARK}'`)}'`;
  }

  // ---------------------------------------------------------------- quoting

  /**
   * A name, in quotes where it needs them.
   * @param force - true: always in quotes; false: never
   */
  quote(name: string | QuotedName, force: boolean | null = null): string {
    if (typeof name !== "string") {
      // by its class, not by its looks: an object that came from outside could ask for a name without quotes
      if (!(name instanceof QuotedName)) throw new ArgumentError(`A name in SQL is a string, not ${kindOf(name)}.`);
      return this.quote(name.value, force ?? name.quote);
    }
    if (force === true) return this.quoteIdentifier(name);
    if (force === false) {
      checkName(name);
      return name;
    }
    let text = this.#texts.get(name);
    if (text === undefined) {
      text = this.requiresQuotes(name) ? this.quoteIdentifier(name) : name;
      if (this.#texts.size > 10_000) this.#texts.clear();
      this.#texts.set(name, text);
    }
    return text;
  }

  /** A name in quotes, those within it doubled. */
  quoteIdentifier(name: string): string {
    checkName(name);
    return `${this.initialQuote}${this.escapeIdentifier(name)}${this.finalQuote}`;
  }

  /** The inside of quotes. */
  escapeIdentifier(name: string): string {
    return name.replaceAll(this.finalQuote, this.finalQuote + this.finalQuote);
  }

  /** The name as it was before it was quoted. */
  unescapeIdentifier(text: string): string {
    return text.replaceAll(this.finalQuote + this.finalQuote, this.finalQuote);
  }

  requiresQuotes(name: string): boolean {
    checkName(name);
    const lower = name.toLowerCase();
    return lower !== name || this.reservedWords.has(lower) || ILLEGAL_INITIAL.test(name) || !LEGAL.test(name);
  }

  quoteSchema(schema: string, force: boolean | null = null): string {
    if (schema.startsWith(SCHEMA_MARK)) return SCHEMA_MARK + (force === null ? "=" : force ? "+" : "-") + schema.slice(1);
    return this.quote(schema, force);
  }

  // ---------------------------------------------------------------- formatting

  /** The schema under which something is to be found, after translation; null for the default one. */
  schemaForObject(object: SchemaNamed): string | null {
    const schema = object.schema ?? null;
    if (this.#marks !== "none" && object._useSchemaMap === true) {
      if (schema !== null) return `${SCHEMA_MARK}1${schema}${MARK_END}`;
      return this.#marks === "null" ? `${SCHEMA_MARK}${NO_SCHEMA}${MARK_END}` : null;
    }
    const map = this.#translate;
    if (map === null || object._useSchemaMap !== true) return schema;
    const translated = map.get(schema);
    return translated === undefined ? schema : translated;
  }

  /** A table's name, with its schema. */
  formatTable(table: SchemaNamed, options: { readonly useSchema?: boolean; readonly name?: string | null } = {}): string {
    const text = this.quote(options.name ?? table.name, options.name == null ? (table.quote ?? null) : null);
    if (options.useSchema === false || this.omitSchema) return text;
    const schema = this.schemaForObject(table);
    return schema === null || schema === "" ? text : `${this.quoteSchema(schema, table.quoteSchema ?? null)}.${text}`;
  }

  /** The parts of a table's full name. */
  formatTableSeq(table: SchemaNamed, useSchema = true): string[] {
    const name = this.formatTable(table, { useSchema: false });
    const schema = this.schemaForObject(table);
    return useSchema && !this.omitSchema && schema ? [this.quoteSchema(schema, table.quoteSchema ?? null), name] : [name];
  }

  formatColumn(column: ColumnClause<unknown>, options: FormatColumnOptions = {}): string {
    const text = column.isLiteral
      ? (options.name ?? column.name)
      : this.quote(options.name ?? column.name, options.name == null ? column.quote : null);
    if (options.useTable !== true) return text;
    const table = column.table as unknown as SchemaNamed | null;
    if (table === null) throw new CompileError(`The column "${column.name}" belongs to no table, so it cannot be named with one.`);
    return `${this.formatTable(table, { useSchema: options.useSchema === true, name: options.tableName ?? null })}.${text}`;
  }

  formatLabel(label: Named, name: string | null = null): string {
    return this.quote(name ?? label.name, label.quote ?? null);
  }

  formatLabelName(name: string): string {
    return this.quote(name);
  }

  formatAlias(alias: Named | null, name: string | null = null): string {
    return this.quote(name ?? alias!.name, name === null ? (alias?.quote ?? null) : null);
  }

  formatSavepoint(name: string): string {
    return this.quote(name);
  }

  formatCollation(collation: string, schema: string | null = null): string {
    const text = this.quote(collation);
    return schema === null ? text : `${this.quoteSchema(schema)}.${text}`;
  }

  formatConstraint(name: string | QuotedName): string {
    return this.quote(name);
  }

  formatIndex(name: string | QuotedName): string {
    return this.quote(name);
  }

  formatSequence(sequence: SchemaNamed, useSchema = true): string {
    return this.formatTable(sequence, { useSchema });
  }

  /** The name of a type that was created, with its schema. */
  formatType(type: SchemaNamed, useSchema = true): string {
    return this.formatTable(type, { useSchema });
  }

  formatSchema(name: string | QuotedName): string {
    return this.quote(name);
  }

  /**
   * A phrase of SQL that cannot be bound, such as "SET NULL": it must be one of a known form.
   * @throws CompileError
   */
  validateSqlPhrase(phrase: string, pattern: RegExp): string {
    if (typeof phrase !== "string" || !pattern.test(phrase))
      throw new CompileError(`Unexpected SQL phrase ${JSON.stringify(phrase)}: it must match ${String(pattern)}.`);
    return phrase;
  }
}

function checkName(name: string): void {
  if (name === "") throw new ArgumentError("A name in SQL cannot be empty.");
  if (name.includes("\0"))
    throw new ArgumentError(`The name ${JSON.stringify(name)} holds a NUL character, which no database allows in names.`);
}
