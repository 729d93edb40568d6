// The words in which the matrix of types is written: a value, and what becomes of it on each database.
import { inspect } from "node:util";
import type { TestDatabase } from "../../../support/databases.ts";
import type { TypeEngine } from "../../../../src/sql/types/type-engine.ts";

type Dialect = TestDatabase["dialect"];

/** What becomes of a value: it comes back as it is, comes back as another one (which the manual says), or is refused. */
export type Outcome =
  | { readonly kind: "exact" }
  | { readonly kind: "reads"; readonly as: unknown }
  | { readonly kind: "refused"; readonly message: RegExp };

export interface Sample {
  readonly given: unknown;
  readonly outcomes: Partial<Record<Dialect, Outcome>>;
  readonly otherwise: Outcome;
}

export interface MatrixCase {
  /** the scenario of the reliability page */
  readonly id: string;
  readonly name: string;
  readonly type: () => TypeEngine<unknown>;
  readonly samples: readonly Sample[];
  /** the databases that have the type; all of them unless told */
  readonly only?: readonly Dialect[];
  /** where a value does not find its row: floating point of single precision, types without equality */
  readonly notComparable?: readonly Dialect[];
  /** its values have to do with time zones */
  readonly isTemporal?: boolean;
  /** ways by which it cannot go */
  readonly without?: readonly string[];
  /** the server takes no DEFAULT of this type */
  readonly noServerDefault?: readonly Dialect[];
}

const EXACT: Outcome = { kind: "exact" };

/** Values that come back as they are on every database. */
export const exact = (...values: readonly unknown[]): Sample[] => values.map((given) => ({ given, outcomes: {}, otherwise: EXACT }));

/** A value that comes back as another one. */
export const reads = (given: unknown, as: unknown): Sample[] => [{ given, outcomes: {}, otherwise: { kind: "reads", as } }];

/** Values that are refused, with a message. */
export const refused = (message: RegExp, ...values: readonly unknown[]): Sample[] =>
  values.map((given) => ({ given, outcomes: {}, otherwise: { kind: "refused", message } }));

/** The same samples, except on one or more databases. */
export function except(dialects: Dialect | readonly Dialect[], outcome: Outcome | RegExp, samples: readonly Sample[]): Sample[] {
  const replaced: Outcome = outcome instanceof RegExp ? { kind: "refused", message: outcome } : outcome;
  const names = typeof dialects === "string" ? [dialects] : dialects;
  return samples.map((sample) => ({
    ...sample,
    outcomes: { ...sample.outcomes, ...Object.fromEntries(names.map((name) => [name, replaced])) },
  }));
}

/** What becomes of a sample on a database. */
export const outcomeOn = (sample: Sample, dialect: Dialect): Outcome => sample.outcomes[dialect] ?? sample.otherwise;

/** The samples that a database holds, with what they come back as. */
export function held(samples: readonly Sample[], dialect: Dialect): { given: unknown; expected: unknown }[] {
  return samples.flatMap((sample) => {
    const outcome = outcomeOn(sample, dialect);
    if (outcome.kind === "refused") return [];
    return [{ given: sample.given, expected: outcome.kind === "reads" ? outcome.as : sample.given }];
  });
}

/** The samples that a database refuses. */
export function turnedAway(samples: readonly Sample[], dialect: Dialect): { given: unknown; message: RegExp }[] {
  return samples.flatMap((sample) => {
    const outcome = outcomeOn(sample, dialect);
    return outcome.kind === "refused" ? [{ given: sample.given, message: outcome.message }] : [];
  });
}

/** A value for the name of a test. */
export function show(value: unknown): string {
  const text = inspect(value, { breakLength: Number.POSITIVE_INFINITY, depth: 2 });
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
