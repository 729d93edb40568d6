import { InvalidRequestError } from "../../errors.ts";
import { QuotedName } from "../elements/quoted-name.ts";
import type { Column } from "./column.ts";
import type { ForeignKeyConstraint } from "./foreign-key.ts";
import type { Table } from "./table.ts";

/** What names constraints and indexes that have none: a pattern with `%(…)s` tokens, or functions for tokens of one's own. */
export interface NamingConvention {
  readonly pk?: string;
  readonly fk?: string;
  readonly uq?: string;
  readonly ck?: string;
  readonly ix?: string;
  readonly [token: string]: string | ((constraint: object, table: Table) => string) | undefined;
}

/** What indexes are called unless a convention says otherwise. */
export const DEFAULT_NAMING_CONVENTION: NamingConvention = Object.freeze({ ix: "ix_%(column_0_label)s" });

/** Which kinds of constraints a convention knows. */
export type ConventionKind = "pk" | "fk" | "uq" | "ck" | "ix";

/** A name that came out of a convention: it may be shortened, and is not put through one again. */
export class ConventionName extends QuotedName {}

/**
 * A name that is to stay as it is, whatever the naming convention.
 * See https://docs.sqlalchemy.org/en/21/core/constraints.html#constraint-naming-conventions
 */
export function conv(name: string): QuotedName {
  return new ConventionName(name, null);
}

/** What a convention is told of a constraint or index. */
export interface Nameable {
  readonly conventionKind: ConventionKind;
  /** the name as it was given */
  readonly _givenName: string | QuotedName | null;
  readonly _namedColumns: readonly Column<unknown>[];
}

/**
 * The name of a constraint or index in its table: the given one, or what the convention makes of it; null when it has none.
 * @throws InvalidRequestError where the convention needs something that is not there
 */
export function conventionName(item: Nameable, table: Table): string | QuotedName | null {
  const given = item._givenName;
  if (given instanceof ConventionName) return given;
  const convention = table.metadata.namingConvention;
  const pattern = convention[item.conventionKind];
  if (typeof pattern !== "string") return given;
  if (given !== null && !pattern.includes("%(constraint_name)s")) return given;
  const tokens = new Tokens(item, table, convention);
  return new ConventionName(
    pattern.replaceAll(/%\((\w+)\)s/g, (_all, token: string) => tokens.get(token)),
    null,
  );
}

const COLUMN_TOKEN = /^(referred_)?column_(\d+)(_?N)?(_?)(name|key|label)$/;

class Tokens {
  readonly item: Nameable;
  readonly table: Table;
  readonly convention: NamingConvention;

  constructor(item: Nameable, table: Table, convention: NamingConvention) {
    this.item = item;
    this.table = table;
    this.convention = convention;
  }

  get(token: string): string {
    const own = this.convention[token];
    if (typeof own === "function") return own(this.item, this.table);
    switch (token) {
      case "table_name":
        return this.table.name;
      case "constraint_name": {
        const name = this.item._givenName;
        if (name === null) {
          throw new InvalidRequestError(
            `The naming convention of "${this.item.conventionKind}" uses %(constraint_name)s, so the constraint on the table "${this.table.name}" needs a name.`,
          );
        }
        return String(name);
      }
      case "referred_table_name":
        return this.referred()[0]!.referredTableName;
      default:
        return this.column(token);
    }
  }

  referred(): readonly { readonly referredTableName: string; readonly referredColumnName: string }[] {
    return (this.item as unknown as ForeignKeyConstraint)._referredNames();
  }

  column(token: string): string {
    const match = COLUMN_TOKEN.exec(token);
    if (match === null) {
      throw new InvalidRequestError(
        `The naming convention of "${this.item.conventionKind}" has the token %(${token})s, which is neither known nor defined as a function.`,
      );
    }
    const [, referred, index, all, , what] = match;
    const names =
      referred === undefined
        ? this.item._namedColumns.map((column) => attribute(column, what!))
        : this.referred().map((r) => r.referredColumnName);
    if (all !== undefined) return names.join(all === "_N" || token.includes("_N_") ? "_" : "");
    return names[Number(index)] ?? "";
  }
}

function attribute(column: Column<unknown>, what: string): string {
  if (what === "key") return column.key;
  if (what === "label") return column._ddlLabel;
  return column.name;
}
