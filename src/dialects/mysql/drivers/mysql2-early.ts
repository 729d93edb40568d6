/** What the package's commands use of its connection. */
interface Wire {
  readonly config?: { readonly compress?: unknown };
  sequenceId: number;
  _resetSequenceId(): void;
}

/** The command of the package that runs a prepared statement: `start` writes it, and gives what reads the answer. */
interface Execution {
  statement?: unknown;
  /** null until it has its turn */
  next?: unknown;
  start(packet: unknown, wire: Wire): unknown;
}

/**
 * Writes the execution of a prepared statement at once, although answers to what was sent before it are still to come; the package by itself
 * waits for them. The answer is read when its turn comes, as ever. This rests on how the package is made inside: where that is not as it is
 * known, nothing is done here, and the statement goes out in its turn.
 * @param connection - of the package
 * @param command - which that connection has just been given
 */
export function sendEarly(connection: unknown, command: unknown): void {
  if (!isWire(connection) || !isExecution(command)) return;
  if (connection.config?.compress === true) return;
  const { sequenceId } = connection;
  connection._resetSequenceId();
  const reads = command.start(undefined, connection);
  const answered = connection.sequenceId;
  connection.sequenceId = sequenceId;
  command.start = (_packet, wire) => {
    wire.sequenceId = answered;
    return reads;
  };
}

function isWire(given: unknown): given is Wire {
  const { _resetSequenceId, sequenceId } = given as Partial<Wire>;
  return typeof _resetSequenceId === "function" && typeof sequenceId === "number";
}

function isExecution(given: unknown): given is Execution {
  const { start, statement, next } = given as Partial<Execution>;
  // what has its turn is written already
  return next === null && typeof start === "function" && typeof statement === "object" && statement !== null;
}
