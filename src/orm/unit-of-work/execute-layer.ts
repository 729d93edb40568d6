import type { Connection } from "../../engine/connection.ts";
import { runTogether } from "../../engine/together.ts";
import type { Mapper } from "../mapping/mapper.ts";
import { byToken, tokensAreUsed } from "../state/identity-token.ts";
import type { InstanceState } from "../state/instance-state.ts";
import { DeleteAll, type FlushAction, SaveUpdateAll } from "./flush-actions.ts";
import type { UowTransaction } from "./unit-of-work.ts";

/** Runs the actions of a layer in their order. Those that write different tables need not wait for each other's answers. */
export function executeLayer(layer: readonly FlushAction[], uow: UowTransaction): Promise<void> | undefined {
  let writers = 0;
  for (const action of layer) if (firstWritten(action, uow) !== null) writers += 1;
  if (writers > 1 && !hasSeveralTokens(uow)) return executeTogether(layer, uow);
  for (let i = 0; i < layer.length; i++) {
    const done = layer[i]!.execute(uow);
    if (done !== undefined) return executeRest(layer, i + 1, done, uow);
  }
  return undefined;
}

async function executeRest(
  layer: readonly FlushAction[],
  from: number,
  before: Promise<void> | undefined,
  uow: UowTransaction,
): Promise<void> {
  if (before !== undefined) await before;
  for (let i = from; i < layer.length; i++) {
    const done = layer[i]!.execute(uow);
    if (done !== undefined) await done;
  }
}

async function executeTogether(layer: readonly FlushAction[], uow: UowTransaction): Promise<void> {
  let connection: Connection | null = null;
  for (const action of layer) {
    const state = firstWritten(action, uow);
    if (state === null) continue;
    const own = await uow.session.connectionFor(state.mapper.baseMapper, state.identityToken);
    if (hasListeners(state.mapper.baseMapper) || (connection !== null && own !== connection)) return executeRest(layer, 0, undefined, uow);
    connection = own;
  }
  await runTogether(
    connection!,
    layer.map((action) => () => action.execute(uow)),
  );
}

/** A state that an action sends a statement for; null where it sends none. */
function firstWritten(action: FlushAction, uow: UowTransaction): InstanceState | null {
  if (action instanceof SaveUpdateAll) return uow.firstState(action.mapper, false);
  return action instanceof DeleteAll ? uow.firstState(action.mapper, true) : null;
}

/** Objects of several tokens may be on several connections, on which actions would come in each other's way. */
function hasSeveralTokens(uow: UowTransaction): boolean {
  return tokensAreUsed() && byToken([...uow.states.keys()]) !== null;
}

/** Listeners see the statements of one class come to their end before those of the next begin. */
function hasListeners(mapper: Mapper): boolean {
  for (const { dispatch } of mapper.selfAndDescendants) {
    const { beforeInsert, afterInsert, beforeUpdate, afterUpdate, beforeDelete, afterDelete } = dispatch;
    if ((beforeInsert ?? afterInsert ?? beforeUpdate ?? afterUpdate ?? beforeDelete ?? afterDelete) !== null) return true;
  }
  return false;
}
