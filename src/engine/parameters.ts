import type { ParameterRecord } from "../sql/compiler/compiled.ts";
import { ArgumentError } from "../errors.ts";

/** What `execute()` takes as parameters: one set by name, or a list of sets for many executions. */
export type ExecuteParameters = ParameterRecord | readonly ParameterRecord[] | null | undefined;

/**
 * Checks parameters: they are records, and `undefined` is no value.
 * @throws ArgumentError
 */
export function checkParameters(params: ExecuteParameters): ParameterRecord | readonly ParameterRecord[] | null {
  if (params === undefined || params === null) return null;
  if (typeof params !== "object") throw new ArgumentError(`parameters are given by name, { name: value }, not as ${typeof params}`);
  if (!Array.isArray(params)) {
    checkRecord(params as ParameterRecord, null);
    return params as ParameterRecord;
  }
  for (const [index, record] of params.entries()) {
    if (typeof record !== "object" || record === null || Array.isArray(record)) {
      throw new ArgumentError(`a list of parameters holds records, { name: value }, one for each execution; element ${index} is none`);
    }
    checkRecord(record as ParameterRecord, index);
  }
  return params as readonly ParameterRecord[];
}

function checkRecord(record: ParameterRecord, index: number | null): void {
  for (const name in record) {
    if (record[name] === undefined) {
      throw new ArgumentError(
        `the parameter "${name}"${index === null ? "" : ` of set ${index}`} is undefined; undefined is not a value: use null for NULL, or leave it out`,
      );
    }
  }
}

/** Checks values that are sent as they are. */
export function checkValues(values: readonly unknown[]): void {
  for (let i = 0; i < values.length; i++) {
    if (values[i] === undefined) {
      throw new ArgumentError(`the parameter at place ${i} is undefined; undefined is not a value: use null for NULL`);
    }
  }
}
