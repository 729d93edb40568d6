import { ArgumentError, DataError } from "../../errors.ts";

/** The parts of a date and time, by the names that a storage format has for them. */
export type TimeParts = Readonly<Record<(typeof NAMES)[number], number>>;

const NAMES = ["year", "month", "day", "hour", "minute", "second", "microsecond"] as const;

/** How dates and times are stored as text. */
export interface StorageOptions {
  /** the text with the places of the parts: `"%(year)04d/%(month)02d/%(day)02d"`; a number after the 0 is the count of digits */
  readonly storageFormat?: string;
  /** how the text is read: with groups that are called as the parts are, or groups in their order; made of `storageFormat` unless told */
  readonly regexp?: RegExp | string;
}

const PLACE = /%(?:%|\((\w+)\)(?:0(\d+))?d)/g;

type Piece = string | { readonly name: (typeof NAMES)[number]; readonly digits: number };

/** A format in which dates and times are written and read. */
export class StorageFormat {
  readonly #pieces: readonly Piece[];
  readonly #regexp: RegExp;
  readonly #names: readonly (typeof NAMES)[number][];
  /** whether SQLite would leave the text a text in any column: one of digits alone becomes a number in most */
  readonly isText: boolean;

  /**
   * @param names - the parts that the type has
   * @throws ArgumentError for a format with other parts
   */
  constructor(format: string, regexp: RegExp | string | undefined, names: readonly (typeof NAMES)[number][]) {
    this.#names = names;
    this.#pieces = piecesOf(format, names);
    this.isText = this.#pieces.some((piece) => typeof piece === "string" && /\D/.test(piece));
    this.#regexp = regexp === undefined ? patternOf(this.#pieces) : new RegExp(regexp);
  }

  /** The text of the parts. */
  write(parts: TimeParts): string {
    return this.#pieces
      .map((piece) => (typeof piece === "string" ? piece : String(parts[piece.name]).padStart(piece.digits, "0")))
      .join("");
  }

  /**
   * The parts that a text has; those that it has not are the first ones there are.
   * @throws DataError for text in another format
   */
  read(text: unknown): TimeParts {
    const match = typeof text === "string" ? this.#regexp.exec(text) : null;
    if (match === null) throw otherStorage(text);
    const parts = { year: 1, month: 1, day: 1, hour: 0, minute: 0, second: 0, microsecond: 0 };
    const { groups } = match;
    for (const [i, name] of this.#names.entries()) {
      const digits = groups === undefined ? match[i + 1] : groups[name];
      if (digits !== undefined) parts[name] = Number(digits);
    }
    return parts;
  }
}

function piecesOf(format: string, names: readonly string[]): Piece[] {
  const pieces: Piece[] = [];
  let end = 0;
  for (const match of format.matchAll(PLACE)) {
    const [text, name, digits] = match;
    pieces.push(format.slice(end, match.index));
    end = match.index + text.length;
    if (name === undefined) pieces.push("%");
    else if (names.includes(name)) pieces.push({ name: name as (typeof NAMES)[number], digits: Number(digits ?? 0) });
    else throw new ArgumentError(`The storage format has a place for "${name}"; there are ${names.map((one) => `"${one}"`).join(", ")}.`);
  }
  pieces.push(format.slice(end));
  if (!pieces.some((piece) => typeof piece !== "string"))
    throw new ArgumentError(`The storage format "${format}" has no places: write for example "%(year)04d-%(month)02d-%(day)02d".`);
  return pieces;
}

function patternOf(pieces: readonly Piece[]): RegExp {
  const source = pieces.map((piece) => {
    if (typeof piece === "string") return piece.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
    return `(?<${piece.name}>\\d${piece.digits === 0 ? "+" : `{${piece.digits}}`})`;
  });
  return new RegExp(`^${source.join("")}$`);
}

/** The error for what another program, or another type, stored in the column. */
export function otherStorage(value: unknown): DataError {
  const what = typeof value === "string" ? `the text "${value.slice(0, 40)}"` : `a value of the type ${typeof value}`;
  return new DataError(
    `SQLite gave ${what} for a date or time, which is stored in another way than its type says: give the type a storageFormat, or use one that reads it.`,
  );
}

const CANONICAL = /^(\d{4})-(\d{2})-(\d{2})(?: (\d{2}):(\d{2}):(\d{2})\.(\d{6}))?$|^(\d{2}):(\d{2}):(\d{2})\.(\d{6})$/;

/** The parts of "YYYY-MM-DD[ HH:MM:SS.ffffff]" or "HH:MM:SS.ffffff". */
export function partsOf(text: string): TimeParts {
  const [, year, month, day, h, mi, s, us, hour = h, minute = mi, second = s, microsecond = us] = CANONICAL.exec(text)!;
  const n = (digits: string | undefined, first: number): number => (digits === undefined ? first : Number(digits));
  return {
    year: n(year, 1),
    month: n(month, 1),
    day: n(day, 1),
    hour: n(hour, 0),
    minute: n(minute, 0),
    second: n(second, 0),
    microsecond: n(microsecond, 0),
  };
}

const pad = (n: number, width: number): string => String(n).padStart(width, "0");

/** "YYYY-MM-DD" */
export function dayText({ year, month, day }: TimeParts): string {
  return `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}`;
}

/** "HH:MM:SS[.ffffff]", without the zeros that fill the fraction */
export function clockText({ hour, minute, second, microsecond }: TimeParts): string {
  const fraction = microsecond === 0 ? "" : `.${pad(microsecond, 6).replace(/0+$/, "")}`;
  return `${pad(hour, 2)}:${pad(minute, 2)}:${pad(second, 2)}${fraction}`;
}
