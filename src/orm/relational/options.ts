import { ArgumentError } from "../../errors.ts";
import { clauseOf } from "../../sql/base/coercions.ts";
import { didYouMean } from "../../util/text.ts";
import { describeValue } from "../attributes/class-manager.ts";
import type { Mapper } from "../mapping/mapper.ts";
import type { MapperProperty } from "../mapping/mapper-property.ts";

/** What is read of one class, as it was given, checked as far as that can be done without the class. */
export interface GivenOptions {
  readonly columns?: readonly string[];
  readonly with?: Readonly<Record<string, true | object>>;
  readonly extras?: Readonly<Record<string, unknown>>;
  readonly where?: unknown;
  readonly orderBy?: unknown;
  readonly limit?: unknown;
  readonly offset?: unknown;
}

const NAMES: readonly string[] = ["columns", "with", "extras", "where", "orderBy", "limit", "offset"];

/** Options that are what they should be. `place` names them in messages. */
export function checkedOptions(given: unknown, place: string): GivenOptions {
  const options = record(given, place, 'an object with options, such as { columns: ["id"], where: … }');
  for (const [name, value] of Object.entries(options)) {
    if (!NAMES.includes(name))
      throw new ArgumentError(`${place} has no option "${name}".${didYouMean(name, NAMES)} There are: ${NAMES.join(", ")}`);
    if (value === undefined) throw new ArgumentError(`${place}: ${name} is undefined; leave it out`);
  }
  const { columns } = options as GivenOptions;
  if (columns !== undefined && !(Array.isArray(columns) && columns.every((each) => typeof each === "string")))
    throw new ArgumentError(`${place}: columns is a list of names, such as ["id", "name"]; it is ${describeValue(columns)}`);
  record((options as GivenOptions).with ?? {}, `${place}: with`, "an object with names of relationships, such as { orders: true }");
  for (const [name, value] of Object.entries((options as GivenOptions).with ?? {})) {
    if (value !== true && !isRecord(value))
      throw new ArgumentError(`${place}: with.${name} is true or an object with options; it is ${describeValue(value)}`);
  }
  const extras = record((options as GivenOptions).extras ?? {}, `${place}: extras`, "an object with expressions by name");
  for (const [name, value] of Object.entries(extras)) {
    if (clauseOf(value)?._isColumnElement !== true)
      throw new ArgumentError(`${place}: extras.${name} is an expression, such as User.orders.count(); it is ${describeValue(value)}`);
  }
  return options;
}

function record(value: unknown, place: string, what: string): Readonly<Record<string, unknown>> {
  if (!isRecord(value)) throw new ArgumentError(`${place} takes ${what}; it was given ${describeValue(value)}`);
  return value;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || clauseOf(value) !== null) return false;
  const proto = Object.getPrototypeOf(value) as unknown;
  return proto === Object.prototype || proto === null;
}

/** One or several of something, as a list. */
export function listOf(value: unknown): readonly unknown[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? (value as readonly unknown[]) : [value];
}

/** The mapped attribute of a name. @throws ArgumentError when there is none, or when it is a relationship or is none */
export function propertyOf(mapper: Mapper, name: string, place: string, isRelationship: boolean): MapperProperty {
  const found = mapper.props.get(name);
  const property = found?.isSynonym === true ? (found as unknown as { readonly target: MapperProperty }).target : found;
  if (property?.isRelationship === isRelationship) return property;
  if (property !== undefined) {
    throw new ArgumentError(
      isRelationship
        ? `${place}: with.${name}: ${property} is no relationship; name it in columns`
        : `${place}: ${property} is a relationship; name it in with: { ${name}: true }`,
    );
  }
  const known = [...mapper.props].flatMap(([key, each]) => (each.isRelationship === isRelationship ? [key] : []));
  throw new ArgumentError(
    `${place}: ${mapper.name} has no ${isRelationship ? "relationship" : "attribute"} "${name}".${didYouMean(name, known)}`,
  );
}
