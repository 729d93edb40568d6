import { KEYS_PER_STATEMENT } from "../loading/keys-per-statement.ts";
import type { IdentityKey } from "./identity-key.ts";

/** How many objects are peers of one another: as many as a statement has keys, so that what is loaded for all of them is one statement. */
const PEERS = KEYS_PER_STATEMENT;

/**
 * Objects that belong together because one statement brought them, in the same place of its rows: what is asked for one of them is
 * loaded for all. It has their identities and not the objects, so that an object that the program keeps keeps no others.
 */
export class Peers {
  /** the run of loading that made it */
  readonly run: number;
  readonly ids: IdentityKey["id"][] = [];

  constructor(run: number) {
    this.run = run;
  }

  get isFull(): boolean {
    return this.ids.length >= PEERS;
  }
}
