import type { ClassManager } from "../attributes/class-manager.ts";
import type { Mapper } from "../mapping/mapper.ts";
import type { RelationshipProperty } from "../relationship/relationship-property.ts";
import type { LoadPath } from "./option-paths.ts";
import type { LoadRun } from "./load-run.ts";
import type { ValueProcessor } from "./row-layout.ts";

/** Makes (or finds) the object of one row; null when the row has none. */
export type Hydrate = (row: readonly unknown[], run: LoadRun) => object | null;

/** The hydrator of one place, and the same for all rows at once. */
export interface Hydrator {
  readonly one: Hydrate;
  readonly all: (rows: readonly (readonly unknown[])[], run: LoadRun) => (object | null)[];
}

export interface ColumnSpec {
  readonly key: string;
  readonly index: number;
  readonly process: ValueProcessor;
}

export interface JoinedSpec {
  readonly key: string;
  readonly property: RelationshipProperty;
  readonly uselist: boolean;
  /** where the run gathers the members; -1 for scalars */
  readonly slot: number;
  readonly hydrate: Hydrate;
}

/** All that is needed to make objects of one class from the rows of one statement at one place. */
export interface HydratorSpec {
  readonly mapper: Mapper;
  readonly base: Mapper;
  readonly manager: ClassManager;
  readonly primaryKey: readonly ColumnSpec[];
  readonly columns: readonly ColumnSpec[];
  readonly joined: readonly JoinedSpec[];
  /** the slots of the relationships that are loaded afterwards */
  readonly posts: readonly number[];
  /** relationships that are left empty */
  readonly empty: readonly RelationshipProperty[];
  readonly path: LoadPath;
  /** the attributes that are loaded, and no others; null for all */
  readonly only: ReadonlySet<string> | null;
  /** where the run notes which objects came together; -1 where that is not of interest */
  readonly place: number;
  /** objects may come here that came at another place of the rows first, which brought less of them */
  readonly again: boolean;
  /** the attributes that the statement does not bring */
  readonly missing: readonly string[];
}
