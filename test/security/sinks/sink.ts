import type { ClauseElement } from "athanor";
import type { Family } from "../dialects.ts";

/** What keeps a text from being more than it is. */
export type Protection =
  /** it is a name in quotes */
  | "quoted"
  /** it is a literal */
  | "literal"
  /** only texts of a known form pass */
  | "validated"
  /** it is SQL, and the page of the function says so */
  | "raw";

/** A place where a text that is no bound value becomes part of SQL. */
export interface Sink {
  readonly name: string;
  readonly protection: Exclude<Protection, "raw">;
  /** those that have it; all unless told */
  readonly families?: readonly Family[];
  /** dialects of the family, by their names in `dialects.ts`, that have no such thing */
  readonly notOn?: readonly string[];
  /** what has the text in that place: one statement, or several that are run one after the other */
  readonly build: (text: string, family: Family) => ClauseElement | readonly ClauseElement[];
  /** for what is validated: texts that pass */
  readonly passes?: readonly string[];
  /** for what is validated: the form of all texts that may pass; a word unless told */
  readonly form?: RegExp;
  /** the text is encoded (as JSON, as bytes) or shortened before it is quoted, so that it does not stand there as it is */
  readonly encodes?: boolean;
  /** texts that the library refuses for reasons other than safety */
  readonly refuses?: (text: string) => boolean;
  /** for what is validated: a value of another type than the option's changes nothing */
  readonly ignores?: boolean;
  /** it is run on the databases; what it gives is compared where `reads` is given */
  readonly runs?: boolean;
  /** texts that a database keeps in another form */
  readonly notRun?: (text: string, family: Family) => boolean;
  /** what takes away what the statements made, where a transaction does not */
  readonly undo?: (text: string, family: Family) => readonly ClauseElement[];
  /** what the last statement gives: rows as they come */
  readonly reads?: (text: string) => readonly unknown[];
  /** the names of the columns that the last statement gives */
  readonly keys?: (text: string) => readonly string[];
  /** databases whose own rules refuse nearly every text (a collation that is not there): they must say so, and not find a mistake in the SQL */
  readonly unknownTo?: readonly Family[];
  /** only a few texts are run, as it takes long */
  readonly slow?: boolean;
}

/** SQL by contract: who gives the text is trusted. */
export interface RawSink {
  readonly name: string;
  readonly protection: "raw";
  readonly reason: string;
  /** the file whose documentation says that it is SQL, and words of it */
  readonly documented: readonly [file: string, words: RegExp];
}
