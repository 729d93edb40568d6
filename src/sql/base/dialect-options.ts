import { ArgumentError } from "../../errors.ts";

/** The values of a dialect's own options for one object, by the name without the dialect: `postgresqlWhere` is `where` here. */
export type DialectOptions = Readonly<Record<string, unknown>>;

/** Options of all dialects, by the name of the dialect. */
export type DialectOptionSet = ReadonlyMap<string, DialectOptions>;

export const NO_DIALECT_OPTIONS: DialectOptionSet = new Map();

type Known = Map<string, Readonly<Record<string, unknown>>>;
const known = new Map<string, Known>();

/**
 * Says which options of its own a dialect has for a kind of objects ("Table", "Index", "Insert", …), with their defaults.
 * @param kind - the name of the class that takes the options
 */
export function registerDialectOptions(dialect: string, kind: string, defaults: Readonly<Record<string, unknown>>): void {
  let kinds = known.get(dialect);
  if (kinds === undefined) known.set(dialect, (kinds = new Map()));
  kinds.set(kind, { ...kinds.get(kind), ...defaults });
}

/** The dialects that have registered options, longest name first, so that `mariadb` is not taken for something else. */
function dialects(): string[] {
  return [...known.keys()].toSorted((a, b) => b.length - a.length);
}

/**
 * Takes a dialect's options out of an options object: `{ postgresqlWhere: x }` → `postgresql: { where: x }`.
 * @param own - the names that the object itself understands
 * @throws ArgumentError for a name that neither the object nor a known dialect has, and for `undefined`
 */
export function dialectOptionsOf(kind: string, options: Readonly<Record<string, unknown>>, own: ReadonlySet<string>): DialectOptionSet {
  let found: Map<string, Record<string, unknown>> | null = null;
  for (const name of Object.keys(options)) {
    if (own.has(name)) continue;
    const split = splitOption(name);
    if (split === null)
      throw new ArgumentError(`${kind} has no option "${name}". A dialect's own options begin with its name, like "postgresqlWhere".`);
    const [dialect, key] = split;
    const kinds = known.get(dialect)!;
    const defaults = kinds.get(kind);

    if (defaults !== undefined && !(key in defaults) && !("*" in defaults)) {
      throw new ArgumentError(`The dialect "${dialect}" has no option "${name}" for ${kind}. It has: ${optionNames(dialect, defaults)}.`);
    }
    if (options[name] === undefined) continue;
    found ??= new Map();
    let values = found.get(dialect);
    if (values === undefined) found.set(dialect, (values = {}));
    values[key] = options[name];
  }
  return found ?? NO_DIALECT_OPTIONS;
}

/** `postgresqlWhere` → `["postgresql", "where"]`; null for a name that no dialect's name begins. */
export function splitOption(name: string): readonly [dialect: string, option: string] | null {
  for (const dialect of dialects()) {
    if (!name.startsWith(dialect) || name.length === dialect.length) continue;
    const rest = name.slice(dialect.length);
    const first = rest.charAt(0);
    if (first === first.toLowerCase()) continue;
    return [dialect, first.toLowerCase() + rest.slice(1)];
  }
  return null;
}

/** An option's value for a dialect, or the default that the dialect registered. */
export function dialectOption(options: DialectOptionSet, dialect: string, kind: string, key: string): unknown {
  const given = options.get(dialect);
  if (given !== undefined && key in given) return given[key];
  return known.get(dialect)?.get(kind)?.[key];
}

function optionNames(dialect: string, defaults: Readonly<Record<string, unknown>>): string {
  return Object.keys(defaults)
    .map((key) => `"${dialect}${key.charAt(0).toUpperCase()}${key.slice(1)}"`)
    .join(", ");
}
