import { ArgumentError } from "../../errors.ts";
import { describe } from "../base/coercions.ts";
import type { DdlCompiler } from "../compiler/ddl-compiler.ts";
import { Routine } from "../schema/routine.ts";
import { Trigger } from "../schema/trigger.ts";
import type { CreateOptions, DropOptions } from "./create-drop.ts";
import { DdlElement } from "./ddl-element.ts";

/** Options of {@link CreateTrigger} and {@link CreateRoutine}. */
export interface CreateProgramOptions extends CreateOptions {
  /** CREATE OR REPLACE; what the trigger or routine says of itself, unless told */
  readonly orReplace?: boolean;
}

/** Options of {@link DropRoutine}. */
export interface DropProgramOptions extends DropOptions {
  readonly cascade?: boolean;
}

abstract class ProgramDdl<E extends Trigger | Routine> extends DdlElement {
  readonly element: E;

  constructor(element: E, type: abstract new (...args: never[]) => object, statement: string) {
    super();
    if (!(element instanceof type)) throw new ArgumentError(`new ${statement}() takes a ${type.name}, not ${describe(element)}.`);
    this.element = element;
    this.target = element;
    this._ddlIf = element._ddlIf;
  }
}

/**
 * CREATE TRIGGER. On PostgreSQL a trigger calls a function: `trigger.create()` makes one of a body.
 */
export class CreateTrigger extends ProgramDdl<Trigger> {
  readonly ifNotExists: boolean;
  readonly orReplace: boolean;

  /**
   * @param trigger - the trigger
   * @param options - ifNotExists (SQLite, MySQL), orReplace
   */
  constructor(trigger: Trigger, options: CreateProgramOptions = {}) {
    super(trigger, Trigger, "CreateTrigger");
    this.ifNotExists = options.ifNotExists === true;
    this.orReplace = options.orReplace ?? trigger.options.orReplace === true;
  }

  override _acceptDdl(compiler: DdlCompiler): string {
    return compiler.visitCreateTrigger(this);
  }
}

/** DROP TRIGGER */
export class DropTrigger extends ProgramDdl<Trigger> {
  readonly ifExists: boolean;

  constructor(trigger: Trigger, options: DropOptions = {}) {
    super(trigger, Trigger, "DropTrigger");
    this.ifExists = options.ifExists === true;
  }

  override _acceptDdl(compiler: DdlCompiler): string {
    return compiler.visitDropTrigger(this);
  }
}

/** CREATE FUNCTION, CREATE PROCEDURE */
export class CreateRoutine extends ProgramDdl<Routine> {
  readonly ifNotExists: boolean;
  readonly orReplace: boolean;

  /**
   * @param routine - the function or procedure
   * @param options - ifNotExists (MySQL, MariaDB), orReplace
   */
  constructor(routine: Routine, options: CreateProgramOptions = {}) {
    super(routine, Routine, "CreateRoutine");
    this.ifNotExists = options.ifNotExists === true;
    this.orReplace = options.orReplace ?? routine.options.orReplace === true;
  }

  override _acceptDdl(compiler: DdlCompiler): string {
    return compiler.visitCreateRoutine(this);
  }
}

/** DROP FUNCTION, DROP PROCEDURE */
export class DropRoutine extends ProgramDdl<Routine> {
  readonly ifExists: boolean;
  readonly cascade: boolean;

  constructor(routine: Routine, options: DropProgramOptions = {}) {
    super(routine, Routine, "DropRoutine");
    this.ifExists = options.ifExists === true;
    this.cascade = options.cascade === true;
  }

  override _acceptDdl(compiler: DdlCompiler): string {
    return compiler.visitDropRoutine(this);
  }
}
