import { Operator, type OperatorTraits } from "./operator.ts";

/*
 * Every operator of the library, under SQLAlchemy's name: `visitLikeOpBinary` of a compiler renders `likeOp`.
 * Precedences follow https://docs.sqlalchemy.org/en/21/core/operators.html#parentheses-and-grouping.
 */

const comparison: OperatorTraits = { precedence: 5, isComparison: true };
const silent: OperatorTraits = {};

export const functionAsComparisonOp: Operator = new Operator("functionAsComparisonOp", "", { precedence: 15, isComparison: true });
export const anyOp: Operator = new Operator("anyOp", "ANY ", { precedence: 15 });
export const allOp: Operator = new Operator("allOp", "ALL ", { precedence: 15 });
export const getitem: Operator = new Operator("getitem", "", { precedence: 15, isNaturalSelfPrecedent: true });
export const jsonGetitemOp: Operator = new Operator("jsonGetitemOp", "", { precedence: 15, isNaturalSelfPrecedent: true });
export const jsonPathGetitemOp: Operator = new Operator("jsonPathGetitemOp", "", { precedence: 15, isNaturalSelfPrecedent: true });
export const pow: Operator = new Operator("pow", "", { precedence: 15 });

export const mul: Operator = new Operator("mul", " * ", { precedence: 8, isAssociative: true });
export const truediv: Operator = new Operator("truediv", " / ", { precedence: 8 });
export const floordiv: Operator = new Operator("floordiv", " / ", { precedence: 8 });
export const mod: Operator = new Operator("mod", " % ", { precedence: 8 });
export const neg: Operator = new Operator("neg", "-", { precedence: 8 });
export const bitwiseNotOp: Operator = new Operator("bitwiseNotOp", "~", { precedence: 8 });

export const add: Operator = new Operator("add", " + ", { precedence: 7, isAssociative: true });
export const sub: Operator = new Operator("sub", " - ", { precedence: 7 });
export const bitwiseXorOp: Operator = new Operator("bitwiseXorOp", " ^ ", { precedence: 7 });
export const bitwiseOrOp: Operator = new Operator("bitwiseOrOp", " | ", { precedence: 7 });
export const bitwiseAndOp: Operator = new Operator("bitwiseAndOp", " & ", { precedence: 7 });
export const bitwiseLshiftOp: Operator = new Operator("bitwiseLshiftOp", " << ", { precedence: 7 });
export const bitwiseRshiftOp: Operator = new Operator("bitwiseRshiftOp", " >> ", { precedence: 7 });
export const nullOp: Operator = new Operator("nullOp", "", { precedence: 7 });
/** `<<` and `>>` of types that define them (ranges); without such a type they are errors. */
export const lshift: Operator = new Operator("lshift", " << ", silent);
export const rshift: Operator = new Operator("rshift", " >> ", silent);
export const matmul: Operator = new Operator("matmul", " @ ", silent);

export const filterOp: Operator = new Operator("filterOp", " FILTER ", { precedence: 6 });

export const concatOp: Operator = new Operator("concatOp", " || ", { precedence: 5, isAssociative: true });
export const matchOp: Operator = new Operator("matchOp", " MATCH ", comparison);
export const notMatchOp: Operator = new Operator("notMatchOp", " NOT MATCH ", comparison);
export const regexpMatchOp: Operator = new Operator("regexpMatchOp", " <regexp> ", comparison);
export const notRegexpMatchOp: Operator = new Operator("notRegexpMatchOp", " <not regexp> ", comparison);
export const regexpReplaceOp: Operator = new Operator("regexpReplaceOp", " <regexp replace> ", { precedence: 5 });
export const likeOp: Operator = new Operator("likeOp", " LIKE ", comparison);
export const notLikeOp: Operator = new Operator("notLikeOp", " NOT LIKE ", comparison);
export const ilikeOp: Operator = new Operator("ilikeOp", " ILIKE ", comparison);
export const notIlikeOp: Operator = new Operator("notIlikeOp", " NOT ILIKE ", comparison);
export const inOp: Operator = new Operator("inOp", " IN ", comparison);
export const notInOp: Operator = new Operator("notInOp", " NOT IN ", comparison);
export const is: Operator = new Operator("is", " IS ", comparison);
export const isNot: Operator = new Operator("isNot", " IS NOT ", comparison);
export const eq: Operator = new Operator("eq", " = ", comparison);
export const ne: Operator = new Operator("ne", " != ", comparison);
export const isDistinctFrom: Operator = new Operator("isDistinctFrom", " IS DISTINCT FROM ", comparison);
export const isNotDistinctFrom: Operator = new Operator("isNotDistinctFrom", " IS NOT DISTINCT FROM ", comparison);
export const gt: Operator = new Operator("gt", " > ", comparison);
export const lt: Operator = new Operator("lt", " < ", comparison);
export const ge: Operator = new Operator("ge", " >= ", comparison);
export const le: Operator = new Operator("le", " <= ", comparison);
export const betweenOp: Operator = new Operator("betweenOp", " BETWEEN ", comparison);
export const notBetweenOp: Operator = new Operator("notBetweenOp", " NOT BETWEEN ", comparison);
export const distinctOp: Operator = new Operator("distinctOp", "DISTINCT ", { precedence: 5 });
export const inv: Operator = new Operator("inv", "NOT ", { precedence: 5, isBoolean: true });
export const isTrue: Operator = new Operator("isTrue", "", { precedence: 5, isBoolean: true });
export const isFalse: Operator = new Operator("isFalse", "", { precedence: 5, isBoolean: true });

/* these have no precedence in SQLAlchemy's table: whatever they stand in puts them in brackets */
const likeFamily: OperatorTraits = { isComparison: true };
export const startswithOp: Operator = new Operator("startswithOp", "", likeFamily);
export const notStartswithOp: Operator = new Operator("notStartswithOp", "", likeFamily);
export const istartswithOp: Operator = new Operator("istartswithOp", "", likeFamily);
export const notIstartswithOp: Operator = new Operator("notIstartswithOp", "", likeFamily);
export const endswithOp: Operator = new Operator("endswithOp", "", likeFamily);
export const notEndswithOp: Operator = new Operator("notEndswithOp", "", likeFamily);
export const iendswithOp: Operator = new Operator("iendswithOp", "", likeFamily);
export const notIendswithOp: Operator = new Operator("notIendswithOp", "", likeFamily);
export const containsOp: Operator = new Operator("containsOp", "", likeFamily);
export const notContainsOp: Operator = new Operator("notContainsOp", "", likeFamily);
export const icontainsOp: Operator = new Operator("icontainsOp", "", likeFamily);
export const notIcontainsOp: Operator = new Operator("notIcontainsOp", "", likeFamily);

export const collate: Operator = new Operator("collate", " COLLATE ", { precedence: 4 });

export const and: Operator = new Operator("and", " AND ", { precedence: 3, isBoolean: true, isAssociative: true });
export const or: Operator = new Operator("or", " OR ", { precedence: 2, isBoolean: true, isAssociative: true });

export const descOp: Operator = new Operator("descOp", " DESC", { precedence: 3, isOrderByModifier: true });
export const ascOp: Operator = new Operator("ascOp", " ASC", { precedence: 3, isOrderByModifier: true });
export const nullsFirstOp: Operator = new Operator("nullsFirstOp", " NULLS FIRST", { isOrderByModifier: true });
export const nullsLastOp: Operator = new Operator("nullsLastOp", " NULLS LAST", { isOrderByModifier: true });

export const exists: Operator = new Operator("exists", "EXISTS ", { precedence: 0 });
export const commaOp: Operator = new Operator("commaOp", ", ", { precedence: -1 });
export const as: Operator = new Operator("as", " AS ", { precedence: -1 });
/** Where a truth value is asked for: the whole of WHERE, HAVING, ON. */
export const asbool: Operator = new Operator("asbool", "", { precedence: -10 });

const mirrored: ReadonlyMap<Operator, Operator> = new Map([
  [gt, lt],
  [ge, le],
  [lt, gt],
  [le, ge],
]);

/** The operator to use when the two sides are exchanged. */
export function mirror(operator: Operator): Operator {
  return mirrored.get(operator) ?? operator;
}
