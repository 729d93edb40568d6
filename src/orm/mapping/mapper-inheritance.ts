import { AmbiguousForeignKeysError, ArgumentError, NoForeignKeysError } from "../../errors.ts";
import { traverse } from "../../sql/base/traversal.ts";
import { BinaryExpression } from "../../sql/elements/binary.ts";
import type { ColumnElement } from "../../sql/elements/column-element.ts";
import * as operators from "../../sql/operators/operator-table.ts";
import { Column } from "../../sql/schema/column.ts";
import type { FromClause } from "../../sql/selectable/from-clause.ts";
import { joinCondition } from "../../sql/selectable/join-condition.ts";
import { columnSet, tablesIn } from "./column-set.ts";
import type { ColumnPairs, Mapper } from "./mapper.ts";
import { declarationOrder } from "./pending-classes.ts";

/** Connects a mapper with the one of its superclass: the FROM element, and the columns that hold the same key. */
export function configureInheritance(mapper: Mapper): void {
  const { inherits } = mapper;
  if (inherits === null) {
    mapper.tables = tablesIn(mapper.localTable);
    return;
  }
  if (!(inherits.class_.prototype as object).isPrototypeOf(mapper.class_.prototype as object)) {
    throw new ArgumentError(
      `${mapper.name} does not extend ${inherits.name}; write class ${mapper.name} extends extend(${inherits.name})<typeof ${mapper.name}>`,
    );
  }
  addSubMapper(inherits, mapper);
  for (const parent of inherits.iterateToRoot()) parent._expireMemoizations();
  if (mapper.single) {
    mapper.persistSelectable = inherits.persistSelectable;
  } else if (!mapper.concrete && mapper.localTable !== inherits.localTable) {
    const condition = mapper.options.inheritCondition ?? conditionFromForeignKeys(mapper, inherits);
    mapper.inheritCondition = condition;
    mapper.persistSelectable = inherits.persistSelectable.join(mapper.localTable, condition) as unknown as FromClause;
    mapper.inheritSyncPairs = equatedPairs(mapper, inherits, condition);
  }
  mapper.tables = tablesIn(mapper.persistSelectable);
  if (mapper.options.polymorphicLoad === "inline" && inherits.withPolymorphic !== "*") {
    inherits.withPolymorphic = [...(inherits.withPolymorphic ?? [inherits]), mapper];
  }
}

/** Subclasses stand in the order of their declaration, whichever of them was used first. */
function addSubMapper(parent: Mapper, mapper: Mapper): void {
  const { subMappers } = parent;
  const place = declarationOrder(mapper.class_);
  const later = [...subMappers].filter((each) => declarationOrder(each.class_) > place);
  for (const each of later) subMappers.delete(each);
  for (const each of [mapper, ...later]) subMappers.add(each);
}

function conditionFromForeignKeys(mapper: Mapper, inherits: Mapper): ColumnElement<boolean> {
  try {
    return joinCondition(inherits.localTable, mapper.localTable) as ColumnElement<boolean>;
  } catch (error) {
    const tables = `${inherits.localTable.description} and ${mapper.localTable.description}`;
    if (error instanceof NoForeignKeysError) {
      throw new NoForeignKeysError(
        `${mapper.name} inherits from ${inherits.name}, and no foreign key connects ${tables}: the primary key of ${mapper.localTable.description} ` +
          `needs a foreignKey(() => ${inherits.name}.…), or the class the option inheritCondition`,
        { cause: error },
      );
    }
    if (error instanceof AmbiguousForeignKeysError) {
      throw new AmbiguousForeignKeysError(
        `${mapper.name} inherits from ${inherits.name}, and more than one foreign key connects ${tables}; say which by the option inheritCondition`,
        { cause: error },
      );
    }
    throw error;
  }
}

/** The pairs of a column of a superclass and the column of the subclass that refers to it. */
function equatedPairs(mapper: Mapper, inherits: Mapper, condition: ColumnElement<boolean>): ColumnPairs {
  const own = columnSet(mapper.localTable);
  const theirs = columnSet(inherits.persistSelectable);
  const pairs: (readonly [ColumnElement<unknown>, ColumnElement<unknown>])[] = [];
  traverse(condition, (element) => {
    if (!(element instanceof BinaryExpression) || element.operator !== operators.eq) return;
    const left = element.left._identity;
    const right = element.right._identity;
    if (!(left instanceof Column) || !(right instanceof Column)) return;
    if (theirs.has(left) && own.has(right)) pairs.push([left, right]);
    else if (theirs.has(right) && own.has(left)) pairs.push([right, left]);
  });
  return pairs;
}
