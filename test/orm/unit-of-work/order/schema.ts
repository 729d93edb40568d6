// Random schemas: tables that refer to each other without a circle, mapped with relationships of all kinds.
import { Column, foreignKey, MetaData, registry, relationship, t, Table } from "athanor";

/** What was drawn at random, taken one after the other. */
export class Choices {
  readonly #drawn: readonly number[];
  #next = 0;

  constructor(drawn: readonly number[]) {
    this.#drawn = drawn;
  }

  /** A number less than `limit`. */
  take(limit: number): number {
    const drawn = this.#drawn[this.#next++ % this.#drawn.length]!;
    return drawn % limit;
  }

  shuffled<T>(list: readonly T[]): T[] {
    const left = [...list];
    return list.map(() => left.splice(this.take(left.length), 1)[0]!);
  }
}

type Kind = "many-to-one" | "one-to-many" | "both";
const KINDS: readonly Kind[] = ["many-to-one", "one-to-many", "both"];

/** A foreign key: of which class, to which class, and how objects are connected along it. */
export interface Reference {
  readonly child: number;
  readonly parent: number;
  readonly kind: Kind;
  readonly nullable: boolean;
  /** the column, and the name that the relationships have */
  readonly name: string;
}

export type Row = { id: number } & Record<string, unknown>;
export type RowClass = new () => Row;

export interface RandomSchema {
  readonly metadata: MetaData;
  readonly tables: readonly Table[];
  readonly classes: readonly RowClass[];
  readonly references: readonly Reference[];
}

/** Names whose alphabetical order says nothing about what refers to what. */
function tableNames(choices: Choices, count: number): string[] {
  return choices.shuffled(Array.from({ length: count }, (_, i) => `t${String.fromCharCode(97 + i)}`));
}

export function randomSchema(choices: Choices): RandomSchema {
  const count = 1 + choices.take(12);
  const names = tableNames(choices, count);
  const references: Reference[] = [];
  for (let child = 0; child < count; child++) {
    for (let i = choices.take(4); i > 0; i--) {
      const parent = choices.take(child + 1);
      references.push({
        child,
        parent,
        // a foreign key without a relationship says nothing about the order of a flush
        kind: KINDS[choices.take(3)]!,
        nullable: child === parent || choices.take(2) === 0,
        name: `r${references.length}`,
      });
    }
  }
  const metadata = new MetaData();
  const tables = names.map((name, child) => {
    const columns: Record<string, Column<unknown>> = { id: new Column(t.integer(), { primaryKey: true, autoincrement: false }) };
    for (const reference of references) {
      if (reference.child !== child) continue;
      columns[reference.name] = new Column(t.integer(), foreignKey(`${names[reference.parent]!}.id`), { nullable: reference.nullable });
    }
    return new Table(name, metadata, columns);
  });
  const mapped = new registry({ metadata });
  const classes = names.map((name) => ({ [name]: class {} })[name] as unknown as RowClass);
  for (const [i, class_] of classes.entries()) {
    const properties: Record<string, unknown> = {};
    for (const { child, parent, kind, name } of references) {
      const foreignKeys = (): unknown => tables[child]!.c[name];
      const both = kind === "both";
      if (child === i && kind !== "one-to-many") {
        properties[`${name}One`] = relationship(() => classes[parent]!, {
          foreignKeys,
          remoteSide: () => tables[parent]!.c["id"],
          ...(both ? { backPopulates: `${name}Many` } : {}),
        });
      }
      if (parent === i && kind !== "many-to-one") {
        properties[`${name}Many`] = relationship(() => [classes[child]!], {
          foreignKeys,
          remoteSide: () => tables[child]!.c[name],
          ...(both ? { backPopulates: `${name}One` } : {}),
        });
      }
    }
    mapped.mapImperatively(class_, tables[i]!, { properties });
  }
  return { metadata, tables, classes, references };
}

/** Objects for the tables, connected at random; what the tables are to hold is given back with them. */
export function randomObjects(
  choices: Choices,
  { classes, references }: RandomSchema,
): { objects: Row[][]; expected: Record<string, unknown>[][] } {
  const objects = classes.map((class_, i) =>
    Array.from({ length: 1 + choices.take(3) }, (_, k) => Object.assign(new class_(), { id: i * 10 + k + 1 })),
  );
  const expected = objects.map((list) => list.map(({ id }): Record<string, unknown> => ({ id })));
  for (const { child, parent, kind, nullable, name } of references) {
    for (const [k, object] of objects[child]!.entries()) {
      // within one table, only to rows before
      const possible = child === parent ? objects[parent]!.slice(0, k) : objects[parent]!;
      const target = possible.length === 0 || (nullable && choices.take(3) === 0) ? null : possible[choices.take(possible.length)]!;
      expected[child]![k]![name] = target?.id ?? null;
      if (target === null) continue;
      if (kind === "one-to-many" || (kind === "both" && choices.take(2) === 0)) (target[`${name}Many`] as Row[]).push(object);
      else object[`${name}One`] = target;
    }
  }
  return { objects, expected };
}
