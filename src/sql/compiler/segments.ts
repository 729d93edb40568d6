import { CompileError } from "../../errors.ts";
import { MARK } from "./base-compiler.ts";

/** A text with places for values: `texts[0] value(slots[0]) texts[1] …`. */
export interface Segments {
  readonly texts: readonly string[];
  /** for each place the number of its slot */
  readonly slots: readonly number[];
}

/**
 * Splits rendered text at the marks of binds.
 * @throws CompileError for a NUL character that is no mark
 */
export function splitMarks(text: string): Segments {
  const parts = text.split(MARK);
  if (parts.length % 2 === 0) throw new CompileError("SQL text must not contain the character NUL (\\0).");
  const texts: string[] = [];
  const slots: number[] = [];
  for (let i = 0; i < parts.length; i += 1) {
    if (i % 2 === 0) texts.push(parts[i]!);
    else slots.push(Number(parts[i]));
  }
  return { texts, slots };
}

/** The slots in the order in which their values are sent: all of them, or with numbered placeholders each once. */
export function sentSlots(slots: readonly number[], paramstyle: "qmark" | "dollar"): readonly number[] {
  return paramstyle === "dollar" ? [...new Set(slots)] : slots;
}

/** Writes placeholders: `?`, or `$1`, `$2`, … by their place. */
export class Placeholders {
  readonly #numbered: boolean;
  readonly #written = new Map<number, string>();
  #count = 0;

  constructor(paramstyle: "qmark" | "dollar") {
    this.#numbered = paramstyle === "dollar";
  }

  next(): string {
    if (!this.#numbered) return "?";
    this.#count += 1;
    return `$${this.#count}`;
  }

  /** What a slot is written as; with numbers, the same wherever it stands. */
  forSlot(slot: number, write: () => string = () => this.next()): string {
    if (!this.#numbered) return write();
    let text = this.#written.get(slot);
    if (text === undefined) this.#written.set(slot, (text = write()));
    return text;
  }
}
