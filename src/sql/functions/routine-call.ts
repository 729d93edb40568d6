import { ArgumentError } from "../../errors.ts";
import { clauseOf } from "../base/coercions.ts";
import { EXECUTABLE_FIELDS, ExecutableClause } from "../base/executable.ts";
import { StatementRole } from "../base/roles.ts";
import type { Field } from "../base/traversal.ts";
import type { SqlCompiler } from "../compiler/sql-compiler.ts";
import { forParts, type VisitOptions } from "../compiler/visit-options.ts";
import { BindParameter } from "../elements/bind-parameter.ts";
import { callFunctionSlot, callProcedureSlot, type Routine } from "../schema/routine.ts";
import { NULLTYPE } from "../types/null-type.ts";
import { TypeEngine } from "../types/type-engine.ts";
import { FUNCTION_FIELDS, FunctionElement } from "./function-element.ts";

/** A call of a function that is managed as part of the schema: its name goes by the rules of the schema's names. */
class RoutineCall<V> extends FunctionElement<V> {
  static override readonly fields: readonly Field[] = [...FUNCTION_FIELDS, ["routine", "identity"], ["type", "type"]];

  readonly routine: Routine;
  override readonly name: string;
  override type: TypeEngine<V>;

  constructor(routine: Routine, args: readonly unknown[]) {
    super(args, routine.name);
    this.routine = routine;
    this.name = routine.name;
    this.type = (routine.returns instanceof TypeEngine ? routine.returns : NULLTYPE) as TypeEngine<V>;
    (this as { _hasArgs: boolean })._hasArgs = true;
  }

  override accept(compiler: SqlCompiler, options: VisitOptions): string {
    const { addToResultMap } = options;
    const rest = forParts(options);
    addToResultMap?.(this.name, this.name, [this, ...(options.resultMapTargets ?? [])], this.type as TypeEngine<unknown>);
    return compiler.preparer.formatTable(this.routine) + compiler.process(this.clauseExpr, rest);
  }
}

/** CALL: runs a procedure. */
class ProcedureCall extends ExecutableClause {
  static override readonly fields: readonly Field[] = [["fn", "clause"], ...EXECUTABLE_FIELDS];

  readonly fn: RoutineCall<unknown>;

  constructor(fn: RoutineCall<unknown>) {
    super();
    this.fn = fn;
  }

  override get _roles(): number {
    return StatementRole.bit;
  }

  override accept(compiler: SqlCompiler, options: VisitOptions): string {
    return `CALL ${compiler.process(this.fn, options)}`;
  }
}

/** Plain values have the types of the parameters that they are given for. */
function bound(routine: Routine, args: readonly unknown[]): readonly unknown[] {
  const inputs = routine._inputs;
  const last = inputs.at(-1);
  const required = inputs.filter(({ default: otherwise, mode }) => otherwise === undefined && mode !== "variadic").length;
  if (args.length < required || (args.length > inputs.length && last?.mode !== "variadic")) {
    throw new ArgumentError(
      `The ${routine.kind} "${routine.name}" takes ${inputs.length} arguments (${inputs.map(({ name }) => name).join(", ")}), but was given ${args.length}.`,
    );
  }
  return args.map((arg, i) => {
    const parameter = inputs[Math.min(i, inputs.length - 1)]!;
    if (arg === undefined)
      throw new ArgumentError(
        `undefined was given for the parameter "${parameter.name}" of the ${routine.kind} "${routine.name}": use null for NULL.`,
      );
    if (clauseOf(arg) !== null) return arg;
    return new BindParameter<unknown>(parameter.name, arg, parameter.type instanceof TypeEngine ? parameter.type : NULLTYPE, true);
  });
}

callFunctionSlot.fill((routine, args) => new RoutineCall<unknown>(routine, bound(routine, args)));
callProcedureSlot.fill((routine, args) => new ProcedureCall(new RoutineCall<unknown>(routine, bound(routine, args))));
