import type { TypeEngine } from "../types/type-engine.ts";
import type { IdentityColumnOptions } from "./identity.ts";

/** What a dialect knows beyond the standard, by the names that its options have in the constructors: `postgresqlInclude`, … */
export type ReflectedOptions = Readonly<Record<string, unknown>>;

/** A computed column: GENERATED ALWAYS AS. */
export interface ReflectedComputed {
  /** the expression, as the database writes it */
  readonly sqltext: string;
  /** whether the value is stored; absent where the database does not say */
  readonly persisted?: boolean;
}

/**
 * A column as it is in the database. Listeners of `columnReflect` may change it before a `Column` is made of it, and may set
 * `key`, `quote` and `info` then.
 * @see https://docs.sqlalchemy.org/en/21/core/reflection.html#sqlalchemy.engine.interfaces.ReflectedColumn
 */
export interface ReflectedColumn {
  name: string;
  type: TypeEngine<unknown>;
  nullable: boolean;
  /** the default as SQL, or null */
  default: string | null;
  /** whether the database numbers the column by itself; absent where that follows from the rest */
  autoincrement?: boolean | "auto";
  comment?: string | null;
  computed?: ReflectedComputed;
  identity?: IdentityColumnOptions;
  dialectOptions?: ReflectedOptions;
  /** the key that the column is to have in its table */
  key?: string;
  quote?: boolean | null;
  info?: Record<string | symbol, unknown>;
}
