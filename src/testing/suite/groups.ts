import { compoundGroup } from "./compound.ts";
import { cteGroup } from "./cte.ts";
import { fromGroup } from "./from.ts";
import { functionGroup } from "./functions.ts";
import type { SuiteGroup } from "./group.ts";
import { insertGroup } from "./insert.ts";
import { operatorGroup } from "./operators.ts";
import { rowcountGroup } from "./rowcount.ts";
import { selectGroup } from "./select.ts";
import { updateDeleteGroup } from "./update-delete.ts";
import { upsertGroup } from "./upsert.ts";
import { windowGroup } from "./windows.ts";

/** All groups of the suite, in the order in which they run. */
export const suiteGroups: readonly SuiteGroup[] = [
  selectGroup,
  compoundGroup,
  fromGroup,
  operatorGroup,
  functionGroup,
  windowGroup,
  cteGroup,
  insertGroup,
  updateDeleteGroup,
  upsertGroup,
  rowcountGroup,
];
