// Elements, functions, operators and types of the user's own, as the type checker sees them.
import {
  Column,
  column,
  ColumnElement,
  CustomOperator,
  declarativeBase,
  type Field,
  FunctionElement,
  mappedColumn,
  type Merge,
  merge,
  MetaData,
  type Operand,
  type RowOf,
  select,
  t,
  Table,
  TypeComparator,
  UserDefinedType,
  type ValueOf,
} from "athanor";
import { compiles, type DdlCompiler, operand, type SqlCompiler, type TypeCompiler } from "athanor/ext";
import { AddConstraint, Insert } from "athanor";
import { expectTypeOf, test } from "vitest";

interface At {
  readonly x: number;
  readonly y: number;
}

class PointComparator extends TypeComparator<At> {
  distance(other: Operand<At>): ColumnElement<number> {
    return this.op("<->", { returnType: t.float() })(other);
  }
}

class Point extends UserDefinedType<At> {
  override readonly comparatorFactory = PointComparator;
  override getColSpec(): string {
    return "point";
  }
}

test("columns have the methods of their type", () => {
  const places = new Table("places", new MetaData(), {
    at: new Column(new Point(), { nullable: false }),
    old: new Column("old_at", new Point()),
    name: new Column(t.string()),
  });
  expectTypeOf(places.c.at.distance({ x: 1, y: 2 })).toEqualTypeOf<ColumnElement<number>>();
  expectTypeOf(places.c.old.distance(places.c.at)).toEqualTypeOf<ColumnElement<number>>();
  expectTypeOf<ValueOf<typeof places.c.at>>().toEqualTypeOf<At>();
  expectTypeOf<ValueOf<typeof places.c.old>>().toEqualTypeOf<At | null>();
  expectTypeOf(column("p", new Point()).distance({ x: 1, y: 2 })).toEqualTypeOf<ColumnElement<number>>();
  // @ts-expect-error: strings have no distance
  places.c.name.distance("x");
  // @ts-expect-error: not a point
  places.c.at.distance("x");
  places.alias("p").c.at.distance(places.c.at);

  const Base = declarativeBase();
  class Place extends Base<typeof Place> {
    static table = this.mapTo("places");
    static id = mappedColumn(t.integer(), { primaryKey: true });
    static at = mappedColumn(new Point());
    static was = mappedColumn("was_at", new Point(), { nullable: true });
  }
  expectTypeOf(Place.at.distance({ x: 1, y: 2 })).toEqualTypeOf<ColumnElement<number>>();
  expectTypeOf(Place.was.distance(Place.at)).toEqualTypeOf<ColumnElement<number>>();
  const place = new Place({ at: { x: 1, y: 2 } });
  expectTypeOf(place.at).toEqualTypeOf<At>();
  expectTypeOf(place.was).toEqualTypeOf<At | null>();
  // @ts-expect-error: the point is missing
  new Place({});
  const distances = select(Place.at, Place.at.distance(Place.was));
  expectTypeOf<RowOf<typeof distances>>().toEqualTypeOf<[At, number]>();
});

test("operators say what they give", () => {
  const a = column("a", t.integer());
  expectTypeOf(a.op("+")(5)).toEqualTypeOf<ColumnElement<number>>();
  expectTypeOf(a.op("||", { returnType: t.string() })(5)).toEqualTypeOf<ColumnElement<string>>();
  expectTypeOf(a.op("@@", { isComparison: true })(5)).toEqualTypeOf<ColumnElement<boolean>>();
  expectTypeOf(a.boolOp("@@")(5)).toEqualTypeOf<ColumnElement<boolean>>();
  const distance = new CustomOperator("<->", { returnType: t.float() });
  expectTypeOf(distance.of(a, 5)).toEqualTypeOf<ColumnElement<number>>();
});

test("a rendering is given its element, and the compiler that is for it", () => {
  class Larger extends ColumnElement<number> {
    static override readonly fields: readonly Field[] = [["a", "clause"]];
    override readonly type = t.integer();
    readonly a: ColumnElement<unknown>;
    constructor(a: Operand<number>) {
      super();
      this.a = operand(this, a);
    }
  }
  compiles(Larger, (element, compiler, options, original) => {
    expectTypeOf(element).toEqualTypeOf<Larger>();
    expectTypeOf(compiler).toEqualTypeOf<SqlCompiler>();
    expectTypeOf(original(options)).toEqualTypeOf<string>();
    return compiler.process(element.a, options);
  });
  compiles(Insert, "mysql", (element, compiler, options) => compiler.visitInsert(element, options));
  compiles(AddConstraint, (element, compiler) => {
    expectTypeOf(compiler).toEqualTypeOf<DdlCompiler>();
    return compiler.preparer.formatTable(element.element.table);
  });
  compiles(Point, ["sqlite", "mysql"], (_type, compiler) => {
    expectTypeOf(compiler).toEqualTypeOf<TypeCompiler>();
    return "TEXT";
  });
  // @ts-expect-error: no text
  compiles(Larger, () => 5);
  // @ts-expect-error: null is for constraints and columns of CREATE TABLE
  compiles(Larger, () => null);
  // @ts-expect-error: no element
  compiles(Date, () => "");
  class Greatest extends FunctionElement<number> {
    static override readonly inheritCache = true;
    override readonly name = "greatest";
    override readonly type = t.integer();
  }
  const statement = select(new Greatest([1, 2]), new Larger(5));
  expectTypeOf<RowOf<typeof statement>>().toEqualTypeOf<[number, number]>();
});

test("MERGE takes the values of its target", () => {
  const stock = new Table("stock", new MetaData(), {
    item: new Column(t.string(), { primaryKey: true }),
    n: new Column(t.integer()),
  });
  const into = merge(stock).using(stock.alias("s"), stock.c.n.eq(1));
  into.whenMatched().thenUpdate({ n: 5 }).whenMatched().thenUpdate({ n: null, item: stock.c.item });
  into.whenNotMatched().thenInsert(new Map([[stock.c.n, 5]]));
  // @ts-expect-error: a string is no number
  into.whenMatched().thenUpdate({ n: "5" });
  // @ts-expect-error: there is no such column
  into.whenMatched().thenUpdate({ nn: 5 });
  // @ts-expect-error: the column is not nullable
  into.whenMatched().thenUpdate({ item: null });
  // @ts-expect-error: rows that match are not inserted
  into.whenMatched().thenInsert({ n: 5 });
  // @ts-expect-error: there is nothing to be deleted
  into.whenNotMatched().thenDelete();
  expectTypeOf(into.whenMatched().thenDelete().returning(stock.c.item, stock.c.n)).toExtend<Merge<[string, number | null]>>();

  const Base = declarativeBase();
  class Film extends Base<typeof Film> {
    static table = this.mapTo("films");
    static id = mappedColumn(t.integer(), { primaryKey: true });
    static title = mappedColumn(t.string());
  }
  merge(Film).using(stock, Film.title.eq(stock.c.item)).whenMatched().thenUpdate({ title: stock.c.item });
  // @ts-expect-error: a number is no title
  merge(Film).using(stock, Film.title.eq(stock.c.item)).whenMatched().thenUpdate({ title: 5 });
});
