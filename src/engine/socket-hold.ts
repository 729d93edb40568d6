/** What a socket of Node has to say about the life of the process. */
export interface HoldableSocket {
  ref(): unknown;
  unref(): unknown;
}

/**
 * Lets the process end while nothing runs on a connection, and keeps it alive while something does: a program that is done
 * does not have to dispose of its engine in order to end.
 */
export class SocketHold {
  readonly #socket: HoldableSocket;
  #running = 0;

  constructor(socket: HoldableSocket) {
    this.#socket = socket;
    socket.unref();
  }

  /** Whether something runs. */
  get isHeld(): boolean {
    return this.#running > 0;
  }

  take(): void {
    if (this.#running++ === 0) this.#socket.ref();
  }

  release(): void {
    if (--this.#running === 0) this.#socket.unref();
  }

  /** Keeps the process alive until the promise is settled. */
  async during<T>(work: Promise<T>): Promise<T> {
    this.take();
    try {
      return await work;
    } finally {
      this.release();
    }
  }
}
