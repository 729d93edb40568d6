import { createEngine, declarativeBase, foreignKey, mappedColumn, relationship, select, selectinload, sessionmaker, t } from "athanor";
import { orderingList, type OrderingListOptions } from "athanor/ext";
import { describe, expect, test } from "vitest";

function models(options?: OrderingListOptions) {
  const Base = declarativeBase();
  class Deck extends Base<typeof Deck> {
    static table = this.mapTo("decks");
    static id = mappedColumn(t.integer(), { primaryKey: true });
    static cards = relationship(() => [Card], {
      orderBy: () => Card.position,
      collectionClass: orderingList("position", options),
      cascade: "all, delete-orphan",
      backPopulates: "deck",
    });
  }
  class Card extends Base<typeof Card> {
    static table = this.mapTo("cards");
    static id = mappedColumn(t.integer(), { primaryKey: true });
    static name = mappedColumn(t.string(50));
    static position = mappedColumn(t.integer(), { nullable: true });
    static deckId = mappedColumn(foreignKey("decks.id"), { nullable: true });
    static deck = relationship(() => Deck, { backPopulates: "cards", nullable: true });
  }
  const card = (name: string, position?: number) => new Card(position === undefined ? { name } : { name, position });
  const deckOf = (...names: string[]) => new Deck({ cards: names.map((name) => card(name)) });
  const shown = (deck: Deck) => deck.cards.map((each) => `${each.name}${each.position}`).join(" ");
  return { Base, Deck, Card, card, deckOf, shown };
}

describe("positions", () => {
  test("follow every way of changing the list", () => {
    const { deckOf, shown, card } = models();
    const deck = deckOf("a", "b");
    expect(shown(deck)).toBe("a0 b1");
    deck.cards.push(card("c"), card("d"));
    expect(shown(deck)).toBe("a0 b1 c2 d3");
    deck.cards.splice(1, 1);
    expect(shown(deck)).toBe("a0 c1 d2");
    deck.cards.unshift(card("x"));
    expect(shown(deck)).toBe("x0 a1 c2 d3");
    deck.cards.shift();
    deck.cards.pop();
    expect(shown(deck)).toBe("a0 c1");
    deck.cards[1] = card("y", 9);
    deck.cards[2] = card("z");
    expect(shown(deck)).toBe("a0 y1 z2");
    card("w").deck = deck;
    expect(shown(deck)).toBe("a0 y1 z2 w3");
    deck.cards[0]!.deck = null;
    expect(shown(deck)).toBe("y0 z1 w2");
    deck.cards.length = 1;
    expect(shown(deck)).toBe("y0");
  });

  test("two members may change places by assignment", async () => {
    const { Base, Deck, deckOf, shown } = models();
    const engine = createEngine("sqlite://");
    await Base.metadata.createAll(engine);
    await using session = sessionmaker({ bind: engine })();
    const deck = deckOf("a", "b", "c");
    session.add(deck);
    await session.commit();
    const { cards } = deck;
    [cards[0], cards[2]] = [cards[2]!, cards[0]!];
    expect(shown(deck)).toBe("c0 b1 a2");
    expect(cards.every((card) => card.deck === deck)).toBe(true);
    // nobody has become an orphan on the way
    await session.commit();
    session.expungeAll();
    const again = await session.scalars(select(Deck).options(selectinload(Deck.cards))).one();
    expect(shown(again)).toBe("c0 b1 a2");
    again.cards.push(again.cards.shift()!);
    again.cards.push(again.cards[0]!);
    again.cards.shift();
    await session.commit();
    expect(shown(again)).toBe("a0 c1 b2");
    session.expungeAll();
    const last = await session.scalars(select(Deck).options(selectinload(Deck.cards))).one();
    expect(shown(last)).toBe("a0 c1 b2");
    await session.close();
    await engine.dispose();
  });

  test("of members that have one are left alone at the end, until reorder()", () => {
    const { deckOf, shown, card } = models();
    const deck = deckOf("a");
    deck.cards.push(card("b", 7));
    expect(shown(deck)).toBe("a0 b7");
    deck.cards.reverse();
    expect(shown(deck)).toBe("b7 a0");
    deck.cards.reorder!();
    expect(shown(deck)).toBe("b0 a1");
    const [b, a] = deck.cards;
    deck.cards = [a!, b!];
    expect(shown(deck)).toBe("a1 b0");
  });

  test("are what the options say", () => {
    const from1 = models({ countFrom: 1 });
    expect(from1.shown(from1.deckOf("a", "b"))).toBe("a1 b2");
    const tens = models({ orderingFunc: (index, list) => index * 10 + list.length });
    expect(tens.shown(tens.deckOf("a", "b"))).toBe("a1 b12");
    const always = models({ reorderOnAppend: true });
    const deck = always.deckOf("a");
    deck.cards.push(always.card("b", 7));
    expect(always.shown(deck)).toBe("a0 b1");
    expect(() => orderingList("")).toThrow(/name of an attribute/);
  });
});

test("are written and survive loading", async () => {
  const { Base, Deck, Card, card, deckOf, shown } = models();
  const engine = createEngine("sqlite://");
  await Base.metadata.createAll(engine);
  const Session = sessionmaker({ bind: engine });
  await using session = Session();
  const deck = deckOf("a", "b", "c");
  session.add(deck);
  await session.commit();
  const [, b] = deck.cards;
  deck.cards.splice(1, 1);
  deck.cards.unshift(b!);
  await session.commit();
  session.expungeAll();

  const again = await session.scalars(select(Deck).options(selectinload(Deck.cards))).one();
  expect(shown(again)).toBe("b0 a1 c2");
  expect(session.dirty.size).toBe(0);
  session.expire(again.cards[0]!, ["position"]);
  again.cards.push(card("d"));
  await session.flush();
  expect(await session.execute(select(Card.name, Card.position).orderBy(Card.position)).all()).toEqual([
    ["b", 0],
    ["a", 1],
    ["c", 2],
    ["d", 3],
  ]);
  again.cards.splice(0, 0, card("e"));
  await session.commit();
  expect(await session.scalars(select(Card.name).orderBy(Card.position)).all()).toEqual(["e", "b", "a", "c", "d"]);
  await session.close();
  await engine.dispose();
});
