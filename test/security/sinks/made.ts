// Tables and what is made of them, for the sinks in DDL.
import { Column, CreateIndex, CreateTable, DropTable, index, insert, MetaData, select, t, Table, type ClauseElement } from "athanor";

/** A name of PostgreSQL, a value of MySQL: words, or what is in quotes. */
export const PG_NAME = /^(?:\w+|"(?:[^"]|"")+")(?:\.(?:\w+|"(?:[^"]|"")+"))*(?: ?\((?:\w+ = (?:\w+|'[^'\\]*'|"[^"]+")(?:, )?)+\))?$/;
export const MYSQL_VALUE = /^(?:[\w$.]+|`(?:[^`]|``)+`|'(?:[^'\\]|'')*')$/;
export const ON_DELETE = ["SET NULL", "cascade", "NO ACTION"];

export interface Parts {
  readonly name?: string;
  readonly column?: string;
  readonly items?: readonly unknown[];
  readonly options?: Record<string, unknown>;
  readonly more?: Record<string, unknown>;
}

/** A table with two columns, one of which may have another name. */
export function made({ name = "made", column = "y", items = [], options = {}, more = {} }: Parts = {}): Table {
  return new Table(
    name,
    new MetaData(),
    { x: new Column(t.integer(), { primaryKey: true, autoincrement: false }), y: new Column(column, t.string(20), more) },
    items as never,
    options,
  ) as unknown as Table;
}

export const create = (table: Table): CreateTable => new CreateTable(table);
export const dropMade = (): readonly ClauseElement[] => [new DropTable(made())];
export const constraintOf = (table: Table, name: string): object => [...table.constraints].find((one) => one.name === name)!;
export const indexOf = (table: Table): never => [...table.indexes][0]! as never;
export const writes = (table: Table): ClauseElement => insert(table).values({ x: 1, y: "a" });
export const readsBack = (table: Table): ClauseElement => select(table.c["x"] as never, table.c["y"] as never);

/** A table made and dropped under a constraint of that name. */
export const named = (item: (name: string) => unknown) => ({
  build: (name: string): ClauseElement => create(made({ items: [item(name)] as never })),
  undo: dropMade,
});

/** A table with an option that the database's dialect has. */
export const option =
  (name: string, value: (text: string) => unknown = (given) => given) =>
  (given: string): ClauseElement =>
    create(made({ options: { [name]: value(given) } }));

export const indexed =
  (options: (text: string) => Record<string, unknown>) =>
  (given: string): ClauseElement =>
    new CreateIndex(indexOf(made({ items: [index("ix_made", "y", options(given))] as never })));
