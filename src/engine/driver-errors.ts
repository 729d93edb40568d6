import {
  CommitOutcomeUnknownError,
  CommitRolledBackError,
  DatabaseError,
  DatabaseLockedError,
  DataError,
  DisconnectError,
  IntegrityError,
  InterfaceError,
  InternalError,
  NotSupportedError,
  OperationalError,
  ProgrammingError,
  QueryTimeoutError,
  ReadOnlyError,
  SerializationError,
  type DBAPIError,
  type DBAPIErrorOptions,
} from "../errors.ts";
import type { DriverErrorInfo, DriverErrorKind } from "./driver.ts";

type ErrorClass = new (message: string, options: DBAPIErrorOptions) => DBAPIError;

const classes: Record<DriverErrorKind, ErrorClass> = {
  interface: InterfaceError,
  database: DatabaseError,
  data: DataError,
  operational: OperationalError,
  integrity: IntegrityError,
  internal: InternalError,
  programming: ProgrammingError,
  "not-supported": NotSupportedError,
  disconnect: DisconnectError,
  "commit-unknown": CommitOutcomeUnknownError,
  "commit-rolled-back": CommitRolledBackError,
  "query-timeout": QueryTimeoutError,
  locked: DatabaseLockedError,
  serialization: SerializationError,
  "read-only": ReadOnlyError,
};

/** What was being done when a driver reported an error. */
export interface ErrorScene {
  readonly statement?: string | null;
  readonly params?: unknown;
  readonly hideParameters?: boolean;
  /** the name of the parameter whose value is at fault */
  readonly parameter?: string | null;
}

/** Whether an error of this kind means that the connection is gone. */
export function isDisconnect(info: DriverErrorInfo): boolean {
  return info.kind === "disconnect" || info.kind === "commit-unknown";
}

/** The error of the tree that stands for a driver's error. */
export function makeDriverError(info: DriverErrorInfo, cause: unknown, scene: ErrorScene): DBAPIError {
  const hide = scene.hideParameters === true;
  let message = info.message;
  if (scene.parameter != null) message += ` (the parameter "${scene.parameter}")`;
  if (info.detail && !hide) message += `\n${info.detail}`;
  if (hide) {
    const secrets = valuesIn(scene.params);
    message = without(message, secrets);
    redact(cause, secrets);
  }
  const error = new classes[info.kind](message, {
    cause,
    connectionInvalidated: isDisconnect(info),
    sqlstate: info.sqlstate ?? null,
    constraint: info.constraint ?? null,
    table: info.table ?? null,
    column: info.column ?? null,
    schema: info.schema ?? null,
    statement: scene.statement ?? null,
    params: scene.params,
    hideParameters: hide,
  });
  // until its text is made, a stack holds the objects that had a part in it: whoever keeps the error would keep the connection
  void error.stack;
  return error;
}

function valuesIn(params: unknown): string[] {
  const found: string[] = [];
  const walk = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(walk);
    else if (typeof value === "string") found.push(value);
    else if (typeof value === "number" || typeof value === "bigint") found.push(String(value));
  };
  walk(params);
  // longer ones first, so that no tail of one is left when it contains another
  return found.filter((text) => text.length > 2).toSorted((a, b) => b.length - a.length);
}

function without(text: string, secrets: readonly string[]): string {
  let result = text;
  for (const secret of secrets) result = result.replaceAll(secret, "[hidden]");
  return result;
}

/** Servers quote values in their messages, and consoles print causes. */
function redact(cause: unknown, secrets: readonly string[]): void {
  if (!(cause instanceof Error)) return;
  const fields = cause as unknown as Record<string, unknown>;
  for (const name of ["message", "stack", "detail", "where", "internalQuery", "sqlMessage"]) {
    const text = fields[name];
    if (typeof text === "string") fields[name] = name === "detail" ? "[hidden]" : without(text, secrets);
  }
}
