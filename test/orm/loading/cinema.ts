// Films with a relationship of every kind, ten rows of each class: what loops over objects are tested with.
import {
  attributeKeyedDict,
  Column,
  createEngine,
  declarativeBase,
  type Engine,
  extend,
  foreignKey,
  foreignKeyConstraint,
  mappedColumn,
  relationship,
  sessionmaker,
  type SessionOptions,
  t,
  Table,
} from "athanor";
import { StatementRecorder } from "athanor/testing";

export const Base = declarativeBase();

export class Studio extends Base<typeof Studio> {
  static table = this.mapTo("studios");
  static id = mappedColumn(t.integer(), { primaryKey: true });
  static name = mappedColumn(t.string(50));
  static films = relationship(() => [Film], { backPopulates: "studio", orderBy: () => Film.id });
}

export class Film extends Base<typeof Film> {
  static table = this.mapTo("films");
  static id = mappedColumn(t.integer(), { primaryKey: true });
  static title = mappedColumn(t.string(50));
  static plot = mappedColumn(t.text(), { deferred: true, deferredGroup: "texts" });
  static notes = mappedColumn(t.text(), { deferred: true, deferredGroup: "texts" });
  static studioId = mappedColumn(foreignKey(() => Studio.id));
  /** many to one */
  static studio = relationship(() => Studio, { backPopulates: "films" });
  /** one to many, through an object of its own */
  static characters = relationship(() => [Role], { backPopulates: "film", orderBy: () => Role.id });
  /** one to one */
  static poster = relationship(() => Poster, { backPopulates: "film", nullable: true });
  /** many to many */
  static genres = relationship(() => [Genre], { secondary: () => filmGenres, backPopulates: "films", orderBy: () => Genre.id });
  /** a set */
  static prizes = relationship(() => [Prize], { collectionClass: Set });
  /** a map */
  static scenes = relationship(() => [Scene], { collectionClass: attributeKeyedDict<string>("name") });
}

export class Actor extends Base<typeof Actor> {
  static table = this.mapTo("actors");
  static id = mappedColumn(t.integer(), { primaryKey: true });
  static name = mappedColumn(t.string(50));
  static roles = relationship(() => [Role], { backPopulates: "actor", orderBy: () => Role.id });
}

export class Role extends Base<typeof Role> {
  static table = this.mapTo("roles");
  static id = mappedColumn(t.integer(), { primaryKey: true });
  static name = mappedColumn(t.string(50));
  static filmId = mappedColumn(foreignKey(() => Film.id));
  static film = relationship(() => Film, { backPopulates: "characters" });
  static actorId = mappedColumn(foreignKey(() => Actor.id));
  static actor = relationship(() => Actor, { backPopulates: "roles" });
}

export class Poster extends Base<typeof Poster> {
  static table = this.mapTo("posters");
  static id = mappedColumn(t.integer(), { primaryKey: true });
  static filmId = mappedColumn(
    foreignKey(() => Film.id),
    { unique: true },
  );
  static film = relationship(() => Film, { backPopulates: "poster" });
}

export class Genre extends Base<typeof Genre> {
  static table = this.mapTo("genres");
  static id = mappedColumn(t.integer(), { primaryKey: true });
  static name = mappedColumn(t.string(50));
  static films = relationship(() => [Film], { secondary: () => filmGenres, backPopulates: "genres", orderBy: () => Film.id });
}

export const filmGenres = new Table("film_genres", Base.metadata, {
  filmId: new Column("film_id", foreignKey("films.id"), { primaryKey: true }),
  genreId: new Column("genre_id", foreignKey("genres.id"), { primaryKey: true }),
});

export class Prize extends Base<typeof Prize> {
  static table = this.mapTo("prizes");
  static id = mappedColumn(t.integer(), { primaryKey: true });
  static filmId = mappedColumn(foreignKey(() => Film.id));
}

export class Scene extends Base<typeof Scene> {
  static table = this.mapTo("scenes");
  static id = mappedColumn(t.integer(), { primaryKey: true });
  static name = mappedColumn(t.string(50));
  static filmId = mappedColumn(foreignKey(() => Film.id));
}

/** A tree. */
export class Place extends Base<typeof Place> {
  static table = this.mapTo("places");
  static id = mappedColumn(t.integer(), { primaryKey: true });
  static parentId = mappedColumn(
    foreignKey(() => Place.id),
    { nullable: true },
  );
  static parent = relationship(() => Place, { backPopulates: "children", remoteSide: () => Place.id, nullable: true });
  static children = relationship(() => [Place], { backPopulates: "parent", orderBy: () => Place.id });
}

/** A composite key, and what refers to it. */
export class Show extends Base<typeof Show> {
  static table = this.mapTo("shows");
  static hall = mappedColumn(t.string(10), { primaryKey: true });
  static slot = mappedColumn(t.integer(), { primaryKey: true });
  static tickets = relationship(() => [Ticket], { backPopulates: "show", orderBy: () => Ticket.id });
}

export class Ticket extends Base<typeof Ticket> {
  static table = this.mapTo("tickets", {}, () => [foreignKeyConstraint(["hall", "slot"], ["shows.hall", "shows.slot"])]);
  static id = mappedColumn(t.integer(), { primaryKey: true });
  static hall = mappedColumn(t.string(10), { init: false });
  static slot = mappedColumn(t.integer(), { init: false });
  static show = relationship(() => Show, { backPopulates: "tickets" });
}

/** Classes of one hierarchy, each with a table of its own. */
export class Medium extends Base<typeof Medium> {
  static table = this.mapTo("media", { polymorphicOn: (cls) => cls.kind, polymorphicIdentity: "medium" });
  static id = mappedColumn(t.integer(), { primaryKey: true });
  static kind = mappedColumn(t.string(20), { init: false });
  static label = mappedColumn(t.string(20));
  static loans = relationship(() => [Loan], { orderBy: () => Loan.id });
}

export class Disc extends extend(Medium)<typeof Disc> {
  static table = this.mapTo("discs", { polymorphicIdentity: "disc" });
  static id = mappedColumn(
    foreignKey(() => Medium.id),
    { primaryKey: true },
  );
  static minutes = mappedColumn(t.integer());
}

export class Tape extends extend(Medium)<typeof Tape> {
  static table = this.mapTo("tapes", { polymorphicIdentity: "tape" });
  static id = mappedColumn(
    foreignKey(() => Medium.id),
    { primaryKey: true },
  );
  static meters = mappedColumn(t.integer());
}

export class Loan extends Base<typeof Loan> {
  static table = this.mapTo("loans");
  static id = mappedColumn(t.integer(), { primaryKey: true });
  static mediumId = mappedColumn(foreignKey(() => Medium.id));
}

export const COUNT = 10;

/** Ten films, each with all that can belong to it. */
function rows(): object[] {
  const studios = Array.from({ length: 4 }, (_, i) => new Studio({ name: `studio ${i}` }));
  const actors = Array.from({ length: 5 }, (_, i) => new Actor({ name: `actor ${i}` }));
  const genres = Array.from({ length: 3 }, (_, i) => new Genre({ name: `genre ${i}` }));
  const films = Array.from({ length: COUNT }, (_, i) => {
    const film = new Film({ title: `film ${i}`, plot: `plot ${i}`, notes: `notes ${i}`, studio: studios[i % 4]!, poster: new Poster({}) });
    film.characters.push(...[0, 1].map((n) => new Role({ name: `role ${i}.${n}`, actor: actors[(i + n) % 5]! })));
    film.genres.push(genres[i % 3]!, genres[(i + 1) % 3]!);
    film.prizes.add(new Prize({}));
    film.scenes.set("first", new Scene({ name: "first" }));
    return film;
  });
  const place = (depth: number): Place => new Place({ children: depth === 0 ? [] : [place(depth - 1), place(depth - 1)] });
  const shows = Array.from(
    { length: COUNT },
    (_, i) => new Show({ hall: `h${i % 2}`, slot: i, tickets: [new Ticket({}), new Ticket({})] }),
  );
  const media = Array.from({ length: COUNT }, (_, i) => {
    const loans = [new Loan({})];
    return i % 2 === 0 ? new Disc({ label: `m${i}`, minutes: i, loans }) : new Tape({ label: `m${i}`, meters: i, loans });
  });
  return [...films, place(3), place(3), ...shows, ...media];
}

export interface Cinema {
  readonly engine: Engine;
  readonly sent: StatementRecorder;
  session(options?: SessionOptions): ReturnType<ReturnType<typeof sessionmaker>>;
  close(): Promise<void>;
}

export async function openCinema(url: string): Promise<Cinema> {
  const engine = createEngine(url);
  await Base.metadata.createAll(engine);
  const Session = sessionmaker({ bind: engine });
  await Session.begin((session) => session.addAll(rows()));
  const sent = new StatementRecorder(engine);
  return {
    engine,
    sent,
    session: (options = {}) => Session(options),
    async close() {
      await Base.metadata.dropAll(engine);
      await engine.dispose();
    },
  };
}
