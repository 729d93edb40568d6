import type { MapperProperty } from "../mapping/mapper-property.ts";
import { isSamePlace } from "./option-paths.ts";
import type { SessionInternals } from "../session/session-internals.ts";
import { tokensAreUsed } from "../state/identity-token.ts";
import type { InstanceState } from "../state/instance-state.ts";
import type { Peers } from "../state/peers.ts";

/**
 * Objects for which an attribute was asked, and with them those of the same results that lack it as well: a loop that asks one object
 * after the other is one statement. What was set, is deleted, or was loaded with other options is left alone.
 * @param asked - objects with the same token that were loaded with the same options
 * @param wanted - whether an object would be loaded in the same way
 */
export function withPeers(
  session: SessionInternals,
  asked: readonly InstanceState[],
  property: MapperProperty,
  wanted: (state: InstanceState) => boolean,
): readonly InstanceState[] {
  const results = new Set<Peers>();
  for (const state of asked) if (state._peers !== null) results.add(state._peers);
  if (results.size === 0) return asked;
  const { key, loadOptions, loadPath } = asked[0]!;
  const base = key!.mapper;
  const { identityToken } = asked[0]!;
  const comparesTokens = tokensAreUsed();
  const all = new Set(asked);
  for (const { ids } of results) {
    for (const id of ids) {
      // what the session no longer has is not found
      const state = session.identityMap.find(base, id);
      if (state === undefined || !state._lacks(property.key)) continue;
      if (comparesTokens && state.identityToken !== identityToken) continue;
      if (state.loadOptions !== loadOptions || !isSamePlace(state.loadPath, loadPath)) continue;
      if (state._deleted || session.deleted.has(state) || state.mapper.props.get(property.key) !== property) continue;
      if (!all.has(state) && wanted(state)) all.add(state);
    }
  }
  return [...all];
}
