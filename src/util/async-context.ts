import { AsyncLocalStorage } from "node:async_hooks";

/** A value that follows a flow of calls through its awaits: what `run` sets is seen by everything that the function calls. */
export class AsyncContext<T> {
  readonly #storage: AsyncLocalStorage<T> = new AsyncLocalStorage();

  get(): T | undefined {
    return this.#storage.getStore();
  }

  run<R>(value: T, fn: () => R): R {
    return this.#storage.run(value, fn);
  }
}
