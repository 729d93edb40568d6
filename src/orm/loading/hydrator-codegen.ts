import { compileFunction, quoteKey } from "../../util/codegen.ts";
import { identityId } from "../state/identity-key.ts";
import type { ColumnSpec, Hydrator, HydratorSpec } from "./hydrator-spec.ts";
import { populateExisting } from "./populators.ts";
import { SingleKey } from "./single-key.ts";

/**
 * Generates the function that makes objects of one class from the rows of one statement. What the session has already is left to
 * {@link populateExisting}; the straight way is for objects that are new to it.
 */
export function generateHydrator(spec: HydratorSpec): Hydrator {
  const context: Record<string, unknown> = {
    spec,
    base: spec.base,
    manager: spec.manager,
    path: spec.path,
    identityId,
    populateExisting,
    SingleKey,
  };
  const dispatch = spec.manager.dispatch;
  context["dispatch"] = dispatch;

  const value = ({ index, process }: ColumnSpec, name: string): string => {
    if (process === null) return `row[${index}]`;
    context[name] = process;
    return `${name}(row[${index}])`;
  };
  // a key that is NULL is the row's that is not there, whatever its type makes of NULL
  const keyValue = (column: ColumnSpec, name: string): string =>
    column.process === null ? value(column, name) : `(row[${column.index}] === null ? null : ${value(column, name)})`;

  const keyOf = new Map<number, string>();
  const lines: string[] = [];
  const keys = spec.primaryKey.map((column, i) => {
    lines.push(`const k${i} = ${keyValue(column, `pk${i}`)};`);
    keyOf.set(column.index, `k${i}`);
    return `k${i}`;
  });
  lines.push(`if (${keys.map((key) => `${key} === null`).join(" && ")}) return null;`);
  const isSingle = keys.length === 1;
  if (isSingle) lines.push(`const plain = typeof k0 === "number" || typeof k0 === "string";`, `const id = plain ? k0 : identityId([k0]);`);
  else lines.push(`const id = identityId([${keys.join(", ")}]);`);
  lines.push(
    `const known = run.identityMap.find(base, id);`,
    `if (known !== undefined) return populateExisting(spec, row, run, known);`,
    `const state = manager.newInstance();`,
    `const values = state.values;`,
  );
  spec.columns.forEach((column, i) => {
    lines.push(`values[${quoteKey(column.key)}] = ${keyOf.get(column.index) ?? value(column, `p${i}`)};`);
  });
  lines.push(
    isSingle
      ? `state.key = new SingleKey(base, id, plain ? null : [k0]);`
      : `state.key = { mapper: base, id, identity: [${keys.join(", ")}] };`,
    `state._session = run.session;`,
    `state.runId = run.runId;`,
    `state.loadOptions = run.options;`,
    `state.loadPath = path;`,
    `run.identityMap.add(state);`,
  );
  if (spec.place >= 0) lines.push(`if (run.peers !== null) run.join(${spec.place}, state);`);
  if (spec.again) lines.push(`run.meets(spec, state);`);
  spec.joined.forEach((joined, i) => {
    context[`h${i}`] = joined.hydrate;
    if (joined.uselist) lines.push(`run.append(${joined.slot}, state, h${i}(row, run));`);
    else lines.push(`values[${quoteKey(joined.key)}] = h${i}(row, run);`);
  });
  spec.empty.forEach((property, i) => {
    context[`e${i}`] = spec.manager.getImpl(property.key);
    lines.push(`e${i}.setCommittedValue(state, ${property.uselist ? "[]" : "null"});`);
  });
  for (const slot of spec.posts) lines.push(`run.post(${slot}, state, true);`);
  lines.push(`if (dispatch.load !== null || run.announces) (run.loaded ??= []).push(state);`, `return state.obj;`);

  const name = `hydrate/${spec.mapper.name}`;
  const make = compileFunction<() => Hydrator>(
    name,
    [],
    `function one(row, run) {\n${lines.join("\n")}\n}
function all(rows, run) {
const out = new Array(rows.length);
for (let i = 0; i < rows.length; i++) out[i] = one(rows[i], run);
return out;
}
return { one, all };`,
    context,
  );
  return make();
}
