interface Waiter {
  readonly resolve: () => void;
  timer: NodeJS.Timeout | null;
}

/** A lock that is handed on in the order in which it was asked for. */
export class Mutex {
  #locked = false;
  readonly #waiters: Set<Waiter> = new Set();

  get locked(): boolean {
    return this.#locked;
  }

  /** How many wait. */
  get waiting(): number {
    return this.#waiters.size;
  }

  /** Takes the lock if it is free. */
  tryAcquire(): boolean {
    if (this.#locked) return false;
    this.#locked = true;
    return true;
  }

  /**
   * Waits for the lock.
   * @param timeout - in milliseconds; Infinity waits for as long as it takes
   * @returns whether it was got in time
   */
  acquire(timeout: number = Infinity): Promise<boolean> {
    if (this.tryAcquire()) return Promise.resolve(true);
    return new Promise((resolve) => {
      const waiter: Waiter = { resolve: () => resolve(true), timer: null };
      if (timeout !== Infinity) {
        waiter.timer = setTimeout(() => {
          this.#waiters.delete(waiter);
          resolve(false);
        }, timeout);
      }
      this.#waiters.add(waiter);
    });
  }

  /** Gives the lock to the next who waits. */
  release(): void {
    for (const waiter of this.#waiters) {
      this.#waiters.delete(waiter);
      if (waiter.timer) clearTimeout(waiter.timer);
      waiter.resolve();
      return;
    }
    this.#locked = false;
  }
}
