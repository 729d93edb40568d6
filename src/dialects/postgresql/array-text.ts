import { DataError } from "../../errors.ts";

/** One item of an array as text; null is NULL. */
export type ArrayItem = string | null;

/** A list, of lists or of items. */
export type ArrayTree = readonly (ArrayTree | ArrayItem)[];

/**
 * An array as PostgreSQL writes it: `{a,"b,c",NULL}`.
 * See https://www.postgresql.org/docs/current/arrays.html#ARRAYS-IO
 */
export function arrayText(items: ArrayTree): string {
  const parts = items.map((item) => {
    if (item === null) return "NULL";
    if (typeof item === "string") return `"${item.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
    return arrayText(item);
  });
  return `{${parts.join(",")}}`;
}

/** Reads PostgreSQL's text of an array; each item goes through `convert`. */
export function parseArray(text: string, convert: (item: ArrayItem) => unknown): unknown[] {
  // "[0:2]={…}" says where the indexes begin
  let at = text.startsWith("[") ? text.indexOf("=") + 1 : 0;
  const fail = (): never => {
    throw new DataError("An array that the database gave cannot be read.");
  };

  const list = (): unknown[] => {
    const items: unknown[] = [];
    at += 1;
    if (text[at] === "}") {
      at += 1;
      return items;
    }
    for (;;) {
      items.push(text[at] === "{" ? list() : item());
      const next = text[at];
      at += 1;
      if (next === "}") return items;
      if (next !== ",") fail();
    }
  };

  const item = (): unknown => {
    if (text[at] === '"') return convert(quoted());
    const start = at;
    while (at < text.length && text[at] !== "," && text[at] !== "}") at += text[at] === "\\" ? 2 : 1;
    const raw = text.slice(start, at);
    return convert(raw === "NULL" ? null : raw.replaceAll(/\\(.)/gs, "$1"));
  };

  const quoted = (): string => {
    at += 1;
    let value = "";
    let start = at;
    for (;;) {
      const c = text[at];
      if (c === undefined) fail();
      if (c === '"') {
        value += text.slice(start, at);
        at += 1;
        return value;
      }
      if (c === "\\") {
        value += text.slice(start, at) + (text[at + 1] ?? "");
        at += 2;
        start = at;
      } else at += 1;
    }
  };

  if (text[at] !== "{") fail();
  return list();
}
