// Objects that are given where they do not belong: as a body of JSON may hold them, and as code may make them.
import * as athanor from "athanor";
import { select, t, type ClauseElement } from "athanor";

/** The word by which SQL that came out of such an object is known. */
export const MARK = "HOSTILE";
const SQL = `${MARK} --`;

/** Objects with methods that some drivers and libraries call. */
export const OBJECTS: Readonly<Record<string, unknown>> = {
  "toSqlString()": { toSqlString: () => SQL },
  "toString()": { toString: () => SQL },
  "toJSON()": { toJSON: () => SQL },
  "valueOf()": { valueOf: () => SQL },
  "Symbol.toPrimitive": { [Symbol.toPrimitive]: () => SQL },
  "toPostgres()": { toPostgres: () => SQL },
  "rawType and toPostgres()": { rawType: true, toPostgres: () => SQL },
  "a subclass of Date": new (class extends Date {
    override toISOString(): string {
      return SQL;
    }
    override toString(): string {
      return SQL;
    }
  })(0),
  "a String": new String(SQL),
  "a subclass of String": new (class extends String {})(SQL),
  "a function": () => SQL,
  "a symbol": Symbol(MARK),
  "a Proxy": new Proxy(
    {},
    {
      get: (_target, key) => (typeof key === "symbol" || key === "then" ? undefined : SQL),
      has: (_target, key) => typeof key === "string",
    },
  ),
  "a Map": new Map([[SQL, SQL]]),
  "a Set": new Set([SQL]),
  "an array of an array": [[SQL]],
  "a long array that is none": { length: 1e9 },
  "a promise": Promise.resolve(SQL),
  "a regular expression": /HOSTILE/,
};

/** What a body of JSON may hold. */
export const IMAGES: Readonly<Record<string, unknown>> = {
  "{}": {},
  "[]": [],
  "an array of text": [SQL],
  not: { not: "" },
  $ne: { $ne: 1 },
  gt: { gt: "" },
  raw: { raw: SQL },
  sql: { sql: SQL, params: [] },
  text: { text: SQL },
  type: { type: "raw", value: SQL },
  val: { val: SQL },
  "a QuotedName": { value: SQL, quote: false },
  "a name": { name: SQL, quote: false, key: SQL },
  "a column": { name: SQL, key: SQL, isLiteral: true, _isSchemaColumn: true, table: { name: SQL } },
  "a bound value": { key: "a", value: SQL, effectiveValue: SQL, literalExecute: true, _isBindParameter: true, type: {} },
  "an element": { _roles: 0xffffffff, _isSelectBase: true, _isClauseElement: true, _isNull: true, fields: [], element: SQL, text: SQL },
  "a sequence": { isSequence: true, isScalar: true, isCallable: true, isClauseElement: true, arg: SQL, name: SQL },
  "a table": { _isSchemaTable: true, name: SQL, fullname: SQL, schema: SQL, c: {}, columns: [] },
  "an entity": { _entity: {}, _mapper: {}, __mapper__: {}, table: SQL },
  "SQLAlchemy's": { __visit_name__: "textclause", __clause_element__: SQL },
  __proto__: JSON.parse(`{"__proto__": {"text": "${SQL}", "_roles": 65535}}`) as unknown,
  ...imagesOfElements(),
};

/** The elements of the library as JSON would carry them: their own properties, as deep as they go, without methods. */
function imagesOfElements(): Record<string, unknown> {
  const users = athanor.table("users", athanor.column("id", t.integer()), athanor.column(MARK, t.string()));
  const id = users.c["id"]!;
  const elements: readonly (ClauseElement | object)[] = [
    athanor.text(SQL),
    athanor.literalColumn(SQL),
    athanor.column(SQL),
    athanor.literal(SQL, t.string(), { literalExecute: true }),
    athanor.bindparam("a", { value: SQL }),
    athanor.null_(),
    athanor.true_(),
    id.eq(1),
    id.eq(1).and(id.eq(2)),
    id.op(SQL)(1),
    id.label(MARK),
    id.desc(),
    athanor.func[MARK]!(1),
    athanor.func.count().over({ orderBy: id }),
    athanor.cast(id, t.string()),
    athanor.case_([id.eq(1), 2]),
    athanor.tuple(id, id),
    athanor.exists(select(id)),
    select(id),
    select(id).subquery(MARK),
    select(id).cte(MARK),
    select(id).union(select(id)),
    select(id).scalarSubquery(),
    users,
    users.alias(MARK),
    athanor.insert(users).values({ id: 1 }),
    athanor.update(users).values({ id: 1 }),
    athanor.delete_(users),
    new athanor.DDL(SQL),
    new athanor.QuotedName(SQL, false),
    new athanor.Sequence(MARK),
    t.string(),
    t.enum([MARK]),
  ];
  return Object.fromEntries(elements.map((element) => [`the image of ${element.constructor.name}`, imageOf(element, 4)]));
}

function imageOf(value: unknown, depth: number): unknown {
  if (typeof value !== "object" || value === null) return typeof value === "function" || typeof value === "symbol" ? undefined : value;
  if (depth === 0) return null;
  if (Array.isArray(value)) return (value as unknown[]).map((item) => imageOf(item, depth - 1));
  const image: Record<string, unknown> = {};
  for (const key of Reflect.ownKeys(value)) {
    if (typeof key !== "string") continue;
    const descriptor = Object.getOwnPropertyDescriptor(value, key)!;
    if ("value" in descriptor) image[key] = imageOf(descriptor.value, depth - 1);
  }
  // getters of the class that tell what it is
  for (const key of ["_roles", "name", "key", "text", "type", "_isSelectBase", "_isSchemaColumn"]) {
    if (key in value && !(key in image)) image[key] = imageOf((value as Record<string, unknown>)[key], 1);
  }
  return image;
}
