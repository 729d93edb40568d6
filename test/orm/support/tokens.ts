// Short words for tests of identity tokens.
import { inspect } from "./blog.ts";

/** The execution options of a statement about objects with a token. */
export const under = (identityToken: string | number | bigint | null) => ({ executionOptions: { identityToken } });

/** The token of an object. */
export const token = (object: object): unknown => inspect(object).identityToken;
