import type { BindParameter } from "../elements/bind-parameter.ts";
import type { TypeEngine } from "../types/type-engine.ts";
import type { BindSlot } from "./base-compiler.ts";
import { splitMarks } from "./segments.ts";

/** A piece of the text of a row, or the number of the value that stands there. */
export type RowPart = string | number;

/** One value of each row. */
export interface RowCell {
  readonly type: TypeEngine<unknown>;
  /** by which errors call it */
  readonly name: string;
  /** it is the value of a column of an INSERT */
  readonly isStored: boolean;
  /** null is written as NULL rather than sent */
  readonly nullAsText: boolean;
}

/** How a list of rows is written: the first one may have more to say than the others. */
export interface RowsForm {
  readonly first: readonly RowPart[];
  readonly other: readonly RowPart[];
  readonly separator: string;
  readonly cells: readonly RowCell[];
}

/**
 * The text of one row, as it was rendered with a bind in the place of each value, taken apart. Null where something else is sent than
 * these values, or one of them is not sent just once.
 */
export function rowParts(text: string, slots: readonly BindSlot[], values: readonly BindParameter<unknown>[]): readonly RowPart[] | null {
  const { texts, slots: numbers } = splitMarks(text);
  const parts: RowPart[] = [];
  const seen = new Set<number>();
  for (let i = 0; i < texts.length; i += 1) {
    if (texts[i] !== "") parts.push(texts[i]!);
    if (i === numbers.length) break;
    const slot = slots[numbers[i]!]!;
    const at = values.findIndex((value) => value._origin === slot.bind._origin);
    if (at === -1 || seen.has(at) || slot.literal || slot.expanding) return null;
    seen.add(at);
    parts.push(at);
  }
  return seen.size === values.length ? parts : null;
}
