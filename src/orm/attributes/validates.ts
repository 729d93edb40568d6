import type { InstanceState } from "../state/instance-state.ts";
import { ArgumentError } from "../../errors.ts";
import { type ClassScan, type Declaration, SCAN } from "../mapping/scan.ts";
import type { AttributeEventToken } from "./attribute-event.ts";
import type { AttributeImpl } from "./attribute-impl.ts";

/** Looks at a value that is set; what it returns is set in its place. It throws when the value may not be. */
export type Validator = (self: never, key: string, value: never, isRemove: boolean) => unknown;

export interface ValidatesOptions {
  /** call it for members that are taken away as well, with `isRemove` true */
  readonly includeRemoves?: boolean;
  /** call it for changes that come from the other side of a relationship too; on */
  readonly includeBackrefs?: boolean;
}

/** What `validates()` gives: the class is told of it when it is scanned. */
export class ValidatesDeclaration implements Declaration {
  readonly names: readonly string[];
  readonly validator: Validator;
  readonly options: ValidatesOptions;

  constructor(names: readonly string[], validator: Validator, options: ValidatesOptions) {
    this.names = names;
    this.validator = validator;
    this.options = options;
  }

  /** Says what the static declares, when its class is mapped. */
  [SCAN](scan: ClassScan): void {
    scan.addValidator(this);
  }
}

type ValidatesArguments =
  | readonly [...names: string[], validator: Validator]
  | readonly [...names: string[], validator: Validator, options: ValidatesOptions];

/**
 * Declares a function that checks or changes values before they are set, as any static of the class.
 * @see https://docs.sqlalchemy.org/en/21/orm/mapped_attributes.html#simple-validators
 * @throws ArgumentError without a name or a function
 * @example
 * static checkEmail = validates("email", (self: User, key: string, value: string) => {
 *   if (!value.includes("@")) throw new Error("an address needs an @");
 *   return value.toLowerCase();
 * });
 */
export function validates(...args: ValidatesArguments): ValidatesDeclaration {
  const rest = [...args] as unknown[];
  const options = typeof rest.at(-1) === "object" ? (rest.pop() as ValidatesOptions) : {};
  const validator = rest.pop();
  if (typeof validator !== "function" || rest.length === 0 || !rest.every((name) => typeof name === "string")) {
    throw new ArgumentError('validates() takes the names of attributes and a function: validates("email", (self, key, value) => value)');
  }
  return new ValidatesDeclaration(rest as string[], validator as Validator, options);
}

/** Makes a validator listen to an attribute. */
export function addValidator(impl: AttributeImpl, declaration: ValidatesDeclaration): void {
  const { includeRemoves = false, includeBackrefs = true } = declaration.options;
  const { key, dispatch } = impl;
  const call = declaration.validator as (self: object, key: string, value: unknown, isRemove: boolean) => unknown;
  const counts = (initiator: AttributeEventToken): boolean => includeBackrefs || initiator.impl === impl;
  const check = (state: InstanceState, value: unknown): unknown => call(state.obj, key, value, false);

  // before everything else that listens: others are told of the value that is set in the end
  dispatch.listen(
    "append",
    (state, value, initiator) => (initiator.op !== "bulkReplace" && counts(initiator) ? check(state, value) : value),
    true,
  );
  dispatch.listen("bulkReplace", (state, values, initiator) => {
    if (counts(initiator)) for (const [i, value] of values.entries()) values[i] = check(state, value);
  });
  dispatch.listen("set", (state, value, _old, initiator) => (counts(initiator) ? check(state, value) : value), true);
  if (includeRemoves) {
    dispatch.listen("remove", (state, value, initiator) => {
      if (counts(initiator)) call(state.obj, key, value, true);
    });
  }
}
