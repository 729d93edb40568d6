/** Which side of a relationship has the foreign key. */
export type RelationshipDirection = "ONETOMANY" | "MANYTOONE" | "MANYTOMANY";

/** The other table refers to this one. */
export const ONETOMANY = "ONETOMANY" as const;
/** This table refers to the other one. */
export const MANYTOONE = "MANYTOONE" as const;
/** A table between both refers to each. */
export const MANYTOMANY = "MANYTOMANY" as const;
