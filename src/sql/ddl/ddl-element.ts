import { INSPECT } from "../../util/inspect.ts";
import { ArgumentError, CompileError } from "../../errors.ts";
import type { Listener, ListenerObject } from "../../event/dispatcher.ts";
import { type CacheKey, identityNumber } from "../base/cache-key.ts";
import { ExecutableClause } from "../base/executable.ts";
import type { CompileArgs, SqlDialect } from "../base/sql-dialect.ts";
import { dialectByName } from "../base/sql-dialect.ts";
import type { StatementRunner } from "../base/statement-runner.ts";
import type { BoundStatement, Compiled } from "../compiler/compiled.ts";
import type { DdlCompiler } from "../compiler/ddl-compiler.ts";
import { type ClauseElement, noCompilation } from "../elements/clause-element.ts";

/** What a condition of {@link DdlElement.executeIf} is asked about. */
export interface DdlContext {
  readonly ddl: DdlElement;
  /** the table or MetaData that is created or dropped */
  readonly target: object | null;
  readonly runner: StatementRunner | null;
  readonly dialect: SqlDialect;
}

/** When a DDL statement that was attached to an event runs. */
export interface ExecuteIfOptions {
  readonly dialect?: string | readonly string[];
  readonly callable?: (context: DdlContext) => boolean;
}

/**
 * The root of DDL statements: they can be executed and compiled, and have no parameters.
 * See https://docs.sqlalchemy.org/en/21/core/ddl.html
 */
export abstract class DdlElement extends ExecutableClause implements ListenerObject {
  /** What it is about: a table, an index, … */
  target: object | null = null;
  /** @internal */
  _executeIf: ExecuteIfOptions | null = null;

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
   */
  executeIf(options: ExecuteIfOptions): this {
    const copy = Object.assign(Object.create(Object.getPrototypeOf(this) as object) as this, this);
    copy._executeIf = options;
    return copy;
  }

  /** It runs when the event happens, with the names of the event's table. @internal */
  _asListener(): Listener {
    return async (target: object, runner: StatementRunner) => {
      const statement = this.against(target);
      if (statement._shouldExecute(runner, runner.dialect, target)) await runner.execute(statement);
    };
  }

  /** @internal */
  _shouldExecute(runner: StatementRunner | null, dialect: SqlDialect, target: object | null): boolean {
    const when = this._executeIf;
    if (when === null) return true;
    if (when.dialect !== undefined) {
      const names = typeof when.dialect === "string" ? [when.dialect] : when.dialect;
      if (!names.includes(dialect.name)) return false;
    }
    return when.callable === undefined || when.callable({ ddl: this, target, runner, dialect });
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
