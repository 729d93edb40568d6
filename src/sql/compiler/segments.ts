import { CompileError } from "../../errors.ts";
import { MARK } from "./base-compiler.ts";

/** A text with places for values: `texts[0] value(slots[0]) texts[1] …`. */
export interface Segments {
  readonly texts: readonly string[];
  /** for each place the number of its slot */
  readonly slots: readonly number[];
}

const DIGIT_0 = 48;

/**
 * Splits rendered text at the marks of binds.
 * @throws CompileError for a NUL character that is no mark
 */
export function splitMarks(text: string): Segments {
  const texts: string[] = [];
  const slots: number[] = [];
  let from = 0;
  for (let at = text.indexOf(MARK); at !== -1; at = text.indexOf(MARK, from)) {
    const end = text.indexOf(MARK, at + 1);
    if (end === -1) throw new CompileError("SQL text must not contain the character NUL (\\0).");
    texts.push(text.slice(from, at));
    slots.push(end === at + 2 ? text.charCodeAt(at + 1) - DIGIT_0 : Number(text.slice(at + 1, end)));
    from = end + 1;
  }
  texts.push(from === 0 ? text : text.slice(from));
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
