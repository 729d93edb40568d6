import {
  createEngine,
  declarativeBase,
  foreignKey,
  insert,
  mappedColumn,
  relationship,
  select,
  selectinload,
  sessionmaker,
  t,
  update,
} from "athanor";
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

describe("positions of a list that is loaded", () => {
  const open = async (options?: OrderingListOptions) => {
    const all = models(options);
    const engine = createEngine("sqlite://");
    await all.Base.metadata.createAll(engine);
    const session = sessionmaker({ bind: engine })();
    session.add(all.deckOf("a", "b", "c"));
    await session.commit();
    session.expungeAll();
    const load = () => session.scalars(select(all.Deck).options(selectinload(all.Deck.cards))).one();
    const close = async (): Promise<void> => {
      await session.close();
      await engine.dispose();
    };
    return { ...all, session, load, close };
  };

  test("with gaps stay as they are, and rows without one get one", async () => {
    const { session, load, shown, close, Card } = await open();
    await session.execute(update(Card).values({ position: Card.position.mul(10) }));
    await session.execute(insert(Card).values({ name: "n", deckId: 1 }));
    session.expungeAll();
    const deck = await load();
    expect(shown(deck)).toBe("n0 a0 b10 c20");
    expect([...session.dirty]).toEqual([deck.cards[0]]);
    deck.cards.push(new Card({ name: "d" }));
    expect(shown(deck)).toBe("n0 a0 b10 c20 d4");
    deck.cards.reorder!();
    expect(shown(deck)).toBe("n0 a1 b2 c3 d4");
    await close();
  });

  test("with gaps are numbered anew by reorderOnAppend", async () => {
    const { session, load, shown, close, Card } = await open({ reorderOnAppend: true, countFrom: 1 });
    await session.execute(update(Card).values({ position: Card.position.mul(10) }));
    session.expungeAll();
    const deck = await load();
    expect(shown(deck)).toBe("a1 b2 c3");
    expect(session.dirty.size).toBe(3);
    await session.commit();
    expect(await session.scalars(select(Card.position).orderBy(Card.position)).all()).toEqual([1, 2, 3]);
    await close();
  });

  test("are given to members that came by the other side, when the list is loaded", async () => {
    const { session, shown, close, Deck, Card } = await open();
    const deck = await session.getOne(Deck, 1);
    const late = new Card({ name: "late", deck });
    expect(late.position).toBeNull();
    await session.noAutoflush(() => deck.awaitableAttrs.cards);
    expect(shown(deck)).toBe("a0 b1 c2 late3");
    await close();
  });

  test("follow a member from one list to another, a refresh, and a merge", async () => {
    const { session, load, shown, close, Deck, Card } = await open();
    const deck = await load();
    const other = new Deck({});
    session.add(other);
    await session.flush();
    other.cards.push(deck.cards[0]!);
    expect([shown(deck), shown(other)]).toEqual(["b0 c1", "a0"]);
    await session.commit();
    await session.refresh(deck, ["cards"]);
    expect([shown(deck), session.dirty.size]).toEqual(["b0 c1", 0]);
    session.expungeAll();
    deck.cards.unshift(new Card({ name: "x" }));
    expect(shown(deck)).toBe("x0 b1 c2");
    const merged = await session.merge(deck);
    expect(shown(merged)).toBe("x0 b1 c2");
    await session.commit();
    expect(await session.scalars(select(Card.name).where(Card.deckId.eq(1)).orderBy(Card.position)).all()).toEqual(["x", "b", "c"]);
    await close();
  });
});
