// What the tables are to hold, as plain maps by name; names are never used twice.

export interface UserModel {
  age: number | null;
  addresses: string[];
}

export interface Model {
  users: Map<string, UserModel>;
  /** profiles with the user that they belong to */
  profiles: Map<string, string | null>;
  /** orders with the user that they belong to */
  orders: Map<string, { user: string | null; items: Set<string> }>;
  items: Set<string>;
  /** nodes with their parent */
  nodes: Map<string, string | null>;
}

export function emptyModel(): Model {
  return { users: new Map(), profiles: new Map(), orders: new Map(), items: new Set(), nodes: new Map() };
}

export const copyOf = (model: Model): Model => structuredClone(model);

/** A node and what hangs below it. */
export function subtree(model: Model, name: string): Set<string> {
  const found = new Set([name]);
  for (let before = 0; before !== found.size;) {
    before = found.size;
    for (const [node, parent] of model.nodes) if (parent !== null && found.has(parent)) found.add(node);
  }
  return found;
}

/** The one at a place, counted around and around; null when there is none. */
export function at<T>(list: Iterable<T>, index: number): T | null {
  const all = [...list];
  return all.length === 0 ? null : all[index % all.length]!;
}
