// The one registry of places where a text that is no bound value becomes part of SQL.
import { DIALECT_ARGUMENTS } from "./arguments.ts";
import { DDL_NAMES } from "./ddl.ts";
import { JSON_KEYS, LITERALS } from "./literals.ts";
import { MADE_NAMES, NAMES } from "./names.ts";
import { NUMBERS } from "./numbers.ts";
import { PROGRAMS } from "./programs.ts";
import { DDL_TEXTS } from "./texts.ts";
import type { Sink } from "./sink.ts";

export { RAW } from "./raw.ts";
export type { Protection, RawSink, Sink } from "./sink.ts";

export const SINKS: readonly Sink[] = [
  ...NAMES,
  ...MADE_NAMES,
  ...DDL_NAMES,
  ...DDL_TEXTS,
  ...NUMBERS,
  ...PROGRAMS,
  ...DIALECT_ARGUMENTS,
  ...LITERALS,
  ...JSON_KEYS,
];
