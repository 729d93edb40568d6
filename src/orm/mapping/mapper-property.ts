import type { InstanceState } from "../state/instance-state.ts";
import type { CascadeOptions } from "../relationship/cascade.ts";
import { NO_CASCADES } from "../relationship/cascade.ts";
import { defineAccessor } from "../attributes/define-accessors.ts";
import type { Mapper } from "./mapper.ts";

/** How an attribute is loaded when no loader option says otherwise; the loading package reads it. */
export type StrategyKey = string;

/**
 * One mapped attribute, as its mapper knows it: a column, a relationship, a synonym, a composite.
 * @see https://docs.sqlalchemy.org/en/21/orm/internals.html#sqlalchemy.orm.MapperProperty
 */
export abstract class MapperProperty {
  /** the attribute's name; set when the property is added to a mapper */
  key = "";
  /** the mapper it belongs to: of the class that declares it, or of a subclass that inherited a copy */
  parent!: Mapper;
  readonly cascade: CascadeOptions = NO_CASCADES;
  /** anything that the program wants to keep with it */
  readonly info: Record<string, unknown> = {};
  /** a comment for the reader of the model */
  doc: string | null = null;
  /** For the loading package: what it made for this property. @internal */
  _strategies: Map<StrategyKey, unknown> | null = null;
  #configured = false;

  get isColumn(): boolean {
    return false;
  }

  get isRelationship(): boolean {
    return false;
  }

  get isSynonym(): boolean {
    return false;
  }

  get isComposite(): boolean {
    return false;
  }

  /** The default loading strategy: "column", "deferred", "select", "joined", … */
  get strategyKey(): StrategyKey {
    return "column";
  }

  get _configured(): boolean {
    return this.#configured;
  }

  /** Gives the property its place. */
  setParent(mapper: Mapper, key: string): void {
    this.parent = mapper;
    this.key = key;
  }

  /** Makes the attribute implementations on the class of a mapper (the parent, or one that inherits). */
  abstract instrumentClass(mapper: Mapper): void;

  /** Defines reading and setting on the prototype of a class. */
  defineOn(prototype: object, className: string): void {
    defineAccessor(prototype, className, this.key);
  }

  /** The second phase, when every mapper is known. */
  init(): void {
    if (this.#configured) return;
    this.doInit();
    this.#configured = true;
  }

  protected doInit(): void {}

  /** The objects that a cascade goes on to from here. */
  cascadeIterator(_type: CascadeType, _state: InstanceState, _visited: Set<InstanceState>, _haltOn: HaltOn | null): readonly CascadeStep[] {
    return [];
  }

  /** "Film.title" */
  toString(): string {
    return `${this.parent?.name ?? "?"}.${this.key}`;
  }
}

export type CascadeType = "save-update" | "merge" | "delete" | "refresh-expire" | "expunge" | "delete-orphan";
export type HaltOn = (state: InstanceState) => boolean;

/** One object that a cascade reaches. */
export interface CascadeStep {
  readonly obj: object;
  readonly mapper: Mapper;
  readonly state: InstanceState;
}
