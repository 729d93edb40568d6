import { ArgumentError } from "../../errors.ts";

const NAMES = ["save-update", "merge", "delete", "delete-orphan", "refresh-expire", "expunge"] as const;

/** The name of a cascade. */
export type CascadeName = (typeof NAMES)[number];

/**
 * Which operations on an object go on to the objects of a relationship, parsed from `cascade: "all, delete-orphan"`.
 * @see https://docs.sqlalchemy.org/en/21/orm/cascades.html
 */
export class CascadeOptions {
  readonly saveUpdate: boolean;
  readonly merge: boolean;
  readonly delete: boolean;
  readonly deleteOrphan: boolean;
  readonly refreshExpire: boolean;
  readonly expunge: boolean;

  constructor(names: Iterable<CascadeName>) {
    const set = new Set(names);
    this.saveUpdate = set.has("save-update");
    this.merge = set.has("merge");
    this.delete = set.has("delete");
    this.deleteOrphan = set.has("delete-orphan");
    this.refreshExpire = set.has("refresh-expire");
    this.expunge = set.has("expunge");
  }

  /**
   * Reads a list of names with commas between them; "all" is all but delete-orphan, "none" and "" are none.
   * @throws ArgumentError when a name is not known
   */
  static fromString(text: string): CascadeOptions {
    const names = new Set<CascadeName>();
    for (const part of text.split(",")) {
      const name = part.trim();
      if (name === "" || name === "none") continue;
      if (name === "all") {
        for (const each of NAMES) if (each !== "delete-orphan") names.add(each);
      } else if ((NAMES as readonly string[]).includes(name)) {
        names.add(name as CascadeName);
      } else {
        throw new ArgumentError(
          `${JSON.stringify(name)} is no cascade; there are "all", "none" and ${NAMES.map((n) => JSON.stringify(n)).join(", ")}`,
        );
      }
    }
    return new CascadeOptions(names);
  }

  has(name: CascadeName): boolean {
    switch (name) {
      case "save-update":
        return this.saveUpdate;
      case "merge":
        return this.merge;
      case "delete":
        return this.delete;
      case "delete-orphan":
        return this.deleteOrphan;
      case "refresh-expire":
        return this.refreshExpire;
      default:
        return this.expunge;
    }
  }

  get isEmpty(): boolean {
    return !NAMES.some((name) => this.has(name));
  }

  toString(): string {
    return NAMES.filter((name) => this.has(name)).join(", ");
  }
}

export const NO_CASCADES: CascadeOptions = new CascadeOptions([]);
