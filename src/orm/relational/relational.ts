import { Select } from "../../sql/selectable/select.ts";
import { inspectEntity } from "../loading/entity.ts";
import { membersOf } from "./nested.ts";
import { checkedOptions, listOf } from "./options.ts";
import type { KnownOptions, RelationalOptions, RelationalRow } from "./types.ts";

/**
 * A SELECT of plain objects, with what they are related to inside of them: all by one statement, in one round trip. Nothing of it becomes an
 * object of the session, and every value is exactly the one that a `select()` of its column gives.
 *
 * What it gives is an ordinary SELECT, which can be told more (`where()`, `orderBy()`, `limit()`), compiled and explained, and which a
 * `Session` or a `Connection` executes.
 * @param entity - a mapped class, or an alias of one
 * @param options - what is read of it (`columns`, `with`, `extras`), which ones (`where`), and in which order and how many of them
 * (`orderBy`, `limit`, `offset`); under `with` the same for the objects of a relationship, where order and limits count for each parent
 * @throws ArgumentError for names that the class has not, and options that do not go together
 * @throws CompileError (when compiled) for a value within another row of which the database does not tell the type
 * @example
 * const films = await session.execute(
 *   relational(Film, {
 *     columns: ["id", "title"],
 *     with: { characters: { orderBy: Cast.billing, limit: 3, with: { actor: { columns: ["name"] } } }, director: true },
 *     extras: { castCount: Film.characters.count() },
 *     where: Film.year.gt(1990),
 *     orderBy: Film.title,
 *   }),
 * ).all();
 */
export function relational<C extends object>(entity: C): Select<RelationalRow<C, unknown>>;
export function relational<C extends object, const O extends RelationalOptions<C>>(
  entity: C,
  options: O & KnownOptions<C, O>,
): Select<RelationalRow<C, O>>;
export function relational(entity: object, given: object = {}): Select<unknown> {
  const inspected = inspectEntity(entity, "relational()");
  const place = `relational(${inspected.mapper.name})`;
  const options = checkedOptions(given, place);
  inspected.mapper.registry.configure();
  const members = membersOf(inspected, options, place);
  const columns = members.map(({ name, value }) => (value.name === name ? value : value.label(name)));
  let select = new Select<unknown>(
    columns,
    members.map(({ name }) => name),
  ).selectFrom(inspected.entity as never);
  const where = listOf(options.where);
  if (where.length > 0) select = select.where(...(where as never[]));
  const orderBy = listOf(options.orderBy);
  if (orderBy.length > 0) select = select.orderBy(...(orderBy as never[]));
  if (options.limit !== undefined) select = select.limit(options.limit as never);
  if (options.offset !== undefined) select = select.offset(options.offset as never);
  return select;
}
