import { createEngine } from "../../engine/create-engine.ts";
import type { Dialect } from "../../engine/dialect.ts";
import type { Engine } from "../../engine/engine.ts";
import { ArgumentError } from "../../errors.ts";
import { didYouMean } from "../../util/text.ts";
import { defaultRequirements, type Requirement, type Requirements } from "../requirements.ts";
import { createFixtures, dropFixtures } from "./fixtures.ts";
import type { SuiteGroup, SuiteTest } from "./group.ts";
import { suiteGroups } from "./groups.ts";
import "./load.ts";
import { skipTest, type SuiteRunner } from "./runner.ts";
import { toolsFor } from "./tools.ts";

/** What became of one test of the suite. */
export interface SuiteOutcome {
  readonly group: string;
  readonly test: string;
  readonly outcome: "passed" | "failed" | "skipped";
  /** the requirements that the dialect does not meet, for which the test was skipped */
  readonly missing: readonly Requirement[];
}

/** Options of {@link dialectSuite}. */
export interface DialectSuiteOptions {
  /** the database, which must be empty; a function is asked just before the tests run */
  readonly url?: string | (() => string | Promise<string>);
  /** makes the engine, in place of `url` */
  readonly createEngine?: () => Engine | Promise<Engine>;
  readonly runner: SuiteRunner;
  /** what the dialect can and cannot do, where that differs from what its flags tell; a function gets the dialect, once it is connected */
  readonly requirements?: Partial<Requirements> | ((dialect: Dialect) => Partial<Requirements>);
  /** the title of all the tests; "dialect suite" unless told */
  readonly name?: string;
  /** only these groups, by their names */
  readonly groups?: readonly string[];
  /**
   * Runs tests also where a requirement is not met: they have to fail, and are then reported as skipped. So no claim of what a dialect
   * cannot do outlives the day on which it can.
   */
  readonly verifySkips?: boolean;
  /** told of every test when it has ended */
  readonly report?: (outcome: SuiteOutcome) => void;
}

/**
 * Declares the tests that every dialect has to pass: every construct of the library is sent to the database, and what comes back is
 * compared. What a database does not have is left out by its requirements, and reported as skipped with their names.
 *
 * The database must be empty, and be there for the tests alone: tables are made in it, and dropped at the end.
 * @throws ArgumentError for an unknown group, or when there is neither a URL nor a function that makes the engine
 * @example
 * import { afterAll, beforeAll, describe, expect, test } from "vitest";
 * dialectSuite({ url: "toy:///scratch.db", runner: { describe, test, beforeAll, afterAll, expect }, requirements: { windowGroups: false } });
 */
export function dialectSuite(options: DialectSuiteOptions): void {
  const { runner } = options;
  const groups = chosenGroups(options.groups);
  if (options.url === undefined && options.createEngine === undefined) throw new ArgumentError("dialectSuite() needs url or createEngine.");
  const state = new SuiteState(options);

  runner.describe(options.name ?? "dialect suite", () => {
    runner.beforeAll(() => state.open());
    runner.afterAll(() => state.close());
    for (const { name, tests } of groups) {
      runner.describe(name, () => {
        for (const one of tests) runner.test(one.name, (...context) => state.run(name, one, context[0]));
      });
    }
  });
}

/** The names of the groups of {@link dialectSuite}, in the order in which they run. */
export const dialectSuiteGroups: readonly string[] = suiteGroups.map(({ name }) => name);

function chosenGroups(names: readonly string[] | undefined): readonly SuiteGroup[] {
  if (names === undefined) return suiteGroups;
  return names.map((name) => {
    const found = suiteGroups.find((group) => group.name === name);
    if (found === undefined) {
      throw new ArgumentError(
        `dialectSuite() has no group "${name}".${didYouMean(name, dialectSuiteGroups)} It has: ${dialectSuiteGroups.join(", ")}`,
      );
    }
    return found;
  });
}

/** One run of the suite: its engine, and what the dialect can do. */
class SuiteState {
  readonly #options: DialectSuiteOptions;
  #engine: Engine | null = null;
  #requirements: Requirements | null = null;

  constructor(options: DialectSuiteOptions) {
    this.#options = options;
  }

  async open(): Promise<void> {
    const { url, createEngine: make, requirements = {} } = this.#options;
    const engine = make === undefined ? createEngine(typeof url === "function" ? await url() : url!) : await make();
    this.#engine = engine;
    // flags may depend on the server's version, which the first connection tells
    await (await engine.connect()).close();
    const { dialect } = engine;
    const own = typeof requirements === "function" ? requirements(dialect) : requirements;
    const checkedRequirements = checked(own, defaultRequirements(dialect));
    await createFixtures(engine, checkedRequirements);
    this.#requirements = checkedRequirements;
  }

  async close(): Promise<void> {
    const engine = this.#engine;
    if (engine === null) return;
    try {
      // what could not be made is not dropped: it may be somebody else's
      if (this.#requirements !== null) await dropFixtures(engine, this.#requirements);
    } finally {
      await engine.dispose();
    }
  }

  async run(group: string, test: SuiteTest, context: unknown): Promise<void> {
    const requirements = this.#requirements;
    if (requirements === null) throw new Error("the database of the suite could not be prepared");
    const missing = test.needs.filter((name) => requirements[name] === false || requirements[name] === null);
    const report = (outcome: SuiteOutcome["outcome"]): void => this.#options.report?.({ group, test: test.name, outcome, missing });
    if (missing.length > 0) {
      if (this.#options.verifySkips === true) await this.#mustFail(test, missing);
      report("skipped");
      skipTest(this.#options.runner, context, `${this.#engine!.dialect.name} does not meet: ${missing.join(", ")}`);
      return;
    }
    try {
      await this.#body(test);
      report("passed");
    } catch (error) {
      report("failed");
      throw error;
    }
  }

  async #body(test: SuiteTest): Promise<void> {
    await using conn = await this.#engine!.connect();
    await test.body(toolsFor(conn, this.#requirements!, this.#options.runner));
  }

  async #mustFail(test: SuiteTest, missing: readonly Requirement[]): Promise<void> {
    try {
      await this.#body(test);
    } catch {
      return;
    }
    throw new Error(`this passes, so ${this.#engine!.dialect.name} does meet ${missing.join(" or ")}, which its requirements deny`);
  }
}

function checked(own: Partial<Requirements>, defaults: Requirements): Requirements {
  for (const [name, value] of Object.entries(own)) {
    if (!Object.hasOwn(defaults, name)) {
      throw new ArgumentError(`there is no requirement "${name}" in the dialect suite.${didYouMean(name, Object.keys(defaults))}`);
    }
    if (value === undefined) throw new ArgumentError(`the requirement "${name}" is undefined: leave it out, or say true or false`);
  }
  return { ...defaults, ...own };
}
