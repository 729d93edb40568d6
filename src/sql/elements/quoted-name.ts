import { ArgumentError } from "../../errors.ts";
import { kindOf } from "../types/processors.ts";

/**
 * Names that are made rather than given. They are strings like all others, so that they can be keys of maps and parts of longer
 * names; what is not known until the statement is rendered (the number of `anon_1`) is held between two control characters, the first of
 * which is followed by a word that nobody knows: no name that was given looks like one of these.
 */

const OPEN = `\u0001${crypto.getRandomValues(new Uint32Array(2)).join("_")}:`;
const CLOSE = "\u0002";
const PLACE = new RegExp(`${OPEN}([^ ]+) ([^\u0002]*)\u0002`, "g");
const UNSAFE = /[%() $\u0001\u0002]+/g;
const SAFE = /^\w*$/;

let serial = 0;

/** A number that no other anonymous name has. */
export function nextAnonymousId(): number {
  serial += 1;
  return serial;
}

/** Marks a name to be numbered when it is first rendered: the same `id` always gets the same number, `body` the name before it. */
export function anonymousLabel(id: number | string, body: string): string {
  return `${OPEN}${id} ${plainBody(body)}${CLOSE}`;
}

/** What stands before the number of an anonymous name that is made of a name. */
export function plainBody(body: string): string {
  const plain = body.includes(OPEN) ? bodyOf(body) : body;
  return SAFE.test(plain) ? plain : plain.replaceAll(UNSAFE, "_");
}

/** An anonymous name that ends in a further number of its own: `anon_1_1`. */
export function furtherAnonymousLabel(seed: string, id: number | string): string {
  return `${seed}${OPEN}${id} ${CLOSE}`;
}

/** Whether the name, or a part of it, is to be numbered when it is rendered. */
export function isAnonymous(name: string): boolean {
  return name.includes(OPEN);
}

/** How a part of an anonymous name stands in keys: by its place there rather than by its id. */
export function numberedPart(n: number, body: string): string {
  return `${OPEN}${n} ${body}${CLOSE}`;
}

/** The name with numbers given by `numberOf`, which gets the id and the body of each part. */
export function resolveAnonymous(name: string, numberOf: (id: string, body: string) => string): string {
  return name.includes(OPEN) ? name.replace(PLACE, (_all, id: string, body: string) => numberOf(id, body)) : name;
}

/** The id and the body of a name that is anonymous as a whole; null for one with other parts. */
export function wholeAnonymous(name: string): readonly [id: string, body: string] | null {
  if (!name.startsWith(OPEN) || name.indexOf(CLOSE) !== name.length - 1) return null;
  const space = name.indexOf(" ");
  return [name.slice(OPEN.length, space), name.slice(space + 1, -1)];
}

function bodyOf(name: string): string {
  return name.replace(PLACE, (_all, _id, body: string) => body);
}

/**
 * A name together with the wish to have it quoted always or never; without it, names are quoted where they need it. A name that is never
 * quoted is SQL: it must not come from outside.
 * @example new Column(new QuotedName("Select", true), t.integer())
 * @see https://docs.sqlalchemy.org/en/21/core/sqlelement.html#sqlalchemy.sql.expression.quoted_name
 */
export class QuotedName {
  readonly value: string;
  readonly quote: boolean | null;

  constructor(value: string | QuotedName, quote: boolean | null) {
    [this.value, this.quote] = nameParts(value, quote);
  }

  toString(): string {
    return this.value;
  }
}

/** A name as users give it. */
export type NameArgument = string | QuotedName;

/**
 * A name that is always put in quotes (`true`), or never (`false`), whatever it looks like; `null` leaves it to the rules.
 * @param value - the name
 * @param quote - always, never, or by the rules
 * @example new Table(quotedName("users", true), metadata, { id: new Column(t.integer()) })
 * @see https://docs.sqlalchemy.org/en/21/core/sqlelement.html#sqlalchemy.sql.expression.quoted_name
 */
export function quotedName(value: NameArgument, quote: boolean | null): QuotedName {
  return new QuotedName(value, quote);
}

/** The parts of a name: its text, and whether it is to be quoted; an option beside it decides where the name says nothing. */
export function nameParts(name: NameArgument, quote: boolean | null | undefined): readonly [value: string, quote: boolean | null] {
  return name instanceof QuotedName ? [name.value, quote ?? name.quote] : [checkName(name), quote ?? null];
}

/**
 * The name, which must be text: an object that looks like a name (as JSON from outside may) is none.
 * @throws ArgumentError for anything else
 */
export function checkName(name: unknown): string {
  if (typeof name !== "string") throw new ArgumentError(`A name is a string or a QuotedName, not ${kindOf(name)}.`);
  return name;
}
