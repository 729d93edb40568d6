import type { QuotedName } from "../elements/quoted-name.ts";
import type { SqlDialect } from "../base/sql-dialect.ts";

/** What has a name and perhaps a schema: tables, sequences, created types. */
export interface SchemaNamed {
  readonly name: string;
  readonly schema?: string | null;
  readonly quote?: boolean | null;
  readonly quoteSchema?: boolean | null;
  /** Whether its schema may be translated. @internal */
  readonly _useSchemaMap?: boolean;
}

/** Data of the user's own on a part of a schema. */
export type Info = Record<string, unknown>;

let created = 0;

/** A number by which constraints and columns keep the order in which they were made. */
export function nextCreationOrder(): number {
  created += 1;
  return created;
}

/** When a constraint or index is part of the DDL: for some dialects, or when a function says so. */
export interface DdlCondition {
  readonly dialect: readonly string[] | null;
  readonly callable: ((item: object, dialect: SqlDialect) => boolean) | null;
}

/** Whether a condition holds on a dialect. */
export function conditionHolds(condition: DdlCondition | null, item: object, dialect: SqlDialect): boolean {
  if (condition === null) return true;
  if (condition.dialect !== null && !condition.dialect.includes(dialect.name)) return false;
  return condition.callable === null || condition.callable(item, dialect);
}

/** The parts of a condition as users give them. */
export function ddlCondition(
  when: string | readonly string[] | ((item: object, dialect: SqlDialect) => boolean),
  callable: ((item: object, dialect: SqlDialect) => boolean) | null,
): DdlCondition {
  if (typeof when === "function") return { dialect: null, callable: when };
  return { dialect: typeof when === "string" ? [when] : when, callable };
}

/** What is attached to a column or a table: foreign keys, constraints, indexes, defaults. */
export abstract class SchemaItem {
  /** @internal */
  _info: Info | null = null;

  /** Data of the user's own. */
  get info(): Info {
    return (this._info ??= {});
  }

  /** Attaches the item to the column or table that holds it. @internal */
  abstract _setParent(parent: object): void;
}

/** A name as it is given to a constraint or index. */
export type ItemName = string | QuotedName | null;
