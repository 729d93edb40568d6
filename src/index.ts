/** SQLAlchemy 2 for TypeScript. */
export {};
