import { ArgumentError } from "../../errors.ts";
import type { PrefetchDefault } from "../dml/crud-types.ts";
import type { BoundSlot } from "./bound-slot.ts";
import type { ParameterRecord } from "./compiled.ts";

/** What a default function is told: the values of the row that is inserted or updated. */
class RowContext {
  readonly #slots: readonly BoundSlot[];
  readonly #raw: readonly unknown[];
  readonly #row: number;

  constructor(slots: readonly BoundSlot[], raw: readonly unknown[], row: number) {
    this.#slots = slots;
    this.#raw = raw;
    this.#row = row;
  }

  /** The values so far, by column key. */
  get currentParameters(): Record<string, unknown> {
    return this.getCurrentParameters();
  }

  getCurrentParameters(): Record<string, unknown> {
    const row = this.#row;
    const values: Record<string, unknown> = {};
    this.#slots.forEach(({ bind, name }, i) => {
      if (this.#raw[i] === undefined) return;
      const numbered = row === -1 || !bind.isCrud ? null : ROW.exec(name);
      if (row === -1) values[name] = this.#raw[i];
      else if (numbered !== null && Number(numbered[1]) === row) values[name.slice(0, numbered.index)] = this.#raw[i];
      // of several rows in VALUES, the first has its defaults under the plain names
      else if (numbered === null && row === 0 && bind.isCrud) values[name] = this.#raw[i];
    });
    return values;
  }
}

/** The end of names of parameters where VALUES has several rows. */
const ROW = /_m(\d+)$/;

/** The values of all slots, with defaults computed for those that an execution gives no value. */
export function applyPrefetch(
  prefetch: readonly PrefetchDefault[],
  slots: readonly BoundSlot[],
  params: ParameterRecord | null,
  binds: readonly object[] | null,
): unknown[] {
  const raw: unknown[] = slots.map(() => undefined);
  const waiting = new Map<string, PrefetchDefault>();
  for (const item of prefetch)
    if (params === null || !Object.hasOwn(params, item.name) || params[item.name] === undefined) waiting.set(item.name, item);
  for (let i = 0; i < slots.length; i += 1) {
    const slot = slots[i]!;
    if (!waiting.has(slot.name)) raw[i] = slot.value(params, binds);
  }
  for (const { name, column, generator, row } of waiting.values()) {
    const value = generator.isCallable
      ? (generator.arg as (context: RowContext) => unknown)(new RowContext(slots, raw, row))
      : generator.arg;
    if (typeof (value as { readonly then?: unknown } | null | undefined)?.then === "function") {
      throw new ArgumentError(
        `The default of the column "${column.key}" gave a Promise: such functions are called while a statement is put together, so they cannot wait.`,
      );
    }
    for (let i = 0; i < slots.length; i += 1) if (slots[i]!.name === name) raw[i] = value ?? null;
  }
  return raw;
}
