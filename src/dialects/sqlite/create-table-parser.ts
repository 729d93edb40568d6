import { splitAtCommas, tokenize, type TokenReader, TokenReader as Reader } from "./create-table-tokens.ts";

/** What to do with rows that break a constraint: ON CONFLICT of the constraint itself. */
type Conflict = string | null;

export interface ParsedKey {
  readonly name: string | null;
  readonly columns: readonly string[];
  readonly onConflict: Conflict;
}

export interface ParsedForeignKey {
  readonly name: string | null;
  readonly columns: readonly string[];
  readonly table: string;
  /** empty: the primary key of the other table */
  readonly referredColumns: readonly string[];
  readonly options: Readonly<Record<string, string | boolean>>;
}

export interface ParsedCheck {
  readonly name: string | null;
  readonly sqltext: string;
}

export interface ParsedColumn {
  collation: string | null;
  /** the expression of a generated column */
  computed: string | null;
  onConflictNotNull: Conflict;
}

/** What a CREATE TABLE statement of SQLite says that no pragma tells. */
export interface ParsedTable {
  readonly columns: ReadonlyMap<string, ParsedColumn>;
  readonly primaryKey: ParsedKey | null;
  readonly autoincrement: boolean;
  readonly uniques: readonly ParsedKey[];
  readonly foreignKeys: readonly ParsedForeignKey[];
  readonly checks: readonly ParsedCheck[];
  readonly withoutRowid: boolean;
  readonly strict: boolean;
}

/**
 * Reads a CREATE TABLE statement as `sqlite_master` keeps it.
 * @see https://www.sqlite.org/lang_createtable.html
 */
export function parseCreateTable(sql: string): ParsedTable {
  return new CreateTableParser(sql).parse();
}

class CreateTableParser {
  readonly #reader: TokenReader;
  readonly #columns = new Map<string, ParsedColumn>();
  #primaryKey: ParsedKey | null = null;
  #autoincrement = false;
  readonly #uniques: ParsedKey[] = [];
  readonly #foreignKeys: ParsedForeignKey[] = [];
  readonly #checks: ParsedCheck[] = [];

  constructor(sql: string) {
    this.#reader = new Reader(sql, tokenize(sql));
  }

  parse(): ParsedTable {
    const reader = this.#reader;
    while (!reader.done && !reader.sees("(")) reader.next();
    for (const item of splitAtCommas(reader.brackets())) this.#item(reader.reader(item));
    let withoutRowid = false;
    let strict = false;
    while (!reader.done) {
      if (reader.takes("WITHOUT", "ROWID")) withoutRowid = true;
      else if (reader.takes("STRICT")) strict = true;
      else reader.next();
    }
    return {
      columns: this.#columns,
      primaryKey: this.#primaryKey,
      autoincrement: this.#autoincrement,
      uniques: this.#uniques,
      foreignKeys: this.#foreignKeys,
      checks: this.#checks,
      withoutRowid,
      strict,
    };
  }

  #item(reader: TokenReader): void {
    const first = reader.peek();
    if (first === undefined) return;
    // a constraint of the table begins with one of these words; a column that is called so is quoted
    if (["CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN"].some((word) => reader.sees(word))) {
      this.#constraints(reader, null);
      return;
    }
    reader.next();
    const column: ParsedColumn = { collation: null, computed: null, onConflictNotNull: null };
    this.#columns.set(first.text, column);
    this.#constraints(reader, first.text);
  }

  /** The constraints of a column, or of the table when there is none. What is none (the type) is passed over. */
  #constraints(reader: TokenReader, column: string | null): void {
    let name: string | null = null;
    while (!reader.done) {
      if (reader.takes("CONSTRAINT")) {
        name = reader.next()?.text ?? null;
        continue;
      }
      const taken = this.#constraint(reader, column, name);
      if (!taken) reader.next();
      name = null;
    }
  }

  #constraint(reader: TokenReader, column: string | null, name: string | null): boolean {
    if (reader.takes("PRIMARY", "KEY")) {
      const columns = this.#keyColumns(reader, column);
      this.#primaryKey = { name, columns, onConflict: conflict(reader) };
      if (reader.takes("AUTOINCREMENT")) this.#autoincrement = true;
    } else if (reader.takes("UNIQUE")) {
      const columns = this.#keyColumns(reader, column);
      this.#uniques.push({ name, columns, onConflict: conflict(reader) });
    } else if (reader.takes("CHECK")) {
      this.#checks.push({ name, sqltext: reader.bracketText() });
      conflict(reader);
    } else if (reader.takes("FOREIGN", "KEY")) {
      const columns = names(reader);
      reader.takes("REFERENCES");
      this.#foreignKeys.push(foreignKey(reader, name, columns));
    } else if (reader.takes("REFERENCES")) {
      this.#foreignKeys.push(foreignKey(reader, name, column === null ? [] : [column]));
    } else if (column !== null) {
      return this.#columnOnly(reader, this.#columns.get(column)!);
    } else return false;
    return true;
  }

  #columnOnly(reader: TokenReader, column: ParsedColumn): boolean {
    if (reader.takes("COLLATE")) column.collation = reader.next()?.text ?? null;
    else if (reader.takes("NOT", "NULL")) column.onConflictNotNull = conflict(reader);
    else if (reader.takes("GENERATED", "ALWAYS", "AS") || reader.takes("AS")) column.computed = reader.bracketText();
    else if (reader.takes("DEFAULT")) {
      // a default in brackets may hold any words
      if (reader.sees("(")) reader.brackets();
      else reader.next();
    } else if (reader.sees("(")) reader.brackets();
    else return false;
    return true;
  }

  #keyColumns(reader: TokenReader, column: string | null): readonly string[] {
    const columns = column === null ? names(reader) : [column];
    if (column !== null) void (reader.takes("ASC") || reader.takes("DESC"));
    return columns;
  }
}

/** `(a, "b" COLLATE nocase DESC)`: the names. */
function names(reader: TokenReader): readonly string[] {
  const inner = reader.brackets();
  if (inner.some((token) => token.kind === "word" && token.text.toUpperCase() === "AUTOINCREMENT")) reader.takes("AUTOINCREMENT");
  return splitAtCommas(inner).flatMap((part) => (part[0] === undefined ? [] : [part[0].text]));
}

function conflict(reader: TokenReader): Conflict {
  return reader.takes("ON", "CONFLICT") ? (reader.next()?.text.toUpperCase() ?? null) : null;
}

/** All of a foreign key that follows REFERENCES. */
function foreignKey(reader: TokenReader, name: string | null, columns: readonly string[]): ParsedForeignKey {
  const table = reader.next()?.text ?? "";
  const referredColumns = reader.sees("(") ? names(reader) : [];
  const options: Record<string, string | boolean> = {};
  for (;;) {
    if (reader.takes("ON", "DELETE")) set(options, "ondelete", action(reader));
    else if (reader.takes("ON", "UPDATE")) set(options, "onupdate", action(reader));
    else if (reader.takes("MATCH")) options["match"] = reader.next()?.text ?? "";
    else if (reader.takes("NOT", "DEFERRABLE")) options["deferrable"] = false;
    else if (reader.takes("DEFERRABLE")) options["deferrable"] = true;
    else if (reader.takes("INITIALLY")) options["initially"] = reader.next()?.text.toUpperCase() ?? "";
    else return { name, columns, table, referredColumns, options };
  }
}

function action(reader: TokenReader): string {
  const first = reader.next()?.text.toUpperCase() ?? "";
  return first === "SET" || first === "NO" ? `${first} ${reader.next()?.text.toUpperCase() ?? ""}` : first;
}

/** NO ACTION is what there is unless something is said. */
function set(options: Record<string, string | boolean>, key: string, value: string): void {
  if (value !== "NO ACTION") options[key] = value;
}
