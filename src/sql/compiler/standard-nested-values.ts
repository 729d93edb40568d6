import type { NestedValues } from "../base/nested-values.ts";

/** Rows within rows by the functions of the SQL standard, for databases of which no more is known: values are what JSON makes of them. */
export const STANDARD_NESTED_VALUES: NestedValues = {
  order: "aggregate",
  maxArguments: 100,
  keepOrder: "",
  write: (_value, sql) => sql,
  read: () => null,
  row: (values) => `JSON_ARRAY(${values.join(", ")} NULL ON NULL)`,
  embed: (subquery) => subquery,
  aggregate: ({ row, orderBy }) => `JSON_ARRAYAGG(${row}${orderBy})`,
  rows: (json) => (json === null ? [] : (json as readonly unknown[])),
};
