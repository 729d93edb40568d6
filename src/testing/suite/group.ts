import type { Connection } from "../../engine/connection.ts";
import type { Dialect } from "../../engine/dialect.ts";
import type { Engine } from "../../engine/engine.ts";
import type { ExecuteParameters } from "../../engine/parameters.ts";
import type { ClauseElement } from "../../sql/elements/clause-element.ts";
import type { Requirement, Requirements } from "../requirements.ts";
import type { SuiteRunner } from "./runner.ts";

/** How the rows of a statement are checked. */
export interface GivesOptions {
  readonly params?: ExecuteParameters;
  /**
   * A SELECT without parameters of its own is run once more with its values written into the text, and has to give the same. False for
   * what holds values that have no such form.
   */
  readonly literal?: boolean;
  /** the order of the rows does not count */
  readonly anyOrder?: boolean;
}

/** What a test of the suite is handed. */
export interface SuiteTools {
  /** in a transaction that is rolled back when the test has ended */
  readonly conn: Connection;
  readonly engine: Engine;
  readonly dialect: Dialect;
  readonly expect: SuiteRunner["expect"];
  /** What the dialect can do, where a test needs more than a yes or no. */
  readonly requirements: Requirements;
  /** Whether the dialect meets a requirement, for tests of which only a part depends on it. */
  has(requirement: Requirement): boolean;
  /** Runs a statement and gives its rows as plain arrays or objects. */
  rows(statement: object, params?: ExecuteParameters): Promise<unknown[]>;
  /** Runs a statement and compares its rows. */
  gives(statement: object, expected: readonly unknown[], options?: GivesOptions): Promise<void>;
  /** Selects expressions, which need no table, and compares the one row of their values. */
  values(expressions: readonly (ClauseElement | object)[], expected: readonly unknown[], options?: GivesOptions): Promise<void>;
  /** Runs what has to fail with an error of the class; inside of a savepoint where the database has them. */
  fails(type: abstract new (...args: never[]) => Error, run: () => PromiseLike<unknown>): Promise<void>;
}

/** What a test needs, by the names of requirements: all of them. */
export type Needs = Requirement | readonly Requirement[];

/** The body of a test. */
export type SuiteTestBody = (tools: SuiteTools) => Promise<void>;

/** One test of a group. */
export interface SuiteTest {
  readonly name: string;
  readonly needs: readonly Requirement[];
  readonly body: SuiteTestBody;
}

/** What the body of a group declares with. */
export interface GroupApi {
  /** Declares a test that every dialect has to pass. */
  test(name: string, body: SuiteTestBody): void;
  /** Declares a test for dialects that meet the requirements. */
  test(name: string, needs: Needs, body: SuiteTestBody): void;
}

/** Tests that belong together. */
export interface SuiteGroup {
  readonly name: string;
  readonly tests: readonly SuiteTest[];
}

/** Declares a group of tests. */
export function group(name: string, body: (api: GroupApi) => void): SuiteGroup {
  const tests: SuiteTest[] = [];
  body({
    test(title: string, needs: Needs | SuiteTestBody, run?: SuiteTestBody): void {
      const without = typeof needs === "function";
      const list = without ? [] : typeof needs === "string" ? [needs] : needs;
      tests.push({ name: title, needs: list, body: without ? needs : run! });
    },
  });
  return { name, tests };
}
