import { AggregateInlineOrderBy } from "../../sql/elements/aggregate-inline.ts";
import { BinaryExpression, ExpressionClauseList } from "../../sql/elements/binary.ts";
import { BindParameter } from "../../sql/elements/bind-parameter.ts";
import { BooleanClauseList } from "../../sql/elements/boolean-clause-list.ts";
import { Case } from "../../sql/elements/case.ts";
import { TypeClause, Cast, NumberText, TryCast, TypeCoerce } from "../../sql/elements/cast.ts";
import { ClauseList } from "../../sql/elements/clause-list.ts";
import { CollationClause } from "../../sql/elements/collate.ts";
import { CollectionAggregate } from "../../sql/elements/collection-aggregate.ts";
import { ColumnClause } from "../../sql/elements/column-clause.ts";
import { DmlTargetCopy } from "../../sql/elements/dml-target-copy.ts";
import { Explain } from "../../sql/elements/explain.ts";
import { Extract } from "../../sql/elements/extract.ts";
import { FunctionFilter } from "../../sql/elements/function-filter.ts";
import { Grouping } from "../../sql/elements/grouping.ts";
import { IlikeCaseInsensitive } from "../../sql/elements/ilike-operand.ts";
import { LabelReference, TextualLabelReference } from "../../sql/elements/label-reference.ts";
import { Label } from "../../sql/elements/label.ts";
import { Null, True, False } from "../../sql/elements/literals.ts";
import { NestedRow, NestedRows } from "../../sql/elements/nested-rows.ts";
import { FrameClause, Over } from "../../sql/elements/over.ts";
import { QuotedName } from "../../sql/elements/quoted-name.ts";
import { Slice } from "../../sql/elements/slice.ts";
import { TString } from "../../sql/elements/sql-tag.ts";
import { TextClause } from "../../sql/elements/text-clause.ts";
import { Tuple } from "../../sql/elements/tuple.ts";
import { UnaryExpression, AsBoolean } from "../../sql/elements/unary.ts";
import { AggregateOrderBy, WithinGroup } from "../../sql/elements/within-group.ts";
import { Alias } from "../../sql/selectable/alias.ts";
import { CompoundSelect } from "../../sql/selectable/compound-select.ts";
import { Cte } from "../../sql/selectable/cte.ts";
import { Exists } from "../../sql/selectable/exists.ts";
import { ForUpdateArg } from "../../sql/selectable/for-update.ts";
import { FromGrouping } from "../../sql/selectable/from-grouping.ts";
import { Join } from "../../sql/selectable/join.ts";
import { Lateral } from "../../sql/selectable/lateral.ts";
import { OffsetLimitParam } from "../../sql/selectable/limit-param.ts";
import { MemoizedSelectEntities } from "../../sql/selectable/memoized-entities.ts";
import { ScalarSelect } from "../../sql/selectable/scalar-select.ts";
import { SelectStatementGrouping } from "../../sql/selectable/select-grouping.ts";
import { Select } from "../../sql/selectable/select.ts";
import { Subquery } from "../../sql/selectable/subquery.ts";
import { TableClause } from "../../sql/selectable/table-clause.ts";
import { TableValuedAlias, TableValuedColumn } from "../../sql/selectable/table-valued.ts";
import { TableSample } from "../../sql/selectable/tablesample.ts";
import { TextualSelect } from "../../sql/selectable/text-select.ts";
import { Values, ScalarValues } from "../../sql/selectable/values.ts";
import { Delete } from "../../sql/dml/delete.ts";
import { Insert } from "../../sql/dml/insert.ts";
import { MergeWhen, Merge } from "../../sql/dml/merge.ts";
import { Update } from "../../sql/dml/update.ts";
import { CollectionAggregateFunction, OrderedSetAggregate } from "../../sql/functions/aggregates.ts";
import { RandomType } from "../../sql/functions/ansi.ts";
import { ScalarFunctionColumn, FunctionAsBinary } from "../../sql/functions/function-element.ts";
import { Function as FunctionElement } from "../../sql/functions/function.ts";
import { GenericFunction, BracketedFunction, ReturnTypeFromArgs } from "../../sql/functions/generic-function.ts";
import { NextValue } from "../../sql/functions/next-value.ts";
import { ArrayType } from "../../sql/types/array.ts";
import { LargeBinaryType, BLOB, BINARY, VARBINARY } from "../../sql/types/binary.ts";
import { BooleanType, BOOLEAN } from "../../sql/types/boolean.ts";
import { EnumType } from "../../sql/types/enum.ts";
import { IntervalType } from "../../sql/types/interval.ts";
import { JsonType, JsonIndexType, JsonKeyType, JsonPlaceType, JsonPathType } from "../../sql/types/json.ts";
import { NestedType } from "../../sql/types/nested-type.ts";
import { NullType } from "../../sql/types/null-type.ts";
import {
  IntegerType,
  SmallIntegerType,
  BigIntegerType,
  NumericType,
  FloatType,
  DoubleType,
  INTEGER,
  SMALLINT,
  BIGINT,
  NUMERIC,
  DECIMAL,
  FLOAT,
  REAL,
  DOUBLE,
  DOUBLE_PRECISION,
} from "../../sql/types/numeric.ts";
import { StringType, TextType, UnicodeType, UnicodeTextType, VARCHAR, CHAR, TEXT, CLOB, NVARCHAR, NCHAR } from "../../sql/types/string.ts";
import { DateType, TimeType, DateTimeType, DATE, TIME, DATETIME, TIMESTAMP } from "../../sql/types/temporal.ts";
import { TupleType, TableValueType } from "../../sql/types/tuple-type.ts";
import { UuidType, UUID } from "../../sql/types/uuid.ts";

import { ArgumentError } from "../../errors.ts";
import { FromStatement } from "../../orm/query/from-statement.ts";

/** A class whose objects can be written down. */
export type SerializableClass = abstract new (...args: never[]) => object;

/** The elements and types of Core, by the names under which they are written down: nothing else comes into being when a text is read. */
export const coreClasses: ReadonlyMap<string, SerializableClass> = new Map<string, SerializableClass>(
  Object.entries({
    FromStatement,
    AggregateInlineOrderBy,
    BinaryExpression,
    ExpressionClauseList,
    BindParameter,
    BooleanClauseList,
    Case,
    TypeClause,
    Cast,
    TryCast,
    TypeCoerce,
    ClauseList,
    CollationClause,
    CollectionAggregate,
    ColumnClause,
    DmlTargetCopy,
    Explain,
    Extract,
    FunctionFilter,
    Grouping,
    IlikeCaseInsensitive,
    LabelReference,
    TextualLabelReference,
    Label,
    Null,
    True,
    False,
    NestedRow,
    NestedRows,
    FrameClause,
    Over,
    QuotedName,
    Slice,
    TString,
    TextClause,
    Tuple,
    UnaryExpression,
    AsBoolean,
    AggregateOrderBy,
    WithinGroup,
    Alias,
    CompoundSelect,
    Cte,
    Exists,
    ForUpdateArg,
    FromGrouping,
    Join,
    Lateral,
    OffsetLimitParam,
    MemoizedSelectEntities,
    ScalarSelect,
    SelectStatementGrouping,
    Select,
    Subquery,
    TableClause,
    TableValuedAlias,
    TableValuedColumn,
    TableSample,
    TextualSelect,
    Values,
    ScalarValues,
    Delete,
    Insert,
    MergeWhen,
    Merge,
    Update,
    ScalarFunctionColumn,
    FunctionAsBinary,
    Function: FunctionElement,
    GenericFunction,
    BracketedFunction,
    ReturnTypeFromArgs,
    NextValue,
    CollectionAggregateFunction,
    OrderedSetAggregate,
    ArrayType,
    LargeBinaryType,
    BLOB,
    BINARY,
    VARBINARY,
    BooleanType,
    BOOLEAN,
    EnumType,
    IntervalType,
    JsonType,
    JsonIndexType,
    JsonKeyType,
    JsonPlaceType,
    JsonPathType,
    NestedType,
    NullType,
    IntegerType,
    SmallIntegerType,
    BigIntegerType,
    NumericType,
    FloatType,
    DoubleType,
    INTEGER,
    SMALLINT,
    BIGINT,
    RandomType,
    NumberText,
    NUMERIC,
    DECIMAL,
    FLOAT,
    REAL,
    DOUBLE,
    DOUBLE_PRECISION,
    StringType,
    TextType,
    UnicodeType,
    UnicodeTextType,
    VARCHAR,
    CHAR,
    TEXT,
    CLOB,
    NVARCHAR,
    NCHAR,
    DateType,
    TimeType,
    DateTimeType,
    DATE,
    TIME,
    DATETIME,
    TIMESTAMP,
    TupleType,
    TableValueType,
    UuidType,
    UUID,
  } as unknown as Record<string, SerializableClass>),
);

/** The classes of Core and those of the program, by name. @throws ArgumentError for a name that Core has for another class */
export function classesWith(own: Readonly<Record<string, SerializableClass>> | undefined): ReadonlyMap<string, SerializableClass> {
  if (own === undefined) return coreClasses;
  const all = new Map(coreClasses);
  for (const [name, class_] of Object.entries(own)) {
    const known = coreClasses.get(name);
    if (known !== undefined && known !== class_)
      throw new ArgumentError(
        `classes: "${name}" is the name of another class already; give yours another one: { ${otherName(name)}: ${name} }`,
      );
    all.set(name, class_);
  }
  return all;
}

/** A name that Core does not have, for a class of a dialect or of the program. */
export function otherName(name: string): string {
  return coreClasses.has(name) ? `Other${name}` : name;
}
