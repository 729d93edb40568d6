import { Bundle, createEngine, declarativeBase, extend, foreignKey, mappedColumn, relationship, select, Session, t } from "athanor";
import { insert } from "athanor/sqlite";

export const Base = declarativeBase();

export class Film extends Base<typeof Film> {
  static table = this.mapTo("films");
  static id = mappedColumn(t.integer(), { primaryKey: true });
  static title = mappedColumn(t.string(100));
  static views = mappedColumn(t.bigInteger(), { nullable: true });
  static characters = relationship(() => [Cast], { backPopulates: "film" });
  static log = relationship(() => [Cast], { lazy: "write_only", viewonly: true });
}

export class Cast extends Base<typeof Cast> {
  static table = this.mapTo("cast");
  static id = mappedColumn(t.integer(), { primaryKey: true });
  static filmId = mappedColumn(foreignKey(() => Film.id));
  static film = relationship(() => Film, { backPopulates: "characters" });
}

export class Short extends extend(Film)<typeof Short> {
  static table = this.mapTo("shorts");
  static id = mappedColumn(
    foreignKey(() => Film.id),
    { primaryKey: true },
  );
  static minutes = mappedColumn(t.integer());
}

export async function use(): Promise<unknown[]> {
  const session = new Session(createEngine("sqlite://"));
  const /*made*/ film = new /*constructor*/ Film({ title: "x" });
  const /*subclass*/ short = new Short({ title: "x", minutes: 3 });
  const /*got*/ got = await session.get(Film, 1);
  const /*all*/ all = await session.scalars(select(Film)).all();
  const /*rows*/ rows = await session.execute(select(Film, Cast.id)).all();
  const /*awaitable*/ later = film.awaitableAttrs;
  const values = [film./*column*/ title, film./*nullable*/ views, film./*collection*/ characters, film./*write-only*/ log];
  const /*subquery*/ films = select(Film).subquery();
  const /*upsert*/ excluded = insert(Film).excluded;
  const /*bundle*/ bundle = new Bundle("film", { title: Film.title });
  return [
    bundle,
    films.c./*subquery-column*/ title,
    excluded./*excluded*/ title,
    short,
    got,
    all,
    rows,
    later,
    values,
    Film./*attribute*/ title,
    Cast./*relationship*/ film,
  ];
}
