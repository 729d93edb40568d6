import { literal } from "../../sql/elements/constructors.ts";
import { func } from "../../sql/functions/func.ts";
import { insert } from "../../sql/dml/insert.ts";
import { update } from "../../sql/dml/update.ts";
import { select } from "../../sql/selectable/select.ts";
import { t } from "../../sql/types/factories.ts";
import type { Connection } from "../../engine/connection.ts";
import { documents } from "./fixtures.ts";
import { group, type SuiteGroup } from "./group.ts";

const { id, json } = documents.c;
const document = {
  text: "abc",
  number: 5,
  exact: 1.25,
  yes: true,
  no: false,
  nothing: null,
  list: [10, 20, { deep: "x" }],
  inner: { a: { b: 7 } },
  "odd 'key' \"here\" ä": "odd",
  "odd 'key' ä": "even",
  "1": "one",
};
const fill = (conn: Connection): Promise<unknown> =>
  Promise.resolve(
    conn.execute(insert(documents), [
      { id: 1, json: document },
      { id: 2, json: { text: "other", number: 50 } },
    ]),
  );

export const jsonGroup: SuiteGroup = group("JSON", ({ test }) => {
  test("FUN-15 elements by key, by index and by path", "json", async ({ conn, gives }) => {
    await fill(conn);
    await gives(select(json.at("text"), json.at("number"), json.at("list"), json.at("inner")).where(id.eq(1)), [
      ["abc", 5, [10, 20, { deep: "x" }], { a: { b: 7 } }],
    ]);
    await gives(
      select(json.at("list").at(1), json.at(["list", 2, "deep"]), json.at(["inner", "a", "b"]), json.at("inner").at("a").at("b")).where(
        id.eq(1),
      ),
      [[20, "x", 7, 7]],
    );
    await gives(select(json.at("odd 'key' ä"), json.at("1"), json.at(["1"])).where(id.eq(1)), [["even", "one", "one"]]);
    await gives(select(json.at("missing"), json.at(["inner", "x", "y"]), json.at("nothing")).where(id.eq(1)), [[null, null, null]]);
  });

  test("FUN-15 elements by keys with quotation marks", ["json", "jsonQuotedKeys"], async ({ conn, gives }) => {
    await fill(conn);
    await gives(select(json.at("odd 'key' \"here\" ä"), json.at(["odd 'key' \"here\" ä"])).where(id.eq(1)), [["odd", "odd"]]);
  });

  test("FUN-15 elements as values of other types", "json", async ({ conn, gives }) => {
    await fill(conn);
    await gives(
      select(
        json.at("text").asString(),
        json.at("number").asInteger(),
        json.at("exact").asFloat(),
        json.at("exact").asNumeric(10, 2),
      ).where(id.eq(1)),
      [["abc", 5, 1.25, "1.25"]],
    );
    await gives(select(json.at("yes").asBoolean(), json.at("no").asBoolean(), json.at("inner").asJson()).where(id.eq(1)), [
      [true, false, { a: { b: 7 } }],
    ]);
    await gives(select(json.at(["inner", "a", "b"]).asInteger(), json.at(["list", 2, "deep"]).asString()).where(id.eq(1)), [[7, "x"]]);
    await gives(select(json.at("nothing").asString(), json.at("nothing").asInteger(), json.at("missing").asString()).where(id.eq(1)), [
      [null, null, null],
    ]);
  });

  test("FUN-15 conditions on elements", "json", async ({ conn, gives }) => {
    await fill(conn);
    const ids = select(id).orderBy(id);
    await gives(ids.where(json.at("text").asString().eq("abc")), [[1]]);
    await gives(ids.where(json.at("text").asString().in(["abc", "other"])), [[1], [2]]);
    await gives(ids.where(json.at("text").asString().like("o%")), [[2]]);
    await gives(ids.where(json.at("number").asInteger().gt(5)), [[2]]);
    await gives(ids.where(json.at("number").asInteger().add(1).eq(6)), [[1]]);
    await gives(ids.where(json.at("exact").asFloat().between(1, 2)), [[1]]);
    await gives(ids.where(json.at("exact").asNumeric(10, 2).eq("1.25")), [[1]]);
    await gives(ids.where(json.at("yes").asBoolean()), [[1]]);
    await gives(ids.where(json.at("yes").asBoolean().eq(true)), [[1]]);
    await gives(ids.where(json.at("no").asBoolean().is(false)), [[1]]);
    await gives(ids.where(json.at(["inner", "a", "b"]).asInteger().eq(7)), [[1]]);
    await gives(ids.where(json.at("missing").asString().is(null)), [[1], [2]]);
    await gives(ids.orderBy(null).orderBy(json.at("number").asInteger().desc()), [[2], [1]]);
  });

  test("FUN-15 keys that come from data cannot reach elsewhere", "json", async ({ conn, gives, has }) => {
    await conn.execute(
      insert(documents).values({
        id: 1,
        json: { a: { b: 1 }, "a.b": 2, "a[0]": 3, '"a"."b"': 4, "$.a": 5, "": 6, "{a,b}": 7, "back\\slash": 8 },
      }),
    );
    for (const [key, value] of [
      ["a.b", 2],
      ["a[0]", 3],
      ['"a"."b"', 4],
      ["$.a", 5],
      ["{a,b}", 7],
      ["back\\slash", 8],
    ] as const) {
      if (key.includes('"') && !has("jsonQuotedKeys")) continue;
      await gives(select(json.at(key), json.at([key]), json.at(key).asInteger()), [[value, value, value]]);
    }
  });

  test("TYP-06 JSON that is changed, aggregated and grouped", "json", async ({ conn, gives }) => {
    await fill(conn);
    await conn.execute(
      update(documents)
        .where(id.eq(2))
        .values({ json: { text: "third", list: [] } }),
    );
    await gives(select(json).where(id.eq(2)), [[{ text: "third", list: [] }]]);
    const kind = json.at("text").asString().label("kind");
    await gives(select(kind, func.count()).groupBy(kind).orderBy(kind), [
      ["abc", 1],
      ["third", 1],
    ]);
    await gives(
      select(
        literal({ a: [1] }, t.json())
          .at(["a", 0])
          .asInteger(),
      ),
      [[1]],
      { literal: false },
    );
  });
});
