import { ArgumentError } from "../../errors.ts";
import { describe } from "../base/coercions.ts";
import { Slot } from "../base/late.ts";
import type { DdlBind } from "../base/statement-runner.ts";

/**
 * What is looked up in the database before it is created or dropped, to be joined by `|`: what is there is not created again, and what is not
 * there is not dropped. `true` is ALL, `false` is NONE.
 * @example await metadata.createAll(engine, { checkFirst: CheckFirst.TABLES | CheckFirst.TYPES });
 * @see https://docs.sqlalchemy.org/en/21/core/ddl.html#sqlalchemy.schema.CheckFirst
 */
export const CheckFirst = {
  /** Nothing. */
  NONE: 0,
  // 1 is left out, so that no flag is taken for `true`
  TABLES: 2,
  VIEWS: 4,
  INDEXES: 8,
  SEQUENCES: 16,
  /** Types that are created by their names: enums and domains of PostgreSQL. */
  TYPES: 32,
  TRIGGERS: 64,
  /** Functions and procedures. */
  ROUTINES: 128,
  /** All of them. */
  ALL: 254,
} as const;

/** What is looked up before it is created or dropped: flags of {@link CheckFirst}, or all of them, or none. */
export type CheckFirst = boolean | number;

/** Whether something is looked up before it is created or dropped. */
export interface CheckFirstOption {
  readonly checkFirst?: CheckFirst;
}

/** The flags of what was given. */
export function checkFirstFlags(given: CheckFirst | undefined, otherwise: number): number {
  if (given === undefined) return otherwise;
  if (typeof given === "boolean") return given ? CheckFirst.ALL : CheckFirst.NONE;
  if (!Number.isInteger(given) || given < 0 || (given & ~CheckFirst.ALL) !== 0)
    throw new ArgumentError(`checkFirst is true, false, or flags of CheckFirst joined by |, not ${describe(given)}.`);
  return given;
}

/** What can be created and dropped by itself, beside tables. */
export type DdlAction = "create" | "drop";

/** Creates or drops an index, sequence, type, trigger or routine; filled by the schema generator. */
export const itemDdlSlot: Slot<(action: DdlAction, item: object, bind: DdlBind, checkFirst: number) => Promise<void>> = new Slot("itemDdl");
