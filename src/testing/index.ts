/**
 * Helpers for tests of programs that use athanor: how many statements were sent, and what a statement renders.
 * @packageDocumentation
 */
export { assertCompile, CompileAssertionError } from "./assert-compile.ts";
export { StatementRecorder, type RecordedStatement } from "./statement-recorder.ts";
