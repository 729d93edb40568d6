// What the types cost: a model of 150 circular classes with 600 queries, checked against the package's own declarations by both
// compilers. Type instantiations are counted, not seconds: the number is the same on every machine.
//
//   npm run type-budget
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildPackageInto, compilers, fail, node, temporaryFolder } from "./lib.mjs";
import { modelSource } from "./type-budget-model.mjs";

/** Raise it only for something that users gain by, and say so in the commit. */
const BUDGET = 250_000;

const folder = temporaryFolder("type-budget");
// The declarations of the package are made with every check off; what they say is looked at here.
buildPackageInto(join(folder, "athanor"));
mkdirSync(join(folder, "node_modules"));
symlinkSync("../athanor", join(folder, "node_modules/athanor"), "junction");
writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module" }));
writeFileSync(join(folder, "model.ts"), modelSource({ classes: 150, queries: 600 }));
writeFileSync(
  join(folder, "tsconfig.json"),
  JSON.stringify({
    compilerOptions: {
      target: "es2023",
      lib: ["es2023", "esnext.disposable"],
      module: "nodenext",
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

const over = [];
for (const [version, compiler] of Object.entries(compilers)) {
  const output = node([compiler, "-p", folder, "--extendedDiagnostics"]);
  const figure = (name) =>
    new RegExp(`^${name}: +([\\d.]+)`, "m").exec(output)?.[1] ?? fail(`type-budget: tsc did not print ${name}\n${output}`);
  const instantiations = Number(figure("Instantiations"));
  console.log(
    `TypeScript ${version}: ${instantiations.toLocaleString("en")} instantiations, ${Number(figure("Types")).toLocaleString("en")} types, ${figure("Total time")} s`,
  );
  if (instantiations > BUDGET) over.push(version);
}
if (over.length > 0) fail(`type-budget: over ${BUDGET.toLocaleString("en")} instantiations with TypeScript ${over.join(" and ")}`);
console.log(`type-budget: within ${BUDGET.toLocaleString("en")} instantiations`);
