/** What is said of one use of an operator: the escape character of LIKE, the flags of a regular expression, … */
export type Modifiers = Readonly<Record<string, unknown>>;

export const NO_MODIFIERS: Modifiers = Object.freeze({});
