import { INSPECT } from "../../util/inspect.ts";
import { ArgumentError, CompileError } from "../../errors.ts";
import type { Listener, ListenerObject } from "../../event/dispatcher.ts";
import { type CacheKey, identityNumber } from "../base/cache-key.ts";
import { ExecutableClause } from "../base/executable.ts";
import type { CompileArgs, SqlDialect } from "../base/sql-dialect.ts";
import { dialectByName } from "../base/sql-dialect.ts";
import type { StatementRunner } from "../base/statement-runner.ts";
import type { BoundStatement, Compiled } from "../compiler/compiled.ts";
import { conditionHolds, ddlCondition, type DdlContext, type DdlIfOptions } from "../schema/schema-item.ts";
import type { DdlCompiler } from "../compiler/ddl-compiler.ts";
import { type ClauseElement, noCompilation } from "../elements/clause-element.ts";

export type { DdlContext };

/** When a DDL statement that was attached to an event runs: on which dialects, and what decides beside it. */
export type ExecuteIfOptions = DdlIfOptions;

/**
 * The root of DDL statements: they can be executed and compiled, and have no parameters.
 * See https://docs.sqlalchemy.org/en/21/core/ddl.html
 */
export abstract class DdlElement extends ExecutableClause implements ListenerObject {
  /** What it is about: a table, an index, … */
  target: object | null = null;
  /** @internal */
  _ddlIf: DdlIfOptions | null = null;

  /** Renders it with the method of the DDL compiler that is made for it. @internal */
  _acceptDdl(compiler: DdlCompiler): string {
    throw noCompilation(this, compiler.dialect.name);
  }

  /** DDL is never kept compiled. @internal */
  override _cacheKey(key: CacheKey): void {
    key.cacheable = false;
    key.add(identityNumber(this));
  }

  /** DDL is never part of another statement. */
  override accept(): string {
    throw new CompileError(`${this.constructor.name} is a statement of its own and cannot stand inside of another one.`);
  }

  /** A copy for a table or MetaData, whose names it can use. */
  against(target: object): this {
    const copy = Object.assign(Object.create(Object.getPrototypeOf(this) as object) as this, this);
    copy.target = target;
    return copy;
  }

  /**
   * A copy that runs only on some dialects, or when a function says so. It counts where the statement listens to an event;
   * executed directly, it always runs.
   * @param options - dialect (one name or several), callable (a function that is told what happens), state (handed on to it)
   * @example new DDL("CREATE EXTENSION hstore").executeIf({ dialect: "postgresql" })
   */
  executeIf(options: ExecuteIfOptions): this {
    const copy = Object.assign(Object.create(Object.getPrototypeOf(this) as object) as this, this);
    copy._ddlIf = ddlCondition(options);
    return copy;
  }

  /** It runs when the event happens, with the names of the event's table. @internal */
  _asListener(): Listener {
    return async (
      target: object,
      runner: StatementRunner,
      event?: { readonly tables?: readonly object[]; readonly checkFirst?: number },
    ) => {
      await this.against(target)._invokeWith(runner, event);
    };
  }

  /** Runs it if its conditions hold. @internal */
  async _invokeWith(
    runner: StatementRunner,
    event: { readonly tables?: readonly object[]; readonly checkFirst?: number } = {},
  ): Promise<void> {
    const { tables = null, checkFirst = 0 } = event;
    if (conditionHolds(this._ddlIf, runner.dialect, () => ({ ddl: this, target: this.target, runner, tables, checkFirst }))) {
      await runner.execute(this);
    }
  }

  override compile(args: CompileArgs = {}): Compiled {
    const dialect = dialectOf(args);
    const compiler = new dialect.ddlCompiler(dialect, this, args);
    const text: string | null = this._acceptDdl(compiler);
    if (text === null) throw new CompileError(`${this.constructor.name} was rendered as null, but a statement needs SQL text.`);
    if (text.includes("\0")) throw new CompileError("A bound parameter cannot stand in DDL: write the value as text() or literal().");
    return new CompiledDdl(dialect, this, text);
  }
}

function dialectOf(args: CompileArgs): SqlDialect {
  const { dialect = "default" } = args;
  if (typeof dialect === "string") return dialectByName.call(dialect);
  return "dialect" in dialect ? dialect.dialect : dialect;
}

/** A compiled DDL statement: text alone. */
class CompiledDdl implements Compiled {
  readonly dialect: SqlDialect;
  readonly statement: ClauseElement;
  readonly sql: string;
  readonly params: readonly unknown[] = [];
  readonly isSelect = false;
  readonly isInsert = false;
  readonly isUpdate = false;
  readonly isDelete = false;
  readonly isText = false;
  readonly isDdl = true;
  readonly resultColumns = null;
  readonly parameterNames: ReadonlySet<string> = new Set();
  readonly returnsRows = false;
  readonly compileState = null;

  constructor(dialect: SqlDialect, statement: ClauseElement, sql: string) {
    this.dialect = dialect;
    this.statement = statement;
    this.sql = sql;
  }

  /** @internal */
  [INSPECT](): BoundStatement {
    return this.bind();
  }

  bind(): BoundStatement {
    return { sql: this.sql, params: [] };
  }

  bindMany(): never {
    throw new ArgumentError("DDL takes no parameters, so it cannot be executed with several sets of them.");
  }

  insertBatches(): null {
    return null;
  }
}
