/** Tasks that `_schedinfo` creates. scheduling.ts creates them and carries them out. */

import type { Draft, Rules } from "../model/rules.js";
import type { Entity } from "../store/entity.js";

export const scheduledtaskRules: Rules = {
  type: "scheduledtask",
  internal: "one.scheduled_task",
  key: ({ values }: Draft | Entity) => `one.scheduled_task$${String(values["task_id"])}`,
  name: ({ values }) => [String(values["task_id"]), String(values["execution_status"])],
  /** `execute_now` brings the time forward; the task runs before the next request. */
  beforeUpdate(draft, _before, grid) {
    if (draft.given.has("execute_now") && draft.values["execute_now"] === true) {
      draft.values["scheduled_time"] = grid.clock.seconds();
    }
  },
};
