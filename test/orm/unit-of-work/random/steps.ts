import fc from "fast-check";

const n = fc.nat(50);

/** What may be done: a verb, and up to three numbers that choose what it is done to. */
export interface Step {
  readonly verb: Verb;
  readonly a: number;
  readonly b: number;
  readonly c: number;
}

/** The verbs, with how often they come. */
const WEIGHTS = {
  addUser: 4,
  addUserByAddress: 1,
  setAge: 3,
  pushAddress: 3,
  addAddressByUser: 2,
  removeAddress: 2,
  moveAddress: 2,
  replaceAddresses: 1,
  clearAddresses: 1,
  setProfile: 2,
  dropProfile: 1,
  addOrder: 3,
  moveOrder: 2,
  orphanOrder: 1,
  deleteOrder: 2,
  deleteUser: 1,
  addItem: 3,
  shareItem: 2,
  removeItem: 2,
  deleteItem: 1,
  addNode: 3,
  moveNode: 2,
  deleteNode: 1,
  expungePending: 1,
  mergeUser: 1,
  expireUser: 1,
  query: 2,
  identity: 1,
  flush: 3,
  commit: 2,
  rollback: 2,
  savepoint: 2,
  rollbackSavepoint: 2,
  releaseSavepoint: 1,
  forget: 1,
} as const;

export type Verb = keyof typeof WEIGHTS;

const verbs = fc.oneof(...Object.entries(WEIGHTS).map(([verb, weight]) => ({ weight, arbitrary: fc.constant(verb as Verb) })));

export const step: fc.Arbitrary<Step> = fc.record({ verb: verbs, a: n, b: n, c: n });
