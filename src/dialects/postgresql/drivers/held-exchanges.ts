import { PostgresDriverError } from "./postgres-errors.ts";
import { WireResponse, type Wire, type WireField } from "./wire.ts";

/** Messages that wait to go out together with others, and what is to become of the answer. */
interface Held {
  readonly write: (wire: Wire) => void;
  readonly response: WireResponse;
  /** how many commands it has: each is answered by one CommandComplete */
  readonly commands: number;
  readonly resolve: (response: WireResponse) => void;
  readonly reject: (error: unknown) => void;
}

/** Sends messages, a Sync among them, and collects the answer. */
type Exchange = (write: (wire: Wire) => void, response: WireResponse) => Promise<WireResponse>;

/**
 * Statements that go out in one packet, with one Sync at the end: they are answered in their order, and when one fails, the server leaves
 * out those behind it.
 * @see https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-PIPELINING
 */
export class HeldExchanges {
  readonly #held: Held[] = [];

  get count(): number {
    return this.#held.length;
  }

  add(write: (wire: Wire) => void, response: WireResponse, commands: number): Promise<WireResponse> {
    return new Promise((resolve, reject) => this.#held.push({ write, response, commands, resolve, reject }));
  }

  send(exchange: Exchange): void {
    const held = this.#held.splice(0);
    if (held.length === 0) return;
    const joined = new JoinedResponse(held);
    exchange((wire) => {
      for (const { write } of held) write(wire);
      wire.sync();
    }, joined).then(
      () => joined.settle(null),
      (error: unknown) => joined.settle(error),
    );
  }
}

/** Gives each statement its own part of the answer to all of them. */
class JoinedResponse extends WireResponse {
  readonly #held: readonly Held[];
  /** the statement whose answer is coming */
  #at = 0;
  #completed = 0;
  /** why the rows of a statement cannot be read, by its place */
  #unreadable: Map<number, unknown> | null = null;

  constructor(held: readonly Held[]) {
    super(null, 0);
    this.#held = held;
  }

  override rowDescription(fields: readonly WireField[]): void {
    this.#held[this.#at]!.response.rowDescription(fields);
  }

  override dataRow(fields: unknown[]): void {
    if (this.#unreadable?.has(this.#at)) return;
    try {
      this.#held[this.#at]!.response.dataRow(fields);
    } catch (error) {
      (this.#unreadable ??= new Map<number, unknown>()).set(this.#at, error);
    }
  }

  override commandComplete(tag: string): void {
    const { response, commands } = this.#held[this.#at]!;
    response.commandComplete(tag);
    this.#completed += 1;
    if (this.#completed < commands) return;
    this.#completed = 0;
    this.#at += 1;
  }

  /** @param error - of the statement that was not answered to its end; null when all were */
  settle(error: unknown): void {
    for (const [place, { response, resolve, reject }] of this.#held.entries()) {
      if (this.#unreadable?.has(place)) reject(this.#unreadable.get(place));
      else if (place < this.#at) resolve(response);
      else if (place === this.#at) reject(error);
      else reject(new PostgresDriverError("operational", `the statement was not run, because one that was sent with it failed`, error));
    }
  }
}
