// What types of the loaded state would cost the compiler, for docs/design/loaded-state.md: the model of type-budget.mjs as it is, and with
// 150 functions that demand what is loaded and 150 queries that give it, by each of the prototypes of test/types/loaded-state.ts.
//
//   node etc/loaded-state-cost.mjs
import { copyFileSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildPackageInto, compilers, fail, node, root, temporaryFolder } from "./lib.mjs";
import { modelSource } from "./type-budget-model.mjs";

const CLASSES = 150;
const after = (i, by) => (i + by) % CLASSES;

const show = (i, type) => `
export const show${i} = (each: ${type}): string => each.next.previous.map(({ name }) => name).join(each.next.describe());
`;
const query = (i, find, shape) => `
export const page${i} = async (session: S): Promise<string[]> => (await ${find}(session, Entity${i}, ${shape})).map(show${i});
`;
const asked = "{ next: { previous: true } }";
const loaded = "{ next: { previous: true, skip: true }, previous: { next: true } }";

const variants = {
  "the model alone": () => "",
  "a shape, nothing taken away (Marked)": (i) => show(i, `Marked<typeof Entity${i}, ${asked}>`) + query(i, "findMarked", loaded),
  "a shape (Loaded)": (i) => show(i, `Loaded<typeof Entity${i}, ${asked}>`) + query(i, "find", loaded),
  "a shape (Loaded), all of it twice": (i) =>
    [i, `${i}_`]
      .map((n) => (show(i, `Loaded<typeof Entity${i}, ${asked}>`) + query(i, "find", loaded)).replaceAll(/(show|page)\d+/g, `$1${n}`))
      .join(""),
  "names (LoadedByPath)": (i) => show(i, `LoadedByPath<typeof Entity${i}, "next" | "next.previous">`) + query(i, "find", loaded),
  "the same functions and queries without any": (i) =>
    show(i, `Entity${i}`) +
    `
export const page${i} = async (session: S): Promise<string[]> =>
  (await session.scalars(select(Entity${i}).options(
    selectinload(Entity${i}.next).options(selectinload(Entity${after(i, 1)}.previous), selectinload(Entity${after(i, 1)}.skip)),
    selectinload(Entity${i}.previous).selectinload(Entity${after(i, CLASSES - 1)}.next),
  )).all()).map(show${i});
`,
};

const folder = temporaryFolder("loaded-state-cost");
buildPackageInto(join(folder, "athanor"));
mkdirSync(join(folder, "node_modules"));
symlinkSync("../athanor", join(folder, "node_modules/athanor"), "junction");
writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module" }));
copyFileSync(join(root, "test/types/loaded-state.ts"), join(folder, "loaded-state.ts"));
writeFileSync(
  join(folder, "tsconfig.json"),
  JSON.stringify({
    compilerOptions: {
      target: "es2023",
      lib: ["es2023", "esnext.disposable"],
      module: "nodenext",
      allowImportingTsExtensions: true,
      strict: true,
      noUncheckedIndexedAccess: true,
      exactOptionalPropertyTypes: true,
      skipLibCheck: true,
      noEmit: true,
      types: [],
    },
    include: ["model.ts"],
  }),
);

const names = "find, findMarked, type Loaded, type LoadedByPath, type Marked";
for (const [version, compiler] of Object.entries(compilers)) {
  for (const [title, further] of Object.entries(variants)) {
    const more = Array.from({ length: CLASSES }, (_, i) => further(i)).join("");
    const used = title === "the model alone" || title.includes("without") ? "" : `import { ${names} } from "./loaded-state.ts";\n`;
    writeFileSync(join(folder, "model.ts"), `${used}${modelSource({ classes: CLASSES, queries: 600 })}${more}`);
    const output = node([compiler, "-p", folder, "--extendedDiagnostics"]);
    const figure = (name) =>
      Number(new RegExp(`^${name}: +([\\d.]+)`, "m").exec(output)?.[1] ?? fail(`tsc did not print ${name}\n${output}`));
    console.log(
      `TypeScript ${version}: ${figure("Instantiations").toLocaleString("en")} instantiations, ${figure("Types").toLocaleString("en")} types: ${title}`,
    );
  }
}
