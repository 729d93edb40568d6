export type { ReflectedColumn, ReflectedComputed, ReflectedOptions } from "../../sql/schema/reflected-column.ts";
import type { ReflectedOptions } from "../../sql/schema/reflected-column.ts";

/** What constraints have in common. */
export interface ReflectedConstraint {
  readonly name: string | null;
  readonly comment?: string | null;
  readonly dialectOptions?: ReflectedOptions;
}

/** A primary key; without columns where there is none. */
export interface ReflectedPrimaryKeyConstraint extends ReflectedConstraint {
  readonly constrainedColumns: readonly string[];
}

/** A foreign key. */
export interface ReflectedForeignKeyConstraint extends ReflectedConstraint {
  readonly constrainedColumns: readonly string[];
  /** null: the schema that is searched by default */
  readonly referredSchema: string | null;
  readonly referredTable: string;
  readonly referredColumns: readonly string[];
  /** `onupdate`, `ondelete`, `deferrable`, `initially`, `match`, where they are not the database's defaults */
  readonly options: ReflectedOptions;
}

/** UNIQUE. */
export interface ReflectedUniqueConstraint extends ReflectedConstraint {
  readonly columnNames: readonly string[];
  /** the index of the same columns that the database shows for it, where it has no constraints apart from indexes */
  readonly duplicatesIndex?: string;
}

/** CHECK. */
export interface ReflectedCheckConstraint extends ReflectedConstraint {
  readonly sqltext: string;
}

/** How a column is sorted in an index. */
export type ReflectedSorting = "asc" | "desc" | "nullsFirst" | "nullsLast";

/** An index. */
export interface ReflectedIndex {
  readonly name: string | null;
  /** null for what is an expression: see `expressions` */
  readonly columnNames: readonly (string | null)[];
  /** present when there is an expression: all elements, the columns as well */
  readonly expressions?: readonly string[];
  readonly unique: boolean;
  /** the constraint that the database keeps by this index */
  readonly duplicatesConstraint?: string;
  /** by column or expression; what is sorted as usual is left out */
  readonly columnSorting?: Readonly<Record<string, readonly ReflectedSorting[]>>;
  readonly dialectOptions?: ReflectedOptions;
}

/** The comment of a table. */
export interface ReflectedTableComment {
  readonly text: string | null;
}

/** Which relations are meant; add them up with `|`. */
export const ObjectKind: {
  readonly TABLE: 1;
  readonly VIEW: 2;
  readonly MATERIALIZED_VIEW: 4;
  readonly ANY_VIEW: 6;
  readonly ANY: 7;
} = { TABLE: 1, VIEW: 2, MATERIALIZED_VIEW: 4, ANY_VIEW: 6, ANY: 7 };

/** Whether temporary relations are meant. */
export const ObjectScope: {
  readonly DEFAULT: 1;
  readonly TEMPORARY: 2;
  readonly ANY: 3;
} = { DEFAULT: 1, TEMPORARY: 2, ANY: 3 };
