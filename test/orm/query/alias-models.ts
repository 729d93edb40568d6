// Nodes of trees with employees, and statements on aliases of both, made of a few choices: what caching of aliases is tested with.
import {
  aliased,
  containsEager,
  declarativeBase,
  type Engine,
  extend,
  foreignKey,
  inspect,
  joinedload,
  lazyload,
  mappedColumn,
  relationship,
  select,
  selectinload,
  Session,
  subqueryload,
  t,
  withLoaderCriteria,
  withPolymorphic,
} from "athanor";

export const Base = declarativeBase();

export class Node extends Base<typeof Node> {
  static table = this.mapTo("alias_nodes");
  static id = mappedColumn(t.integer(), { primaryKey: true });
  static name = mappedColumn(t.string(20));
  static parentId = mappedColumn(
    foreignKey(() => Node.id),
    { nullable: true },
  );
  static parent = relationship((): typeof Node => Node, { backPopulates: "children", remoteSide: () => Node.id, nullable: true });
  static children = relationship((): (typeof Node)[] => [Node], { backPopulates: "parent", orderBy: () => Node.id });
  static staff = relationship(() => [Worker], { orderBy: () => Worker.id });
}

export class Worker extends Base<typeof Worker> {
  static table = this.mapTo("alias_workers", { polymorphicOn: (cls) => cls.kind, polymorphicIdentity: "worker" });
  static id = mappedColumn(t.integer(), { primaryKey: true });
  static kind = mappedColumn(t.string(20), { init: false });
  static name = mappedColumn(t.string(20));
  static nodeId = mappedColumn(foreignKey(() => Node.id));
}

export class Chief extends extend(Worker)<typeof Chief> {
  static table = this.mapTo("alias_chiefs", { polymorphicIdentity: "chief" });
  static id = mappedColumn(
    foreignKey(() => Worker.id),
    { primaryKey: true },
  );
  static rank = mappedColumn(t.integer());
}

/** `a` has the children `b` and `c`, `b` has `d` and `e`, `c` has `f`; the staff of each is a worker and a chief. */
export async function fill(engine: Engine): Promise<void> {
  await Base.metadata.dropAll(engine);
  await Base.metadata.createAll(engine);
  const session = new Session(engine);
  const [a, b, c, d, e, f] = ["a", "b", "c", "d", "e", "f"].map((name, i) => new Node({ id: i + 1, name, parentId: null }));
  a!.children = [b!, c!];
  b!.children = [d!, e!];
  c!.children = [f!];
  session.add(a!);
  await session.flush();
  for (const [i, node] of [a, b, c, d, e, f].entries()) {
    session.add(new Worker({ id: i * 2 + 1, name: `w${i}`, nodeId: node!.id }));
    session.add(new Chief({ id: i * 2 + 2, name: `c${i}`, nodeId: node!.id, rank: i }));
  }
  await session.commit();
  await session.close();
}

/** Everything that is loaded of an object, and of what it leads to. */
export function show(value: unknown, depth = 3): unknown {
  if (Array.isArray(value)) return value.map((each) => show(each, depth));
  if (typeof value !== "object" || value === null) return value;
  if (Object.getPrototypeOf(value) === Object.prototype) return value;
  if (depth === 0) return "…";
  const { unloaded } = inspect(value) as unknown as { unloaded: ReadonlySet<string> };
  const names = ["id", "name", "rank", "parent", "children", "staff"].filter((name) => name in value && !unloaded.has(name));
  return Object.fromEntries(names.map((name) => [name, show((value as Record<string, unknown>)[name], depth - 1)]));
}

/** What a statement is made of. Each number is a choice; the same numbers make the same statement, of aliases made anew. */
export interface Choices {
  /** for each alias: plain, named, of a subquery, flat */
  readonly aliases: readonly number[];
  /** how each alias but the first is joined to one before it */
  readonly joins: readonly number[];
  /** which aliases and columns are selected, in which order */
  readonly picks: readonly number[];
  /** which alias is compared with which value */
  readonly condition: readonly [alias: number, value: number];
  /** what is loaded with which alias */
  readonly loads: readonly (readonly [alias: number, load: number])[];
  readonly criteria: number;
  readonly limit: number;
}

type NodeAlias = typeof Node;

function aliasOf(kind: number, i: number): NodeAlias {
  switch (kind) {
    case 0:
      return aliased(Node) as unknown as NodeAlias;
    case 1:
      return aliased(Node, { name: `n${i}` }) as unknown as NodeAlias;
    case 2:
      return aliased(Node, select(Node).where(Node.id.lt(6)).subquery()) as unknown as NodeAlias;
    case 3:
      return aliased(Node, select(Node).subquery(), { name: `named${i}` }) as unknown as NodeAlias;
    default:
      return aliased(Node, { flat: true }) as unknown as NodeAlias;
  }
}

function loadOf(alias: NodeAlias, load: number): object {
  switch (load) {
    case 0:
      return selectinload(alias.children).selectinload(Node.staff);
    case 1:
      return selectinload(alias.children);
    case 2:
      return joinedload(alias.parent).selectinload(Node.staff);
    case 3:
      return joinedload(alias.staff);
    case 4:
      return subqueryload(alias.children);
    case 5:
      return selectinload(alias.staff.ofType(withPolymorphic(Worker, [Chief], { flat: true }) as unknown as typeof Worker));
    case 6:
      return lazyload(alias.children).selectinload(Node.staff);
    default:
      return selectinload(alias.children.and(Node.id.gt(load)));
  }
}

export function statementOf(choices: Choices): object {
  const aliases = choices.aliases.map((kind, i) => aliasOf(kind, i));
  const at = (n: number): NodeAlias => aliases[n % aliases.length]!;
  let eager: object | null = null;
  const picks = choices.picks.map((pick) => {
    const alias = at(pick);
    return pick % 5 < 3 ? alias : alias.name;
  });
  let statement = select(...(picks as [typeof Node, ...(typeof Node)[]])).selectFrom(aliases[0]!);
  for (let i = 1; i < aliases.length; i += 1) {
    const how = choices.joins[i - 1]!;
    const [from, to] = [aliases[(how >> 2) % i]!, aliases[i]!];
    if (how % 4 === 0) statement = statement.join(from.parent.ofType(to) as never) as never;
    else if (how % 4 === 1) statement = statement.join(from.children.ofType(to) as never) as never;
    else if (how % 4 === 2) statement = statement.outerjoin(to as never, to.parentId.eq(from.id) as never) as never;
    else {
      statement = statement.join(to as never, to.id.eq(from.parentId) as never) as never;
      if (picks[0] === from && how % 8 === 3) eager = containsEager(from.parent, { alias: to });
    }
  }
  statement = statement.where(at(choices.condition[0]).id.gt(choices.condition[1])) as never;
  const first = new Set<NodeAlias>();
  for (const [n, load] of choices.loads) {
    const alias = at(n);
    if (!picks.includes(alias) || first.has(alias) || eager !== null) continue;
    first.add(alias);
    statement = statement.options(loadOf(alias, load)) as never;
  }
  if (eager !== null) statement = statement.options(eager as never) as never;
  if (choices.criteria < 3) statement = statement.options(withLoaderCriteria(at(choices.criteria), at(choices.criteria).id.lt(5))) as never;
  statement = statement.orderBy(...(aliases.map((alias) => alias.id) as never[])) as never;
  return choices.limit > 0 ? statement.limit(choices.limit) : statement;
}
