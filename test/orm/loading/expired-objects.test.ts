import {
  declarativeBase,
  foreignKey,
  InvalidRequestError,
  joinedload,
  mappedColumn,
  queryExpression,
  raiseload,
  relationship,
  select,
  t,
  withExpression,
} from "athanor";
import { expect, test } from "vitest";
import { describeEachDatabase } from "../../support/databases.ts";
import { inspect } from "../support/blog.ts";
import { openSession } from "../support/open.ts";

function models() {
  const Base = declarativeBase();

  class Farm extends Base<typeof Farm> {
    static table = this.mapTo("farms");
    static id = mappedColumn(t.integer(), { primaryKey: true });
    static name = mappedColumn(t.string(20));
    static history = mappedColumn(t.text(), { nullable: true, deferred: true });
    static score = queryExpression<number>();
    static fields = relationship(() => [Field], { lazy: "selectin", orderBy: () => Field.id });
    static barns = relationship(() => [Barn], { orderBy: () => Barn.id });
  }

  class Field extends Base<typeof Field> {
    static table = this.mapTo("fields");
    static id = mappedColumn(t.integer(), { primaryKey: true });
    static farmId = mappedColumn(foreignKey("farms.id"), { nullable: true });
  }

  class Barn extends Base<typeof Barn> {
    static table = this.mapTo("barns");
    static id = mappedColumn(t.integer(), { primaryKey: true });
    static farmId = mappedColumn(foreignKey("farms.id"), { nullable: true });
    static farm = relationship(() => Farm, { nullable: true });
  }

  return { Base, Farm, Field, Barn };
}

describeEachDatabase("objects that have expired", (db) => {
  test("what is eager comes again with the columns; what is deferred, and what a query has computed, does not", async () => {
    const { Base, Farm, Field, Barn } = models();
    const { session, close } = await openSession(db.url, Base);
    try {
      session.add(new Farm({ name: "f", history: "old", fields: [new Field()], barns: [new Barn()] }));
      await session.commit();
      session.expungeAll();
      const query = select(Farm).options(joinedload(Farm.barns), withExpression(Farm.score, Farm.id.add(41)));
      const farm = (await session.scalars(query).unique().one())!;
      expect(farm.score).toBe(42);
      await farm.awaitableAttrs.history;
      session.expire(farm);
      expect(await farm.awaitableAttrs.name).toBe("f");
      expect([...inspect(farm).unloaded].filter((name) => name !== "score")).toEqual(["history"]);
      expect([farm.fields.length, farm.barns.length]).toEqual([1, 1]);
      expect(await farm.awaitableAttrs.score).toBeNull();
      expect(await farm.awaitableAttrs.history).toBe("old");
    } finally {
      await close();
    }
  });

  test("raiseload with sqlOnly lets a many-to-one be what the session has", async () => {
    const { Base, Farm, Barn } = models();
    const { session, take, close } = await openSession(db.url, Base);
    try {
      session.addAll([new Farm({ name: "a", barns: [new Barn()] }), new Farm({ name: "b", barns: [new Barn()] })]);
      await session.commit();
      session.expungeAll();
      const farm = await session.get(Farm, 1);
      const barns = await session
        .scalars(
          select(Barn)
            .options(raiseload(Barn.farm, { sqlOnly: true }))
            .orderBy(Barn.id),
        )
        .all();
      take();
      expect(await barns[0]!.awaitableAttrs.farm).toBe(farm);
      await expect(barns[1]!.awaitableAttrs.farm).rejects.toThrow(InvalidRequestError);
      expect(take()).toEqual([]);
    } finally {
      await close();
    }
  });
});
