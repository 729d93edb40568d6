// What the test files of a run use one after the other, though each is a process of its own. A file in a folder stands for each thing: its
// name says whether it is free, and renaming it is how a process takes it.
import { readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const FREE = ".free";
const TAKEN = ".taken";

export class Shelf {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The name of something that nobody else has from now on; null when there is nothing. */
  take(): string | null {
    for (const file of this.#files()) {
      if (!file.endsWith(FREE)) continue;
      const name = file.slice(0, -FREE.length);
      try {
        renameSync(join(this.#folder, file), this.#path(name, TAKEN));
        return name;
      } catch {
        // another process was faster
      }
    }
    return null;
  }

  /** Something new, which is taken. */
  add(name: string): void {
    writeFileSync(this.#path(name, TAKEN), "");
  }

  /** What was taken is free for others. */
  giveBack(name: string): void {
    renameSync(this.#path(name, TAKEN), this.#path(name, FREE));
  }

  /** What was taken is no more. */
  remove(name: string): void {
    rmSync(this.#path(name, TAKEN));
  }

  /** All that is there, taken or not. */
  get all(): string[] {
    return this.#files().map((file) => file.slice(0, file.lastIndexOf(".")));
  }

  #files(): string[] {
    return readdirSync(this.#folder).filter((file) => file.endsWith(FREE) || file.endsWith(TAKEN));
  }

  #path(name: string, state: string): string {
    return join(this.#folder, name + state);
  }
}
