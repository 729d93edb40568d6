import type { Mapper } from "../mapping/mapper.ts";
import type { IdentityKey } from "../state/identity-key.ts";

/** The key of an object whose primary key is one column; the array of its values is made when it is asked for. */
export class SingleKey implements IdentityKey {
  readonly mapper: Mapper;
  readonly id: number | string | bigint;
  #identity: readonly unknown[] | null;

  /** @param identity - null when the id is the value itself */
  constructor(mapper: Mapper, id: number | string | bigint, identity: readonly unknown[] | null) {
    this.mapper = mapper;
    this.id = id;
    this.#identity = identity;
  }

  get identity(): readonly unknown[] {
    return (this.#identity ??= [this.id]);
  }
}
