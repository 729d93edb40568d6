/** What a test runner gives to a test, where it can leave tests out while it runs them. */
export interface SuiteTestContext {
  /** reports the test as skipped, with the reason; it may throw to end the test */
  skip(reason: string): unknown;
}

/** What the suite asks of `expect`: to compare rows, and to show how they differ. */
export interface SuiteExpectation {
  /** Throws unless both are the same in all their parts. */
  toEqual(expected: unknown): unknown;
}

/**
 * A test runner, as the suite needs it. The functions of Vitest fit as they are; those of `node:test` with an `expect` made of
 * `assert.deepEqual`; others with a few lines of one's own.
 * @example { describe, test, beforeAll, afterAll, expect } // from vitest
 */
export interface SuiteRunner {
  /** Declares a group of tests. */
  describe(name: string, body: () => void): unknown;
  /** Declares a test; it hands the body whatever it tells its tests (its context). */
  test(name: string, body: (...context: readonly unknown[]) => Promise<void>): unknown;
  /** Declares what is done before the tests of the group. */
  beforeAll(body: () => Promise<void>): unknown;
  /** Declares what is done after the tests of the group. */
  afterAll(body: () => Promise<void>): unknown;
  expect(actual: unknown): SuiteExpectation;
  /** Reports the test that runs as skipped; only needed where the runner's context has no `skip(reason)` of its own. */
  skip?(reason: string): unknown;
}

/**
 * Reports the test that runs as skipped.
 * @throws TypeError when the runner cannot be told
 */
export function skipTest(runner: SuiteRunner, context: unknown, reason: string): void {
  if (runner.skip !== undefined) {
    runner.skip(reason);
    return;
  }
  const { skip } = (context ?? {}) as Partial<SuiteTestContext>;
  if (typeof skip !== "function") {
    throw new TypeError(
      `the test runner gives its tests no context with skip(reason), so this cannot be reported: ${reason}. Give dialectSuite() a runner with skip(reason).`,
    );
  }
  (context as SuiteTestContext).skip(reason);
}
