// The pages that say which name of SQLAlchemy is which name here: how they are read.
import { readFileSync } from "node:fs";

const root = new URL("../../", import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), "utf8");

/** A row of a table: the names of SQLAlchemy, and what is said of them. */
export interface Row {
  readonly names: readonly string[];
  readonly said: string;
}

export interface Section {
  /** those that are the same thing */
  readonly same: Row[];
  /** those that something else stands for */
  readonly other: Row[];
  /** those that were left out */
  readonly without: Row[];
}

const LISTS: Readonly<Record<string, keyof Section>> = { athanor: "same", "in its place": "other", "why not": "without" };

/** What stands in a text as code. */
export const code = (text: string): string[] => [...text.matchAll(/`([^`]+)`/g)].map(([, inside]) => inside!.replaceAll("\\|", "|"));

/** The sections of a page, by its name and their heading. */
export function sectionsOf(folder: string, page: string): Map<string, Section> {
  const sections = new Map<string, Section>();
  let section: Section | null = null;
  let list: Row[] | null = null;
  for (const line of read(`${folder}/${page}`).split("\n")) {
    const heading = /^## (.*)$/.exec(line);
    if (heading !== null) {
      section = { same: [], other: [], without: [] };
      sections.set(`${page} ${heading[1]!}`, section);
    }
    // a bar in code is not the end of a cell
    const cells = line.split(/(?<!\\)\|/).map((cell) => cell.trim());
    if (!line.startsWith("|") || section === null) continue;
    if (cells[1] === "SQLAlchemy") list = section[LISTS[cells[2]!]!];
    else if (!/^-+$/.test(cells[1]!)) list!.push({ names: code(cells[1]!), said: cells[2]! });
  }
  return sections;
}

/** The types that a module of sources exports, which leave no trace at run time. */
export function typesOf(path: string): Set<string> {
  const names = new Set<string>();
  for (const [, isType, list] of read(path).matchAll(/^export (type )?\{([^}]*)\}/gm)) {
    for (const part of list!.split(",")) {
      const match = /^\s*(type )?(\w+)(?: as (\w+))?\s*$/.exec(part);
      if (match !== null && (isType !== undefined || match[1] !== undefined)) names.add(match[3] ?? match[2]!);
    }
  }
  return names;
}
