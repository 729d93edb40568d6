// FUN-17, TYP-11: operators of the user's own, and types that say what operators do with them.
import { describe, expect, test } from "vitest";
import {
  aliased,
  ArgumentError,
  type BindParameter,
  Column,
  column,
  type ColumnElement,
  createEngine,
  CustomOperator,
  declarativeBase,
  func,
  InvalidRequestError,
  literal,
  mappedColumn,
  MetaData,
  not,
  type Operand,
  type Operator,
  OperatorClass,
  operators,
  select,
  sessionmaker,
  t,
  Table,
  table,
  TypeComparator,
  TypeDecorator,
  UserDefinedType,
} from "../../../src/index.ts";
import { describeEachDatabase } from "../../support/databases.ts";

const a = column("a", t.integer());
const b = column("b", t.integer());
const c = column("c", t.integer());

describe("operators of one's own", () => {
  test("have brackets by their precedence", () => {
    // weaker than all others, unless told
    expect(String(a.op("@@")(b).eq(c))).toBe("(a @@ b) = c");
    expect(String(a.op("@@", { precedence: 6 })(b).eq(c))).toBe("a @@ b = c");
    expect(String(a.op("@@", { precedence: 7 })(b).mul(c))).toBe("(a @@ b) * c");
    expect(String(a.op("@@", { precedence: 9 })(b).mul(c))).toBe("a @@ b * c");
    expect(String(a.op("@@", { precedence: 8 })(b.add(c)))).toBe("a @@ (b + c)");
    expect(String(a.op("@@", { precedence: 5 })(b.add(c)))).toBe("a @@ b + c");
    expect(String(a.op("@@")(b).op("@@")(c))).toBe("(a @@ b) @@ c");
    expect(String(a.op("@@", { precedence: 5 })(b).op("##", { precedence: 4 })(c))).toBe("a @@ b ## c");
  });

  test("have the type that they say, else that of the left side; comparisons are truth values", () => {
    expect(a.op("@@")(5).type).toBe(a.type);
    expect(a.op("@@", { returnType: t.string() })(5).type.affinity).toBe("string");
    expect(a.op("@@", { isComparison: true })(5).type.affinity).toBe("boolean");
    expect(a.boolOp("@@")(5).type.affinity).toBe("boolean");
    expect(String(not(a.boolOp("@@")(b)))).toBe("NOT (a @@ b)");
    expect(String(select(a).where(a.boolOp("@@")(b), a.boolOp("##")(c)))).toBe("SELECT a WHERE (a @@ b) AND (a ## c)");
  });

  test("can be made once and used often, from any left side", () => {
    const distance = new CustomOperator("<->", { precedence: 7, returnType: t.float() });
    expect(String(distance.of(a, 5).lt(2))).toBe("a <-> ? < ?");
    expect(distance.of(a, 5).type.affinity).toBe("float");
    expect(a.operate(distance, 5).compare(a.op("<->", { precedence: 7, returnType: t.float() })(5))).toBe(true);
    expect(distance.opstring).toBe("<->");
    expect(String(distance.of(a, distance.of(b, c)))).toBe("a <-> (b <-> c)");
    expect(() => distance.of(a, undefined)).toThrow(ArgumentError);
  });

  test("text with the mark of a parameter is refused", () => {
    expect(() => String(a.op("\x001\x00")(5))).toThrow("NUL");
  });
});

/** "x,y" in the database. */
interface At {
  readonly x: number;
  readonly y: number;
}

class PointComparator extends TypeComparator<At> {
  /** the distance in x, which every database can compute of the text */
  distance(other: Operand<At>): ColumnElement<number> {
    return this.expr.op<string>("||", { precedence: 6 })(other) as unknown as ColumnElement<number>;
  }

  /** how long the text is */
  size(): ColumnElement<number> {
    return func.length(this.expr);
  }

  override lt(other: Operand<At>): ColumnElement<boolean> {
    return this.size().lt(func.length(literal(other, this.type)));
  }

  override eq(other: Operand<At>): ColumnElement<boolean> {
    return super.eq(other).and(this.expr.isNot(null));
  }

  override like(other: Operand<string>): ColumnElement<boolean> {
    return func.lower(this.expr as unknown as ColumnElement<string>).like(other);
  }

  override between(lower: Operand<At>, upper: Operand<At>): ColumnElement<boolean> {
    return this.lt(upper).and(not(this.lt(lower)));
  }

  override at(index: unknown): ColumnElement<unknown> {
    return func.substr(this.expr as unknown as ColumnElement<string>, index, 1);
  }
}

class Point extends TypeDecorator<At> {
  readonly impl = t.string(20);
  override readonly cacheOk = true;
  override readonly comparatorFactory = PointComparator;
  override processBindParam(value: At | null): string | null {
    return value === null ? null : `${value.x},${value.y}`;
  }
  override processResultValue(value: unknown): At | null {
    if (value === null) return null;
    const [x, y] = (value as string).split(",").map(Number);
    return { x: x!, y: y! };
  }
}

const metadata = new MetaData();
const places = new Table("places", metadata, {
  id: new Column(t.integer(), { primaryKey: true }),
  at: new Column(new Point(), { nullable: false }),
  old: new Column("old_at", new Point()),
});

describe("the comparator of a type", () => {
  test("gives columns methods of their own", () => {
    expect(String(places.c.at.size().gt(3))).toBe("length(places.at) > ?");
    expect(String(places.c.old.size())).toBe("length(places.old_at)");
    expect(String(column("p", new Point()).size())).toBe("length(p)");
    expect(String(places.alias("p").c.at.size())).toBe("length(p.at)");
    expect(places.c.at.distance({ x: 1, y: 2 }).compile().params).toEqual(["1,2"]);
  });

  test("of any expression is typeComparator", () => {
    const labelled = places.c.at.label("l");
    const comparator = labelled.typeComparator as PointComparator;
    expect(comparator).toBeInstanceOf(PointComparator);
    expect(comparator.type).toBe(places.c.at.type);
    expect(String(comparator.size())).toBe("length(places.at)");
    expect(a.typeComparator.constructor).toBe(TypeComparator);
    expect(String(a.typeComparator.eq(5))).toBe("a = ?");
    expect(String(select(comparator.size()).where(comparator.isNot(null)))).toBe(
      "SELECT length(places.at) AS length_1 FROM places WHERE places.at IS NOT NULL",
    );
    const inner = select(places).subquery("q");
    expect(String((inner.c["at"]!.typeComparator as TypeComparator<unknown> as PointComparator).size())).toBe("length(q.at)");
    // a comparator stands for its expression
    expect(String(select(comparator as never))).toBe("SELECT places.at AS l FROM places");
    expect(String(func.f!(comparator))).toBe("f(places.at)");
  });

  test("says what operators do", () => {
    const here = { x: 1, y: 2 };
    expect(String(places.c.at.lt(here))).toBe("length(places.at) < length(?)");
    expect(places.c.at.lt(here).compile().params).toEqual(["1,2"]);
    expect(String(places.c.at.eq(here))).toBe("places.at = ? AND places.at IS NOT NULL");
    expect(String(places.c.at.like("a%"))).toBe("lower(places.at) LIKE ?");
    expect(String(places.c.at.between(here, here))).toBe("length(places.at) < length(?) AND length(places.at) >= length(?)");
    expect(String(places.c.at.at(1))).toBe("substr(places.at, ?, ?)");
    // the others are as they are
    expect(String(places.c.at.ne(here))).toBe("places.at != ?");
    expect(String(places.c.at.in([here]))).toBe("places.at IN (?)");
    expect(String(places.c.at.desc())).toBe("places.at DESC");
  });

  test("AND and OR can be meant otherwise too, and all operators at once", () => {
    class Flags extends TypeComparator<number> {
      override and(...others: readonly unknown[]): ColumnElement<boolean> {
        return func.bit_and(this.expr, ...others) as unknown as ColumnElement<boolean>;
      }
      override operate(op: Operator, ...rest: readonly unknown[]): ColumnElement<unknown> {
        return func.any_op!(op.name, this.expr, ...rest.filter((one) => one !== null && one !== undefined));
      }
      override reverseOperate(op: Operator, other: unknown): ColumnElement<unknown> {
        return func.reversed!(op.name, this.expr, other);
      }
    }
    class FlagsType extends UserDefinedType<number> {
      override readonly comparatorFactory = Flags;
      override getColSpec(): string {
        return "FLAGS";
      }
    }
    const flags = column("f", new FlagsType());
    expect(String(flags.and(a as never, b as never))).toBe("bit_and(f, a, b)");
    const plus = flags.add(5);
    expect(String(plus)).toBe("any_op(?, f, ?)");
    expect(plus.compile().params).toEqual(["add", 5]);
    expect(flags.reverseOperate(operators.sub, 5).compile().params).toEqual(["sub", 5]);
  });

  test("of a decorated type is inherited", () => {
    class Marked extends TypeDecorator<At> {
      readonly impl = new Point();
    }
    const marked = column("m", new Marked());
    expect((marked.typeComparator as PointComparator).size).toBeTypeOf("function");
    expect(String(marked.lt({ x: 1, y: 2 }))).toBe("length(m) < length(?)");
  });

  test("a method that columns have already is refused", () => {
    class Named extends TypeComparator<string> {
      label(): string {
        return "";
      }
    }
    class NamedType extends UserDefinedType<string> {
      override readonly comparatorFactory = Named as never;
      override getColSpec(): string {
        return "NAMED";
      }
    }
    expect(() => new Column(new NamedType())).toThrow("Named.label cannot be a method of a column");
    expect(() => column("x", new NamedType())).toThrow(ArgumentError);
    expect(() => mappedColumn(new NamedType())).toThrow(ArgumentError);
  });
});

describe("operator classes", () => {
  class Version extends UserDefinedType<string> {
    override readonly operatorClasses = OperatorClass.COMPARISON | OperatorClass.CONCATENABLE;
    override getColSpec(): string {
      return "VERSION";
    }
  }
  const version = column("v", new Version());

  test("say which operators a type has", () => {
    expect(String(version.eq("1"))).toBe("v = ?");
    expect(String(version.in(["1"]))).toBe("v IN (?)");
    expect(String(version.concat("x"))).toBe("v || ?");
    expect(String(version.desc())).toBe("v DESC");
    for (const use of [
      () => version.like("1%"),
      () => version.mul("2"),
      () => version.bitwiseAnd("2"),
      () => version.at(1),
      () => version.contains("x"),
      () => version.and(true),
      () => version.op("@@")("1"),
      () => version.neg(),
    ]) {
      expect(use).toThrow(InvalidRequestError);
    }
    expect(() => version.like("1%")).toThrow('The type Version does not have the operator "LIKE": its operatorClasses leave it out.');
    expect(String(version.op("@@", { operatorClass: OperatorClass.COMPARISON })("1"))).toBe("v @@ ?");
  });

  test("do not concern the methods of the type's comparator", () => {
    class Versions extends TypeComparator<string> {
      override like(): ColumnElement<boolean> {
        return this.op("~", { isComparison: true })("x");
      }
    }
    class Version2 extends Version {
      override readonly comparatorFactory = Versions;
    }
    expect(String(column("w", new Version2()).like("1%"))).toBe("w ~ ?");
    expect(() => column("w", new Version2()).ilike("1%")).toThrow(InvalidRequestError);
  });

  test("every operator of the library has one", () => {
    const nothing = column(
      "n",
      new (class Nothing extends Version {
        override readonly operatorClasses = 0 as never;
      })(),
    );
    for (const op of Object.values(operators)) {
      if (typeof op === "function" || ["", "asOp"].includes(op.name)) continue;
      expect(() => nothing.operate(op, 1, 2), op.name).toThrow(InvalidRequestError);
    }
    expect(String(column("s", t.string()).like("x"))).toBe("s LIKE ?");
  });
});

describe("types with SQL around their values (TYP-10)", () => {
  class Reversed extends UserDefinedType<string> {
    override readonly cacheOk = true;
    override getColSpec(): string {
      return "VARCHAR(20)";
    }
    override bindExpression(bind: BindParameter<string>): ColumnElement<unknown> {
      return func.upper(bind);
    }
    override columnExpression(value: ColumnElement<unknown>): ColumnElement<unknown> {
      return func.lower(value as ColumnElement<string>);
    }
  }

  test("on the way in and out", () => {
    const words = table("words", column("w", new Reversed()));
    const w = words.c["w"]!;
    expect(String(select(w).where(w.eq("x" as never), w.in(["a", "b"] as never)))).toBe(
      "SELECT lower(words.w) AS w FROM words WHERE words.w = upper(?) AND words.w IN (upper(?), upper(?))",
    );
    expect(String(words.insert().values({ w: "x" }))).toBe("INSERT INTO words (w) VALUES (upper(?))");
    expect(String(words.update().values({ w: "x" }))).toBe("UPDATE words SET w=upper(?)");
  });

  const Base = declarativeBase();
  class Place extends Base<typeof Place> {
    static table = this.mapTo("my_places");
    static id = mappedColumn(t.integer(), { primaryKey: true });
    static name = mappedColumn(new Reversed());
    static at = mappedColumn(new Point());
    static was = mappedColumn("was_at", new Point(), { nullable: true });
  }

  describeEachDatabase("executed", (db) => {
    test("values, SQL around them, methods and operators of the type", async () => {
      const engine = createEngine(db.url);
      await Base.metadata.createAll(engine);
      await using session = sessionmaker({ bind: engine })();
      session.add(new Place({ name: "Abc", at: { x: 1, y: 2 } }));
      session.add(new Place({ name: "d", at: { x: 100, y: 2 }, was: { x: 0, y: 0 } }));
      await session.flush();
      session.expungeAll();
      const found = await session.scalars(select(Place).where(Place.at.size().gt(3))).all();
      expect(found.map(({ name, at, was }) => ({ name, at, was }))).toEqual([{ name: "d", at: { x: 100, y: 2 }, was: { x: 0, y: 0 } }]);
      expect(await session.scalars(select(Place.name).where(Place.name.eq("aBC"))).all()).toEqual(["abc"]);
      expect(await session.scalars(select(Place.at).where(Place.at.lt({ x: 10, y: 2 }))).all()).toEqual([{ x: 1, y: 2 }]);
      expect(await session.scalars(select(Place.at.size()).orderBy(Place.id)).all()).toEqual([3, 5]);
      const p = aliased(Place);
      expect(await session.scalars(select(p.at.size()).where(p.was.size().eq(3))).all()).toEqual([5]);
      // the text in the database is the one that bindExpression made
      const raw = await session.scalars(select(func.min(table("my_places", column("name", t.string())).c["name"]!))).all();
      expect(raw).toEqual(["ABC"]);
      // an operator of one's own that every database has
      const shift = new CustomOperator("<<", { precedence: 6, returnType: t.integer() });
      expect(await session.scalars(select(shift.of(Place.id, 3).add(1)).orderBy(Place.id)).all()).toEqual([9, 17]);
      const modulo = Place.id.op("%", { precedence: 8 });
      expect(await session.scalars(select(Place.id).where(modulo(2).mul(5).eq(5))).all()).toEqual([1]);
      await session.rollback();
      await Base.metadata.dropAll(engine);
      await engine.dispose();
    });
  });
});
