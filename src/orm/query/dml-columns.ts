import { CompileError } from "../../errors.ts";
import type { Delete } from "../../sql/dml/delete.ts";
import type { DmlKey } from "../../sql/dml/dml-base.ts";
import type { Insert } from "../../sql/dml/insert.ts";
import type { Update } from "../../sql/dml/update.ts";
import type { ClauseElement } from "../../sql/elements/clause-element.ts";
import type { ColumnElement } from "../../sql/elements/column-element.ts";
import { expectCrudValue, expectDmlColumn } from "../../sql/base/coercions.ts";
import { BindParameter } from "../../sql/elements/bind-parameter.ts";
import { NULLTYPE } from "../../sql/types/null-type.ts";
import { didYouMean } from "../../util/text.ts";
import type { ColumnProperty } from "../mapping/column-property.ts";
import type { CompositeProperty } from "../mapping/composite.ts";
import type { Mapper } from "../mapping/mapper.ts";
import type { OrmDescriptor } from "../mapping/orm-descriptor.ts";
import { LoaderCriteriaOption } from "./with-criteria.ts";

/** A value of an UPDATE or INSERT, with its column and the attribute that holds it on objects. */
export interface ResolvedValue {
  readonly key: string | null;
  readonly column: ColumnElement<unknown>;
  readonly value: ClauseElement;
}

/** The statement of Core that does the work: of the class's own table, and compiled without the ORM. */
export function coreStatement<S extends Insert<unknown> | Update<unknown> | Delete<unknown>>(statement: S, mapper: Mapper): S {
  const core = statement._generate() as S;
  (core as { table: unknown }).table = mapper.localTable;
  core._propagateAttrs = {};
  // criteria hold in subqueries, too
  core._withOptions = statement._withOptions.filter((option) => option instanceof LoaderCriteriaOption);
  return core;
}

/**
 * The columns of values that were given by attribute names or by mapped columns.
 * @throws CompileError for names that are no attributes
 */
export function resolveValues(mapper: Mapper, values: Iterable<readonly [DmlKey, ClauseElement]>): ResolvedValue[] {
  const resolved: ResolvedValue[] = [];
  for (const [name, value] of values) {
    if (typeof name === "string") {
      const descriptor = mapper._descriptor(name);
      if (descriptor !== undefined) {
        resolved.push(...resolveValues(mapper, pairsOf(mapper, name, descriptor, value)));
        continue;
      }
      const property = mapper.props.get(name);
      if (property?.isComposite === true) {
        resolved.push(...resolveValues(mapper, compositePairs(mapper, property as CompositeProperty, value)));
        continue;
      }
      if (property === undefined || !property.isColumn) throw unknown(mapper, name);
      resolved.push({ key: name, column: columnIn(mapper, property as ColumnProperty), value });
      continue;
    }
    const column = name._deannotate();
    resolved.push({ key: mapper.columnToProperty.get(column._identity)?.key ?? null, column, value });
  }
  return resolved;
}

/** What a value of a hybrid or the like stands for. */
function pairsOf(mapper: Mapper, name: string, descriptor: OrmDescriptor, value: ClauseElement): [DmlKey, ClauseElement][] {
  if (descriptor._updatePairs === undefined) throw unknown(mapper, name);
  const given = asGiven(value);
  return Array.from(descriptor._updatePairs(mapper.class_, given), ([column, each]) => {
    const key = expectDmlColumn(column, `updateExpression of ${mapper.name}.${name}`);
    const called = typeof key === "string" ? key : (key.key ?? "");
    return [key, expectCrudValue(each, `the value of "${called}"`, typeof key === "string" ? NULLTYPE : key.type, called)];
  });
}

/** A plain value as it was given, not as a parameter. */
function asGiven(value: ClauseElement): unknown {
  return value instanceof BindParameter && value.isCrud ? value.effectiveValue : value;
}

/** The columns of a composite object, each with its value. */
function compositePairs(mapper: Mapper, property: CompositeProperty, value: ClauseElement): [DmlKey, ClauseElement][] {
  return property.pairsOf(asGiven(value)).map(([key, each]) => {
    const { expression } = mapper.props.get(key) as ColumnProperty;
    return [key, expectCrudValue(each, `the value of ${mapper.name}.${key}`, expression.type, key)];
  });
}

/** Rows of many in which values of hybrids and the like have become those of the columns that they stand for. */
export function expandRows<R extends Readonly<Record<string, unknown>>>(mapper: Mapper, rows: readonly R[]): readonly R[] {
  const names = expandedNames(mapper);
  if (names.length === 0) return rows;
  return rows.map((row) => {
    const own = names.filter((name) => Object.hasOwn(row, name));
    if (own.length === 0) return row;
    const expanded: Record<string, unknown> = { ...row };
    for (const name of own) {
      const descriptor = mapper._descriptor(name);
      if (descriptor === undefined) {
        const pairs = (mapper.props.get(name) as CompositeProperty).pairsOf(expanded[name]);
        delete expanded[name];
        Object.assign(expanded, Object.fromEntries(pairs));
        continue;
      }
      if (descriptor._bulkDml === undefined) throw unknown(mapper, name);
      descriptor._bulkDml(mapper.class_, expanded);
      delete expanded[name];
    }
    return expanded as R;
  });
}

/** The names that stand for other columns: of hybrids and the like, and of composites. */
function expandedNames(mapper: Mapper): readonly string[] {
  return mapper._memo("names that stand for columns", () => [...mapper._descriptorKeys, ...mapper.composites.map(({ key }) => key)]);
}

/** The column of an attribute in the class's own table, where it has one there. */
export function columnIn(mapper: Mapper, property: ColumnProperty): ColumnElement<unknown> {
  for (const column of property.columns) if (mapper.localTable._collection.containsColumn(column)) return column;
  return property.expression;
}

export function unknown(mapper: Mapper, name: string): CompileError {
  const names = mapper.columnAttrs.map((property) => property.key);
  return new CompileError(`${mapper.name} has no mapped column ${JSON.stringify(name)}${didYouMean(name, names)}`);
}
