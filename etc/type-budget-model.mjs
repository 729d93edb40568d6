// The source of the model that type-budget.mjs checks: classes in a ring, each with both sides of two relationships.

const CLASS = (i, previous, next, skip) => `
export class Entity${i} extends Base<typeof Entity${i}> {
  static table = this.mapTo("entity_${i}");
  static id = mappedColumn(t.integer(), { primaryKey: true });
  static name = mappedColumn(t.string(100));
  static note = mappedColumn(t.text(), { nullable: true });
  static kind = mappedColumn(t.enum(["a", "b", "c${i}"], { name: "kind_${i}" }), { default: "a" });
  static createdAt = mappedColumn(t.dateTime({ timezone: true }), { serverDefault: "now" });
  static meta = mappedColumn("meta_data", t.json<{ tags: string[] }>(), { nullable: true });
  static nextId = mappedColumn(foreignKey(() => Entity${next}.id));
  static next = relationship(() => Entity${next}, { backPopulates: "previous", foreignKeys: () => Entity${i}.nextId });
  static skipId = mappedColumn(foreignKey("entity_${skip}.id"), { nullable: true });
  static skip = relationship(() => Entity${skip}, { nullable: true, foreignKeys: () => Entity${i}.skipId });
  static previous = relationship(() => [Entity${previous}], { backPopulates: "next" });

  describe(): string {
    return \`\${this.name} \${this.next.name} \${this.skip?.name ?? ""} \${this.previous.length}\`;
  }
}
`;

const QUERIES = [
  (i) => `
export async function all${i}(session: S): Promise<string[]> {
  const found = await session.scalars(select(Entity${i}).where(Entity${i}.name.like("x%")).orderBy(Entity${i}.id).limit(10)).all();
  return found.map((e) => e.next.name + e.kind);
}
`,
  (i, next) => `
export async function joined${i}(session: S): Promise<[number, string | null, string]> {
  const [id, note, name] = await session.execute(select(Entity${i}.id, Entity${i}.note, Entity${next}.name).join(Entity${i}.next)).one();
  return [id, note, name];
}
`,
  (i, next) => `
export async function loaded${i}(session: S): Promise<number> {
  const one = await session.scalars(
    select(Entity${i}).filterBy({ id: ${i} }).options(selectinload(Entity${i}.previous), joinedload(Entity${i}.next).selectinload(Entity${next}.previous)),
  ).first();
  return one?.previous.length ?? 0;
}
`,
  (i, next) => `
export function made${i}(): Entity${i} {
  return new Entity${i}({ name: "x", note: null, kind: "a", next: new Entity${next}({ name: "n" }) });
}
`,
];

export function modelSource({ classes, queries }) {
  const names = `createEngine, declarativeBase, foreignKey, joinedload, mappedColumn, relationship, select, selectinload, sessionmaker, t`;
  const parts = [
    `import { ${names} } from "athanor";\n`,
    `const Base = declarativeBase();\nconst Session = sessionmaker({ bind: createEngine("sqlite://") });\ntype S = ReturnType<typeof Session>;\n`,
  ];
  const after = (i, by) => (i + by) % classes;
  for (let i = 0; i < classes; i += 1) {
    parts.push(CLASS(i, after(i, classes - 1), after(i, 1), after(i, 7)));
  }
  for (let n = 0; n < queries; n += 1) {
    const i = n % classes;
    parts.push(QUERIES[Math.floor(n / classes) % QUERIES.length](i, after(i, 1)));
  }
  return parts.join("");
}
