/** Reports about members: `upgradestatus` and `capacityreport`. No upgrade is ever under way. */

import { searchParameterMissing } from "../model/answers.js";
import type { Condition, Grid, Row, Rules } from "../model/rules.js";
import type { Entity, JsonObject } from "../store/entity.js";

/**
 * The grid has room for this many objects by its own account. Guess capacity (open; cannot): a mid-sized appliance's.
 */
const capacity = 440_000;

/** Rules of a report whose rows are created on each read. `argument` is a required search argument. */
function report(type: string, argument: string, rowsOf: (grid: Grid) => readonly JsonObject[]): Rules {
  const rows = (grid: Grid): Row[] =>
    rowsOf(grid).map((values, index) => ({ type, id: 0, key: `one.${type}$${index}`, links: {}, values }));
  return {
    type,
    rows(conditions: readonly Condition[], grid) {
      if (!conditions.some(({ field }) => field === argument)) throw searchParameterMissing(argument);
      return { rows: rows(grid) };
    },
    row: (key, grid) => rows(grid).find((row) => row.key === key),
    name: ({ values }) => [String(values["name"] ?? values["member"] ?? values["type"])],
  };
}

const idle: JsonObject = {
  distribution_state: "NONE",
  element_status: "WORKING",
  grid_state: "DEFAULT",
  group_state: "GROUP_NONE",
  ha_status: "NOT_CONFIGURED",
  hotfixes: [],
  reverted: false,
  status_value: "NO_STATUS",
  steps: [],
  steps_completed: 0,
  steps_total: 0,
  upgrade_state: "NONE",
  upgrade_test_status: "NONE",
};

function upgradeRows(grid: Grid): JsonObject[] {
  const members = [...grid.all("member")].map(hostName);
  return [
    { ...idle, type: "GRID" },
    { ...idle, type: "GROUP", upgrade_group: "Default" },
    ...members.map((member) => ({ ...idle, type: "VNODE", member })),
    ...members.map((member) => ({ ...idle, type: "PNODE", member })),
  ];
}

/** All members hold the whole database. */
function capacityRows(grid: Grid): JsonObject[] {
  const counts = [...grid.store.types()].map((type) => ({ count: grid.store.count(type), type_name: type }));
  const total = grid.store.size;
  return [...grid.all("member")].map((member, index) => ({
    name: hostName(member),
    role: index === 0 ? "Grid Master" : "Grid Member",
    max_capacity: capacity,
    object_counts: counts,
    percent_used: Math.floor((100 * total) / capacity),
    total_objects: total,
  }));
}

function hostName({ values }: Entity): string {
  return String(values["host_name"]);
}

export const memberReportRules: readonly Rules[] = [
  report("upgradestatus", "type", upgradeRows),
  report("capacityreport", "name", capacityRows),
];
