import type { MaybePromise } from "../../engine/driver.ts";
import { Result } from "../../engine/result/result.ts";
import type { FlowGuard } from "./flow-guard.ts";
import { OrmExecuteState } from "./orm-execute-state.ts";
import type { Session } from "./session.ts";
import type { SessionDispatcher } from "./session-events.ts";
import type { AnnouncedLoad, OwnLoad } from "./session-internals.ts";

/** What is needed of the session that loads. */
interface Loading {
  readonly face: Session;
  readonly guard: FlowGuard;
  readonly dispatch: SessionDispatcher;
  readonly executionOptions: Readonly<Record<string, unknown>>;
}

/** Lets the listeners to `doOrmExecute` change a load of the ORM's own, or answer it themselves. Where none has to be waited for, nothing is. */
export function announceLoad(session: Loading, load: OwnLoad): MaybePromise<AnnouncedLoad> {
  const state = new OrmExecuteState(
    session.face,
    load.statement,
    load.params,
    true,
    session.executionOptions,
    load.executionOptions,
    (each, inner) => session.guard.run("invokeStatement()", async () => load.run(inner, each.localExecutionOptions)),
    load.kind,
  );
  return tell(session, state, session.dispatch.on.doOrmExecute ?? [], 0);
}

function tell(
  session: Loading,
  state: OrmExecuteState,
  listeners: readonly ((state: OrmExecuteState) => unknown)[],
  from: number,
): MaybePromise<AnnouncedLoad> {
  for (let i = from; i < listeners.length; i += 1) {
    const given = session.guard.lendOnce(() => listeners[i]!(state));
    if (given instanceof Promise)
      return given.then((answer) =>
        answer instanceof Result ? outcome(state, answer as Result<unknown>) : tell(session, state, listeners, i + 1),
      );
    if (given instanceof Result) return outcome(state, given as Result<unknown>);
  }
  return outcome(state, null);
}

function outcome(state: OrmExecuteState, given: Result<unknown> | null): AnnouncedLoad {
  return { statement: state.statement, executionOptions: state.localExecutionOptions, given };
}
