/** The most primary keys in one statement, wherever rows are met by a list of them. */
export const KEYS_PER_STATEMENT = 500;
