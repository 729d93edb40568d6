import { select } from "../selectable/select.ts";
import { selectFunctionSlot } from "./function-element.ts";

selectFunctionSlot.fill((element) => select(element) as never);
