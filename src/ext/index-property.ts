import { ArgumentError, InvalidRequestError } from "../errors.ts";
import type { ColumnElement } from "../sql/elements/column-element.ts";
import type { ArrayType } from "../sql/types/array.ts";
import type { NumericType } from "../sql/types/numeric.ts";
import type { TypeEngine } from "../sql/types/type-engine.ts";
import { describeValue } from "../orm/attributes/class-manager.ts";
import { flagModified } from "../orm/attributes/functions.ts";
import { HybridProperty } from "./hybrid.ts";
import { Mutable } from "./mutable.ts";

/** The options of {@link indexProperty}. */
export interface IndexPropertyOptions<V> {
  /** what reading gives where the key, or the whole value, is missing; null */
  readonly default?: V;
}

type Container = Record<string | number, unknown>;

/**
 * Declares an attribute that is one key of a JSON value, or one element of an array, of another attribute. On objects it reads and writes
 * the key, and the change is written with the next flush; in statements it is the SQL of the key, as a value of the type that is given.
 *
 * @param attribute - the name of the attribute that holds the JSON value or the array
 * @param index - the key, or the place in an array, counted from 0
 * @param type - the type of the value: text, a number, a boolean, or JSON
 * @throws ArgumentError for an attribute or a key that is none
 * @see https://docs.sqlalchemy.org/en/21/orm/extensions/indexable.html
 * @example
 * static settings = mappedColumn(t.json<Settings>());
 * static theme = indexProperty("settings", "theme", t.string());
 * select(User).where(User.theme.eq("dark"));
 * user.theme = "light";
 */
export function indexProperty<V>(
  attribute: string,
  index: string | number,
  type: TypeEngine<V>,
  options?: IndexPropertyOptions<null>,
): HybridProperty<V | null, true>;
export function indexProperty<V>(
  attribute: string,
  index: string | number,
  type: TypeEngine<V>,
  options: { readonly default: NoInfer<V> },
): HybridProperty<V, true>;
export function indexProperty(
  attribute: string,
  index: string | number,
  type: TypeEngine<unknown>,
  options: IndexPropertyOptions<unknown> = {},
): HybridProperty<unknown, true> {
  if (typeof attribute !== "string" || attribute === "")
    throw new ArgumentError(`indexProperty() takes the name of an attribute first; it was given ${describeValue(attribute)}`);
  if (typeof index !== "string" && !(Number.isSafeInteger(index) && index >= 0))
    throw new ArgumentError(
      `indexProperty("${attribute}", …): the key is a text, or a number from 0; it was given ${describeValue(index)}`,
    );
  const missing = options.default ?? null;
  const held = (self: Container): Container | null => (self[attribute] ?? null) as Container | null;
  return new HybridProperty<unknown, true>({
    getter: ((self: Container) => {
      const container = held(self);
      return container !== null && Object.hasOwn(container, index) ? (container[index] ?? missing) : missing;
    }) as (self: never) => unknown,
    setter: ((self: Container, value: unknown) => {
      if (value === undefined)
        throw new InvalidRequestError(`indexProperty("${attribute}", ${JSON.stringify(index)}) cannot be undefined; use null for no value`);
      const container = held(self);
      if (container === null) self[attribute] = typeof index === "number" ? placed(index, value) : { [index]: value };
      else {
        if (typeof index === "number" && Array.isArray(container)) while (container.length < index) container.push(null);
        container[index] = value;
        // values that are tracked tell of it themselves
        if (!((container as unknown) instanceof Mutable)) flagModified(self, attribute);
      }
    }) as (self: never, value: never) => void,
    expression: ((cls: Record<string, ColumnElement<unknown>>) => elementOf(cls[attribute], attribute, index, type)) as (
      cls: never,
    ) => unknown,
  });
}

function placed(index: number, value: unknown): unknown[] {
  return [...Array.from({ length: index }, () => null), value];
}

/** The SQL of one key. */
function elementOf(
  column: ColumnElement<unknown> | undefined,
  attribute: string,
  index: string | number,
  type: TypeEngine<unknown>,
): unknown {
  if (column === undefined) throw new ArgumentError(`indexProperty("${attribute}", …): the class has no such attribute`);
  const { affinity } = column.type;
  if (affinity === "array")
    return (column as { at(index: unknown): unknown } & object).at((index as number) + ((column.type as ArrayType).zeroIndexes ? 0 : 1));
  if (affinity !== "json")
    throw new ArgumentError(
      `indexProperty("${attribute}", …): ${attribute} is neither JSON nor an array, but of the type ${column.type.constructor.name}`,
    );
  const element = (column as { at(index: unknown): ColumnElement<unknown> } & object).at(index) as ColumnElement<unknown> & JsonElement;
  switch (type.affinity) {
    case "integer":
      return element.asInteger();
    case "float":
      return element.asFloat();
    case "boolean":
      return element.asBoolean();
    case "numeric":
      return element.asNumeric((type as NumericType).precision ?? 38, (type as NumericType).scale ?? 10);
    case "json":
      return element.asJson();
    default:
      return element.asString();
  }
}

interface JsonElement {
  asString(): unknown;
  asInteger(): unknown;
  asFloat(): unknown;
  asBoolean(): unknown;
  asNumeric(precision: number, scale: number): unknown;
  asJson(): unknown;
}
