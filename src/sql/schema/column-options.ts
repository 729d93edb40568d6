import type { ClauseElement } from "../elements/clause-element.ts";
import type { DefaultFunction, DefaultGenerator, FetchedValue } from "./column-defaults.ts";
import type { Info } from "./schema-item.ts";

/** Options of a column. */
export interface ColumnOptions {
  readonly primaryKey?: boolean;
  /** true unless it is part of the primary key */
  readonly nullable?: boolean;
  /** a value, a function that gives one for each row, or a SQL expression: for INSERT */
  readonly default?: unknown;
  /** the same as `default`, under the name that mapped classes have for it */
  readonly insertDefault?: unknown;
  /** the same for UPDATE */
  readonly onupdate?: unknown;
  /** DEFAULT in the DDL: a string is written as a literal, `text()` and functions as they are */
  readonly serverDefault?: string | ClauseElement | FetchedValue | object | true;
  /** says that the database changes the column with each UPDATE */
  readonly serverOnupdate?: string | ClauseElement | FetchedValue | object | true;
  readonly unique?: boolean;
  readonly index?: boolean;
  /** by what `table.c` knows it; the key in the table's columns, unless told */
  readonly key?: string;
  readonly autoincrement?: boolean | "auto" | "ignoreFk";
  readonly comment?: string | null;
  readonly info?: Info;
  readonly quote?: boolean | null;
  readonly system?: boolean;
  readonly doc?: string | null;
}

export type { DefaultFunction, DefaultGenerator };
