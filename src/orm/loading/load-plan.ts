import { InvalidRequestError } from "../../errors.ts";
import type { Compiled } from "../../sql/compiler/compiled.ts";
import type { ColumnElement } from "../../sql/elements/column-element.ts";
import { shapeOf } from "../../sql/selectable/select-shape.ts";
import { canGenerateCode } from "../../util/codegen.ts";
import type { Mapper } from "../mapping/mapper.ts";
import type { MapperProperty } from "../mapping/mapper-property.ts";
import type { ColumnProperty } from "../mapping/column-property.ts";
import type { ColumnEntity, MapperEntity, QueryEntity } from "../query/entities.ts";
import type { OrmCompileState } from "../query/orm-compile-state.ts";
import { type EntityPlan } from "./entity-plan.ts";
import { generateHydrator } from "./hydrator-codegen.ts";
import { interpretHydrator } from "./hydrator-interp.ts";
import type { ColumnSpec, Hydrate, Hydrator, HydratorSpec, JoinedSpec } from "./hydrator-spec.ts";
import type { LoadRun } from "./load-run.ts";
import { endingAt, joinPaths } from "./option-paths.ts";
import type { PostLoader } from "./post-load.ts";
import { repeatedBases } from "./repeated-bases.ts";
import { RowLayout } from "./row-layout.ts";
import { generateRows, interpretRows, type MakeRows, readEntity, type ReadEntity, type RowReader } from "./row-readers.ts";

type Row = readonly unknown[];

/** Rows from which it pays to generate code for a statement that has not run before. */
const MANY_ROWS = 100;

/** How the rows of one compiled statement become objects; made at its first execution and kept with it. */
export class LoadPlan {
  readonly state: OrmCompileState;
  readonly layout: RowLayout;
  /** the names of the values of a row */
  readonly keys: readonly string[];
  readonly posts: PostLoader[] = [];
  readonly collections: JoinedSpec[] = [];
  /** how many places there are in a row at which objects come */
  #places = 0;
  /** hierarchies of which objects come at several places that do not bring the same */
  #repeated: ReadonlySet<Mapper> = new Set();
  /** the one entity that is selected, whose objects need no row around them */
  readonly single: MapperEntity | null;
  #runs = 0;
  #generated = false;
  #readers: RowReader[] | null = null;
  #makeRows: MakeRows | null = null;
  #single: Hydrator | null = null;

  constructor(state: OrmCompileState, compiled: Compiled, names: readonly string[]) {
    this.state = state;
    this.layout = new RowLayout(compiled.dialect, compiled.resultColumns, names, state.compoundEagerAdapter, state.columnsAreGiven);
    const shape = shapeOf(state.selectStatement);
    this.keys = shape ?? state.entities.map((entity, index) => entity.labelName ?? this.#rawName(compiled, index));
    const [first] = state.entities;
    this.single = state.entities.length === 1 && first?.kind === "mapper" ? first : null;
  }

  #rawName(compiled: Compiled, index: number): string {
    return compiled.resultColumns?.[index]?.key ?? `column_${index}`;
  }

  /** Code is generated when a statement comes again, or has many rows at once. */
  #prepare(rows: number): void {
    this.#runs += 1;
    const generate = canGenerateCode() && (this.#runs > 1 || rows >= MANY_ROWS);
    if (this.#readers !== null && (this.#generated || !generate)) return;
    this.#generated = generate;
    this.posts.length = 0;
    this.collections.length = 0;
    this.#places = 0;
    this.#repeated = repeatedBases(this.state.entities);
    if (this.single !== null) {
      this.#single = this.hydrator(this.single.plan, generate);
      this.#readers = [{ read: this.#single.one }];
    } else this.#readers = this.state.entities.map((entity) => this.#reader(entity, generate));
    this.#makeRows = generate ? generateRows(this.#readers) : interpretRows(this.#readers);
  }

  prepare(rows: number): void {
    this.#prepare(rows);
  }

  /** Whether the same object may come in several rows because collections are joined. */
  get hasJoinedCollections(): boolean {
    // hydrators of subclasses are made when the first of their rows comes
    return this.state.multiRowEagerLoaders || this.collections.length > 0;
  }

  /** The objects of a statement that selects one entity. */
  objects(rows: readonly Row[], run: LoadRun): (object | null)[] {
    const objects = this.#single!.all(rows, run);
    return this.hasJoinedCollections ? [...new Set(objects)] : objects;
  }

  /** The rows of a statement that selects several things. */
  rows(rows: readonly Row[], run: LoadRun): unknown[][] {
    return this.#makeRows!(rows, run);
  }

  /** One of the readers. */
  reader(index: number): ReadEntity {
    return readEntity(this.#readers![index]!);
  }

  /** What keeps `unique()` from being needed is a single entity. */
  get requiresUnique(): string | null {
    return this.single === null && this.hasJoinedCollections
      ? "unique() must be called on this result: it holds several things per row, of which one has a collection that is loaded by join, so that rows repeat"
      : null;
  }

  #reader(entity: QueryEntity, generate: boolean): RowReader {
    if (entity.kind === "mapper") return { read: this.hydrator(entity.plan, generate).one };
    if (entity.kind === "column") return this.#columnReader(entity);
    const readers = entity.entities.map((each) => readEntity(this.#reader(each, generate)));
    const names = entity.bundle._names ?? entity.entities.map((each, i) => each.labelName ?? `column_${i}`);
    return { read: entity.bundle.createRowProcessor(readers as readonly ((row: Row, run: never) => unknown)[], names) as ReadEntity };
  }

  #columnReader(entity: ColumnEntity): RowReader {
    let index = this.layout.indexOf(entity.fetchColumn);
    if (index < 0) index = this.layout.indexOf(entity.column);
    if (index < 0 && this.state.entities.every((each) => each.kind === "column")) index = this.state.entities.indexOf(entity);
    if (index < 0)
      throw new InvalidRequestError(`The column ${String(entity.labelName)} is not among the columns that the statement gives`);
    return { index, process: this.layout.processorFor(index, entity.column) };
  }

  /** The hydrator of one place: of one class, or of the class that each row's discriminator names. */
  hydrator(plan: EntityPlan, generate: boolean): Hydrator {
    const { mapper } = plan;
    // objects that are read again stay with those with which they came
    const place = plan.onlyLoadProps !== null || this.state.compileOptions.forRefreshState ? -1 : this.#places++;
    const discriminator = plan.polymorphicOn;
    if (discriminator === null || mapper.polymorphicMap.size === 0) return this.#forMapper(plan, mapper, place, generate);
    const index = this.layout.indexOf(plan.adapted(discriminator));
    if (index < 0) return this.#forMapper(plan, mapper, place, generate);
    return this.#polymorphic(plan, index, discriminator, place, generate);
  }

  #polymorphic(plan: EntityPlan, index: number, discriminator: ColumnElement<unknown>, place: number, generate: boolean): Hydrator {
    const { mapper } = plan;
    const process = this.layout.processorFor(index, discriminator);
    const own = this.#forMapper(plan, mapper, place, generate);
    const byIdentity = new Map<unknown, Hydrate | null>();
    const primaryKey = this.#primaryKey(plan, mapper);
    const find = (value: unknown): Hydrate | null => {
      const sub = mapper.polymorphicMap.get(value);
      if (sub === undefined)
        throw new InvalidRequestError(
          `No class of ${mapper.name} has the polymorphic identity ${JSON.stringify(value)}, which a row has in ${discriminator.name ?? "its discriminator"}`,
        );
      if (sub === mapper) return own.one;
      // rows of other branches of the hierarchy are no objects of this class
      if (!sub.isa(mapper)) return null;
      // keys of concrete classes are their own: theirs are not to be mistaken for others
      const at = place < 0 || sub.identityMapper === mapper.identityMapper ? place : this.#places++;
      return this.#forMapper(plan, sub, at, generate).one;
    };
    const one: Hydrate = (row, run) => {
      const raw = row[index];
      if (raw === null) return primaryKey.every((column) => row[column.index] === null) ? null : own.one(row, run);
      const value = process === null ? raw : process(raw);
      let hydrate = byIdentity.get(value);
      if (hydrate === undefined) byIdentity.set(value, (hydrate = find(value)));
      return hydrate === null ? null : hydrate(row, run);
    };
    return { one, all: (rows, run) => rows.map((row) => one(row, run)) };
  }

  #primaryKey(plan: EntityPlan, mapper: Mapper): ColumnSpec[] {
    return mapper.primaryKey.map((column) => {
      let index = this.layout.indexOf(plan.adapted(column));
      for (const other of index < 0 ? mapper.getPropertyByColumn(column).columns : []) {
        if (index < 0) index = this.layout.indexOf(plan.adapted(other));
      }
      if (index < 0) {
        throw new InvalidRequestError(
          `Objects of ${mapper.name} cannot be made of these rows: the column ${column.name ?? ""} of the primary key is missing`,
        );
      }
      return { key: "", index, process: this.layout.processorFor(index, column) };
    });
  }

  #forMapper(plan: EntityPlan, mapper: Mapper, place: number, generate: boolean): Hydrator {
    const columns: ColumnSpec[] = [];
    const joined: JoinedSpec[] = [];
    const posts: number[] = [];
    const empty: HydratorSpec["empty"][number][] = [];
    const missing: string[] = [];
    for (const [key, property] of mapper.props) {
      const setup = find(plan.columns, plan.mapper, property);
      if (property.isColumn) {
        const spec = setup === undefined ? null : this.#column(plan, property as ColumnProperty, setup.column);
        if (spec === null) missing.push(key);
        else columns.push(spec);
        continue;
      }
      if (!property.isRelationship) continue;
      const join = find(plan.joined, plan.mapper, property);
      if (join !== undefined) {
        const uselist = join.property.uselist;
        const slot = uselist ? this.collections.length : -1;
        const spec: JoinedSpec & { hydrate: Hydrate } = { key, property: join.property, uselist, slot, hydrate: null as never };
        if (uselist) this.collections.push(spec);
        spec.hydrate = this.hydrator(join.plan, generate).one;
        joined.push(spec);
        continue;
      }
      const post = find(plan.posts, plan.mapper, property);
      if (post !== undefined) {
        let slot = this.posts.indexOf(post);
        if (slot < 0) slot = this.posts.push(post) - 1;
        posts.push(slot);
      } else if ([...plan.empty].some((each) => each.key === key)) empty.push(property as HydratorSpec["empty"][number]);
      missing.push(key);
    }
    for (const loader of plan.subclassLoads) {
      if (!mapper.isa(loader.mapper)) continue;
      let slot = this.posts.indexOf(loader);
      if (slot < 0) slot = this.posts.push(loader) - 1;
      posts.push(slot);
    }
    const spec: HydratorSpec = {
      mapper,
      base: mapper.identityMapper,
      manager: mapper.classManager,
      // a concrete class has a primary key of its own
      primaryKey: this.#primaryKey(plan, mapper.identityMapper === plan.mapper.identityMapper ? plan.mapper : mapper),
      columns,
      joined,
      posts,
      empty,
      only: plan.onlyLoadProps,
      path: endingAt(joinPaths(this.state.compileOptions.currentPath, plan.path.prefix), plan.path.entity),
      place,
      again: this.#repeated.has(mapper.baseMapper),
      missing,
    };
    return generate ? generateHydrator(spec) : interpretHydrator(spec);
  }

  #column(plan: EntityPlan, property: ColumnProperty, column: ColumnElement<unknown>): ColumnSpec | null {
    let index = this.layout.indexOf(column);
    // joined inheritance: any of the columns that are equal will do
    for (let i = 1; index < 0 && i < property.columns.length; i += 1) index = this.layout.indexOf(plan.adapted(property.columns[i]!));
    return index < 0 ? null : { key: property.key, index, process: this.layout.processorFor(index, column) };
  }
}

/** What was set up for an attribute: by itself, or as that of the class that the query names. */
function find<T>(map: ReadonlyMap<MapperProperty, T>, mapper: Mapper, property: MapperProperty): T | undefined {
  const own = map.get(property);
  if (own !== undefined) return own;
  const inherited = mapper.props.get(property.key);
  return inherited === undefined ? undefined : map.get(inherited);
}
