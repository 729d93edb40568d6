import { ArgumentError, DataError } from "../../errors.ts";
import { checkTextWithoutNul, kindOf } from "../../sql/types/processors.ts";

const quote = (text: string): string => `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;

/** Keys and values as PostgreSQL writes an hstore: `"a"=>"1", "b"=>NULL`. */
export function hstoreText(value: Readonly<Record<string, unknown>>): string {
  return Object.entries(value)
    .map(([key, member]) => {
      if (member !== null && typeof member !== "string")
        throw new ArgumentError(`An hstore holds strings and null, but "${key}" is ${kindOf(member)}.`);
      checkTextWithoutNul(key, "HSTORE");
      if (member !== null) checkTextWithoutNul(member, "HSTORE");
      return `${quote(key)}=>${member === null ? "NULL" : quote(member)}`;
    })
    .join(", ");
}

const PAIR = /\s*"((?:[^"\\]|\\.)*)"\s*=>\s*(?:NULL|"((?:[^"\\]|\\.)*)")\s*(?:,|$)/gsy;

/** Reads PostgreSQL's text of an hstore. */
export function parseHstore(text: string): Record<string, string | null> {
  const value: Record<string, string | null> = {};
  let end = 0;
  for (const match of text.matchAll(PAIR)) {
    const key = match[1]!.replaceAll(/\\(.)/gs, "$1");
    // defineProperty, as a key may be called __proto__
    Object.defineProperty(value, key, {
      value: match[2] === undefined ? null : match[2].replaceAll(/\\(.)/gs, "$1"),
      enumerable: true,
      configurable: true,
      writable: true,
    });
    end = match.index + match[0].length;
  }
  if (end < text.trimEnd().length) throw new DataError("An hstore that the database gave cannot be read.");
  return value;
}
