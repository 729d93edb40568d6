/**
 * Helpers for tests of programs that use athanor: how many statements were sent, and what a statement renders; and the tests that every
 * dialect has to pass.
 * @packageDocumentation
 */
export { assertCompile, CompileAssertionError } from "./assert-compile.ts";
export { StatementRecorder, type RecordedStatement } from "./statement-recorder.ts";
export { defaultRequirements, type Requirement, type Requirements } from "./requirements.ts";
export { dialectSuite, dialectSuiteGroups, type DialectSuiteOptions, type SuiteOutcome } from "./suite/dialect-suite.ts";
export type { SuiteExpectation, SuiteRunner, SuiteTestContext } from "./suite/runner.ts";
