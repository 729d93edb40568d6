import { ArgumentError } from "../../errors.ts";
import type { DdlCompiler } from "../compiler/ddl-compiler.ts";
import { FetchedValue } from "./column-defaults.ts";
import type { Column } from "./column.ts";
import type { SAYS } from "./schema-item.ts";
import { checkIdentityOptions, type IdentityOptions } from "./sequence.ts";

/** Options of {@link identity}. */
export interface IdentityColumnOptions extends IdentityOptions {
  /** true: GENERATED ALWAYS, so that an INSERT cannot give a value of its own */
  readonly always?: boolean;
}

/** A column that the database numbers: GENERATED … AS IDENTITY. Made by {@link identity}. */
export class Identity<A extends boolean = boolean> extends FetchedValue {
  declare readonly [SAYS]: A extends true ? "always" : "identity";
  readonly always: boolean;
  readonly options: IdentityColumnOptions;

  constructor(options: IdentityColumnOptions = {}) {
    super(false);
    // of the copy, which nobody changes after the check
    options = { ...options };
    checkIdentityOptions(options, "identity()");
    this.always = options.always === true;
    this.options = options;
  }

  override get isIdentity(): boolean {
    return true;
  }

  override _setParent(parent: object): void {
    const column = parent as Column<unknown>;
    if (column.serverDefault !== null || column.serverOnupdate !== null) {
      throw new ArgumentError(`The column "${column.key}" with an identity cannot have a server default as well.`);
    }
    if (column.autoincrement === false)
      throw new ArgumentError(`The column "${column.key}" with an identity cannot have { autoincrement: false }.`);
    this.column = column;
    column.identity = this;
    column.serverDefault = this;
    if (column._userNullable === null) column.nullable = false;
  }

  override _asForUpdate(_forUpdate: boolean): FetchedValue {
    return this;
  }

  /** @internal */
  _accept(compiler: DdlCompiler): string {
    return compiler.visitIdentityColumn(this);
  }

  override _copy(): Identity<A> {
    return new Identity<A>(this.options);
  }
}

/**
 * Makes a column one that the database numbers by itself.
 * @example new Column(t.integer(), identity({ start: 100 }), { primaryKey: true })
 * See https://docs.sqlalchemy.org/en/21/core/defaults.html#identity-columns-generated-always-by-default-as-identity
 */
export function identity<const O extends IdentityColumnOptions>(options?: O): Identity<O extends { readonly always: true } ? true : false> {
  return new Identity(options);
}
