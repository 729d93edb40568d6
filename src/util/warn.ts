const said = new Set<string>();

/** Warns through Node's own channel, so that `process.on("warning")` and `--trace-warnings` work. */
export function warn(message: string, code: string = "ATHANOR"): void {
  process.emitWarning(message, { type: "AthanorWarning", code });
}

/** Warns once per process. */
export function warnOnce(message: string, code?: string): void {
  if (said.has(message)) return;
  said.add(message);
  warn(message, code);
}
