// Soft delete and tenants, as docs/orm/recipes.md has them, with a model to try them on.
import {
  aliased,
  declarativeBase,
  foreignKey,
  getHistory,
  listen,
  mappedColumn,
  relationship,
  type Session,
  sessionmaker,
  t,
  Table,
  Column,
  withLoaderCriteria,
  type Engine,
} from "athanor";

/** Rows of classes with this mixin are marked, not deleted. */
export class SoftDelete {
  static deletedAt = mappedColumn(t.dateTime(), { nullable: true, init: false });
  declare deletedAt: Date | null;
}

/** Rows of classes with this mixin belong to one tenant. */
export class OfTenant {
  static tenantId = mappedColumn(t.integer(), { init: false, index: true });
  declare tenantId: number;
}

const present = withLoaderCriteria(SoftDelete, (cls) => cls.deletedAt.is(null), { includeAliases: true });

const isDeletable = (object: object): object is SoftDelete => "deletedAt" in object;
const isOwned = (object: object): object is OfTenant => "tenantId" in object;

const marked = new WeakMap<Session, readonly object[]>();

export function sessionsOf(engine: Engine) {
  const Session = sessionmaker({ bind: engine });

  listen(Session, "doOrmExecute", (state) => {
    if (state.executionOptions["includeDeleted"] !== true) state.addOptions(present);
    const tenant = tenantOf(state.session);
    state.addOptions(tenant.own);
    if (state.isInsert && state.bindMapper !== null && state.parameters !== null && "tenantId" in state.bindMapper.class_)
      for (const row of [state.parameters].flat() as { tenantId?: number }[])
        if (row.tenantId !== tenant.id) throw new Error(`a row of tenant ${row.tenantId} in a session of tenant ${tenant.id}`);
  });

  listen(Session, "beforeFlush", (session) => {
    const gone = [...session.deleted].filter(isDeletable);
    for (const object of gone) {
      // what is added again is not deleted
      session.add(object);
      object.deletedAt = new Date();
    }
    marked.set(session, gone);

    const { id } = tenantOf(session);
    for (const object of session.new) if (isOwned(object)) object.tenantId ??= id;
    for (const object of [...session.new, ...session.dirty]) {
      if (!isOwned(object)) continue;
      for (const tenant of getHistory(object, "tenantId").added)
        if (tenant !== id) throw new Error(`an object of tenant ${tenant} in a session of tenant ${id}`);
    }
  });

  listen(Session, "afterFlushPostexec", (session) => {
    for (const object of marked.get(session) ?? []) if (session.has(object)) session.expunge(object);
    marked.delete(session);
  });

  return (tenant: number): Session =>
    Session({
      info: { tenant: { id: tenant, own: withLoaderCriteria(OfTenant, (cls) => cls.tenantId.eq(tenant), { includeAliases: true }) } },
    });
}

interface Tenant {
  readonly id: number;
  readonly own: object;
}

function tenantOf(session: Session): Tenant {
  const tenant = session.info["tenant"] as Tenant | undefined;
  if (tenant === undefined) throw new Error("this session has no tenant");
  return tenant;
}

export const Base = declarativeBase();
const Owned = Base.with(SoftDelete, OfTenant);

export class Account extends Owned<typeof Account> {
  static table = this.mapTo("st_accounts");
  static id = mappedColumn(t.integer(), { primaryKey: true, sortOrder: -1 });
  static name = mappedColumn(t.string(50));
  static parentId = mappedColumn(foreignKey("st_accounts.id"), { nullable: true });
  static parent = relationship(() => Account, { remoteSide: () => Account.id, nullable: true, backPopulates: "children" });
  static children = relationship(() => [Account], { backPopulates: "parent", orderBy: () => Account.id });
  static orders = relationship(() => [Order], { backPopulates: "account", orderBy: () => Order.id, cascade: "all" });
  static tags = relationship(() => [Tag], { secondary: () => accountTags, orderBy: () => Tag.id });
}

export class Order extends Owned<typeof Order> {
  static table = this.mapTo("st_orders");
  static id = mappedColumn(t.integer(), { primaryKey: true, sortOrder: -1 });
  static total = mappedColumn(t.integer());
  static accountId = mappedColumn(foreignKey(() => Account.id));
  static account = relationship(() => Account, { backPopulates: "orders" });
}

export class Tag extends Owned<typeof Tag> {
  static table = this.mapTo("st_tags");
  static id = mappedColumn(t.integer(), { primaryKey: true, sortOrder: -1 });
  static label = mappedColumn(t.string(50));
}

export const accountTags = new Table("st_account_tags", Base.metadata, {
  accountId: new Column(foreignKey("st_accounts.id"), { primaryKey: true }),
  tagId: new Column(foreignKey("st_tags.id"), { primaryKey: true }),
});

export const Other = aliased(Account, { name: "other" });
