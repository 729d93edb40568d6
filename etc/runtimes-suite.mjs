// The suite for dialects without a test runner: prints which of its tests pass on DATABASE_URL. What the database cannot do is not said here,
// so some fail, everywhere the same.
import { isDeepStrictEqual } from "node:util";
import { dialectSuite } from "athanor/testing";

const before = [];
const after = [];
const tests = [];
const expect = (actual) => ({
  toEqual(expected) {
    if (!isDeepStrictEqual(actual, expected)) throw new Error("not what was expected");
  },
});
const outcomes = { passed: [], skipped: [], failed: [] };
dialectSuite({
  url: process.env.DATABASE_URL,
  runner: {
    describe: (_name, body) => body(),
    test: (_name, body) => tests.push(body),
    beforeAll: (body) => before.push(body),
    afterAll: (body) => after.push(body),
    expect,
    skip: () => undefined,
  },
  report: ({ group, test, outcome }) => outcomes[outcome].push(`${group}: ${test}`),
});

for (const body of before) await body();
// those that fail are in the report
for (const body of tests) await body().catch(() => undefined);
for (const body of after) await body();
console.log(JSON.stringify(outcomes, null, 2));
