// Statements built and compiled per second, beside Kysely's and Drizzle's builders for the same SQL. See README.md.
import { parseArgs } from "node:util";
import { athanor } from "./compile/athanor.mjs";
import { drizzle } from "./compile/drizzle.mjs";
import { kysely } from "./compile/kysely.mjs";
import { statements } from "./compile/statements.mjs";

const { values: options } = parseArgs({
  options: {
    rounds: { type: "string", default: "9" },
    /** milliseconds of processor time for one measurement */
    time: { type: "string", default: "30" },
    /** the same for the warm-up of each: what V8 has not yet optimised says nothing of a program that runs for long */
    warm: { type: "string", default: "1000" },
    dialects: { type: "string", default: "sqlite,postgresql" },
    only: { type: "string", default: Object.keys(statements).join(",") },
    json: { type: "boolean", default: false },
  },
});
const rounds = Number(options.rounds);
const milliseconds = Number(options.time);

/** The same text for what differs by taste: quotes, letter case, placeholders, the table before a column's name, INNER, OUTER and ASC, `x AS x`. */
function plain(sql) {
  return sql
    .toLowerCase()
    .replaceAll(/["`]/g, "")
    .replaceAll(/\$\d+(::\w+)?/g, "?")
    .replaceAll(/\b(users|orders|cities|ranked)\./g, "")
    .replaceAll(/\binner join\b/g, "join")
    .replaceAll(/\bleft outer join\b/g, "left join")
    .replaceAll(/\basc\b/g, "")
    .replaceAll(/\b(\w+) as \1\b/g, "$1")
    .replaceAll(/\s+/g, " ")
    .replaceAll(/ ?([(),=<>]) ?/g, "$1");
}

/** Drizzle puts the conditions of and() and or() into brackets, others only where they need them. */
const withoutBrackets = (sql) =>
  plain(sql)
    .replaceAll(/\bin\(\?(,\?)*\)/g, "in(list)")
    .replaceAll(/[()]/g, " ")
    .replaceAll(/\s+/g, " ")
    .trim();

/** The values without those that only repeat the last one: athanor brings long lists of IN to one of a few lengths. */
const asGiven = (params, { length }) =>
  params.slice(length).every((one) => one === params[length - 1]) ? params.slice(0, length) : params;

function check(key, variants, values) {
  const [[first, wanted], ...others] = variants.map(([name, run]) => [name, run(key, values)]);
  for (const [name, made] of others) {
    if (withoutBrackets(made.sql) !== withoutBrackets(wanted.sql)) {
      throw new Error(`${key} differs:\n${first}: ${wanted.sql}\n${name}: ${made.sql}`);
    }
    if (JSON.stringify(asGiven(made.params, wanted.params)) !== JSON.stringify(wanted.params)) {
      throw new Error(`${key} has other parameters:\n${first}: ${JSON.stringify(wanted.params)}\n${name}: ${JSON.stringify(made.params)}`);
    }
  }
}

let kept = 0;

/** Executions per second of processor time, which other processes on the machine disturb least. */
function measure(run, inputs, time) {
  let done = 0;
  let used = 0;
  const before = process.cpuUsage();
  do {
    for (let i = 0; i < 10; i++) for (const input of inputs) kept += run(input).params.length;
    done += inputs.length * 10;
    const { user, system } = process.cpuUsage(before);
    used = user + system;
  } while (used < time * 1000);
  return (done / used) * 1_000_000;
}

const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
const INPUTS = 50;

const report = [];
for (const dialect of options.dialects.split(",")) {
  const libraries = { athanor: athanor(dialect), kysely: kysely(dialect), drizzle: drizzle(dialect) };
  for (const key of options.only.split(",")) {
    const { title, values } = statements[key];
    const inputs = Array.from({ length: INPUTS }, (_, i) => values(i + 1));
    const { athanor: own, ...peers } = libraries;
    check(
      key,
      [["athanor", own.cold], ["athanor, cached", own.cached], ...Object.entries(peers).map(([name, { cold }]) => [name, cold])],
      inputs[3],
    );

    const runs = [
      ["athanor cold", (input) => own.cold(key, input), inputs],
      ["athanor cached", (input) => own.cached(key, input), inputs],
      ...Object.entries(peers).map(([name, { cold }]) => [`${name} cold`, (input) => cold(key, input), inputs]),
    ];
    for (const [name, library] of Object.entries(libraries)) {
      const reusable = library.reusable(key, inputs[0]);
      if (reusable === null) continue;
      const wanted = own.cold(key, inputs[3]);
      check(
        key,
        [
          ["athanor", () => wanted],
          [`${name}, used again`, (_, input) => reusable.prepare(reusable.values(input))],
        ],
        inputs[3],
      );
      runs.push([`${name} reused`, reusable.prepare, inputs.map((input) => reusable.values(input))]);
    }

    const results = new Map(runs.map(([name]) => [name, []]));
    for (const [, run, input] of runs) measure(run, input, Number(options.warm));
    for (let round = 0; round < rounds; round++) {
      for (const [name, run, input] of runs) results.get(name).push(measure(run, input, milliseconds));
    }
    const medians = Object.fromEntries([...results].map(([name, found]) => [name, median(found)]));
    const best = Math.max(medians["kysely cold"], medians["drizzle cold"]);
    report.push({
      dialect,
      key,
      title,
      ...medians,
      coldRatio: medians["athanor cold"] / best,
      cachedRatio: medians["athanor cached"] / best,
    });
  }
}

const thousands = (n) => (n === undefined ? "–" : `${(n / 1000).toFixed(n < 100_000 ? 1 : 0)}`);
const columns = ["athanor cold", "athanor cached", "athanor reused", "kysely cold", "drizzle cold", "drizzle reused"];
if (options.json) console.log(JSON.stringify(report, null, 2));
else {
  for (const dialect of options.dialects.split(",")) {
    console.log(`\n${dialect}: thousands per second (median of ${rounds} rounds); ratios to the faster of Kysely and Drizzle\n`);
    console.log(`| statement | ${columns.join(" | ")} | cold × | cached × | reused × |`);
    console.log(`|---|${columns.map(() => "---:").join("|")}|---:|---:|---:|`);
    for (const row of report.filter((one) => one.dialect === dialect)) {
      const best = Math.max(row["kysely cold"], row["drizzle cold"]);
      const reused = row["athanor reused"] === undefined ? "–" : (row["athanor reused"] / best).toFixed(1);
      console.log(
        `| ${row.title} | ${columns.map((name) => thousands(row[name])).join(" | ")} | ${row.coldRatio.toFixed(2)} | ${row.cachedRatio.toFixed(1)} | ${reused} |`,
      );
    }
  }
}
if (kept === 0) throw new Error("nothing was made");
