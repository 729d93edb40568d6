// Names, texts and words of triggers and routines. Their bodies are SQL by contract.
import {
  type ClauseElement,
  Column,
  CreateRoutine,
  CreateTrigger,
  DropRoutine,
  DropTrigger,
  MetaData,
  Routine,
  type RoutineOptions,
  t,
  Table,
  Trigger,
  type TriggerOptions,
} from "athanor";
import type { Sink } from "./sink.ts";

const BODY = { sqlite: "SELECT 1;", postgresql: "BEGIN RETURN NEW; END", mysql: "SET @x = 1;", default: "SELECT 1;" };
const things = (name = "things", column = "x"): object => new Table(name, new MetaData(), { x: new Column(column, t.integer()) });

function trigger(name: string, options: Partial<TriggerOptions> = {}, table = things()): Trigger {
  return new Trigger(name, table, { timing: "after", events: "insert", body: BODY, ...options });
}
function routine(name: string, options: Partial<RoutineOptions> = {}): Routine {
  return new Routine(name, null, {
    returns: t.integer(),
    body: { ...BODY, postgresql: "BEGIN RETURN 1; END", mysql: "RETURN 1" },
    ...options,
  } as never) as Routine;
}

/** A trigger that calls a function, as those of PostgreSQL do. */
const calls = (options: Partial<TriggerOptions>): ClauseElement => new CreateTrigger(trigger("tr", { execute: "f", ...options }));
const made = (options: object): ClauseElement => new CreateRoutine(routine("r", options as RoutineOptions));

export const PROGRAMS: readonly Sink[] = [
  {
    name: "Trigger",
    protection: "quoted",
    families: ["sqlite", "mysql"],
    build: (name) => [new CreateTrigger(trigger(name)), new DropTrigger(trigger(name))],
  },
  {
    name: "Trigger that calls a function",
    protection: "quoted",
    families: ["postgresql"],
    build: (name) => [new CreateTrigger(trigger(name, { execute: "f" })), new DropTrigger(trigger(name, { execute: "f" }))],
  },
  {
    name: "Trigger, its table",
    protection: "quoted",
    families: ["sqlite", "mysql"],
    build: (name) => new CreateTrigger(trigger("tr", {}, things(name))),
  },
  {
    name: "Trigger({ of })",
    protection: "quoted",
    families: ["sqlite", "postgresql"],
    build: (name) => new CreateTrigger(trigger("tr", { events: "update", of: ["x"], execute: "f" }, things("things", name))),
  },
  {
    name: "Trigger({ execute })",
    protection: "quoted",
    families: ["postgresql"],
    // the dots stand between names
    build: (name) => calls({ execute: name.replaceAll(".", "_") }),
    encodes: true,
  },
  { name: "Trigger({ arguments })", protection: "literal", families: ["postgresql"], build: (text) => calls({ arguments: [text] }) },
  {
    name: "Trigger({ referencing })",
    protection: "quoted",
    families: ["postgresql"],
    build: (name) => calls({ forEach: "statement", referencing: { newTable: name, oldTable: "a" } }),
  },
  {
    name: "Trigger({ timing })",
    protection: "validated",
    passes: ["after"],
    families: ["sqlite", "mysql"],
    build: (timing) => new CreateTrigger(trigger("tr", { timing: timing as "after" })),
  },
  {
    name: "Trigger({ events })",
    protection: "validated",
    passes: ["insert"],
    families: ["sqlite", "mysql"],
    build: (events) => new CreateTrigger(trigger("tr", { events: events as "insert" })),
  },
  {
    name: "Trigger({ forEach })",
    protection: "validated",
    ignores: true,
    families: ["sqlite", "postgresql", "mysql"],
    build: (forEach) => calls({ forEach: forEach as "row" }),
  },
  {
    name: "Trigger({ initially })",
    protection: "validated",
    passes: ["DEFERRED"],
    families: ["postgresql"],
    build: (initially) => calls({ constraint: true, deferrable: true, initially: initially as "DEFERRED" }),
  },
  {
    name: "Trigger({ follows })",
    protection: "quoted",
    families: ["mysql"],
    build: (follows) => new CreateTrigger(trigger("tr", { follows })),
  },
  {
    name: "Trigger({ precedes })",
    protection: "quoted",
    families: ["mysql"],
    build: (precedes) => new CreateTrigger(trigger("tr", { precedes })),
  },
  {
    name: "Routine",
    protection: "quoted",
    families: ["postgresql", "mysql"],
    build: (name) => [new CreateRoutine(routine(name)), new DropRoutine(routine(name))],
  },
  { name: "Routine({ schema })", protection: "quoted", families: ["postgresql", "mysql"], build: (schema) => made({ schema }) },
  {
    name: "Routine({ parameters }), a name",
    protection: "quoted",
    families: ["postgresql", "mysql"],
    build: (name) => made({ parameters: { [name]: t.integer() } }),
  },
  {
    name: "Routine({ parameters: { mode } })",
    protection: "validated",
    passes: ["in"],
    families: ["postgresql", "mysql"],
    build: (mode) => made({ parameters: { p: { type: t.integer(), mode } } }),
  },
  {
    name: "Routine({ kind })",
    protection: "validated",
    passes: ["function"],
    families: ["postgresql", "mysql"],
    build: (kind) => made({ kind }),
  },
  { name: "Routine({ comment })", protection: "literal", families: ["mysql"], build: (comment) => made({ comment }) },
  {
    name: "Routine({ language })",
    protection: "validated",
    passes: ["plpgsql"],
    families: ["postgresql"],
    build: (language) => made({ language }),
  },
  {
    name: "Routine({ volatility })",
    protection: "validated",
    passes: ["stable"],
    families: ["postgresql"],
    build: (volatility) => made({ volatility }),
  },
  {
    name: "Routine({ parallel })",
    protection: "validated",
    passes: ["safe"],
    families: ["postgresql"],
    build: (parallel) => made({ parallel }),
  },
  {
    name: "Routine({ security })",
    protection: "validated",
    passes: ["definer"],
    families: ["postgresql", "mysql"],
    build: (security) => made({ security }),
  },
  {
    name: "Routine({ sqlData })",
    protection: "validated",
    passes: ["no sql"],
    form: /^(?:contains|no|reads|modifies) sql(?: data)?$/i,
    families: ["mysql"],
    build: (sqlData) => made({ sqlData }),
  },
];
