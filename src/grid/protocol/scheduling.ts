/**
 * Scheduled writes: `_schedinfo.scheduled_time` on a write creates a `scheduledtask` that carries it out later.
 *
 * A task that is due is carried out before the next request. Clients can't distinguish that from a task carried out on
 * time.
 */

import { badArgument, conflict, Refusal } from "../model/answers.js";
import type { Grid } from "../model/rules.js";
import { schemaAt } from "../model/versions.js";
import type { Entity, Json, JsonObject } from "../store/entity.js";
import { type Call, type CallResult, numberOption, switchOption } from "./wire.js";

type Perform = (call: Call, grid: Grid) => CallResult;

const waiting = "WAITING_EXECUTION";

export function isScheduled({ method, options }: Call): boolean {
  return method !== "GET" && (options["_schedinfo.scheduled_time"] !== undefined || isForNow(options));
}

function isForNow(options: Call["options"]): boolean {
  return switchOption(options, "_schedinfo.schedule_now");
}

/** Checks the write by carrying it out and undoing it, and stores it as a task. The answer is the task's reference. */
export function schedule(call: Call, grid: Grid, perform: Perform): CallResult {
  const { target, options } = call;
  const type = target.kind === "root" ? "" : target.type;
  if (schemaAt(type, call.version)?.restrictions.includes("scheduling")) {
    throw conflict(`${type} does not support scheduling.`);
  }
  const now = grid.clock.seconds();
  const time = isForNow(options) ? now : (numberOption(options, "_schedinfo.scheduled_time") ?? now);
  if (time < now) throw badArgument("_schedinfo.scheduled_time", "Invalid value, must be in the future");
  const later = withoutSchedule(call);
  rehearse(() => perform(later, grid), grid);
  const task = grid.create("scheduledtask", {
    approval_status: "NONE",
    changed_objects: [{ action: actions[call.method], object_type: type }],
    execution_status: waiting,
    scheduled_time: time,
    submit_time: now,
    submitter: grid.user,
    task_id: grid.serial("scheduledtask") + 1,
    task_type: "OBJECT_CHANGE",
    _call: later as unknown as JsonObject,
  });
  return { status: call.method === "POST" ? 201 : 200, result: grid.ref(task) };
}

const actions = { GET: "None", POST: "Add", PUT: "Modify", DELETE: "Delete" } as const;

function withoutSchedule(call: Call): Call {
  const kept = Object.entries(call.options).filter(([name]) => !name.startsWith("_schedinfo"));
  return { ...call, options: Object.fromEntries(kept) };
}

const undo = new Error("rehearsed");

function rehearse(work: () => void, grid: Grid): void {
  try {
    grid.transaction(() => {
      work();
      throw undo;
    });
  } catch (error) {
    if (error !== undo) throw error;
  }
}

/** Carries out the tasks that are due, oldest first. */
export function runDueTasks(grid: Grid, perform: Perform): void {
  if (grid.store.count("scheduledtask") === 0) return;
  const now = grid.clock.seconds();
  for (const task of grid.find("scheduledtask", "execution_status", waiting)) {
    if (Number(task.values["scheduled_time"]) <= now) runTask(task, grid, perform);
  }
}

function runTask(task: Entity, grid: Grid, perform: Perform): void {
  const call = task.values["_call"] as unknown as Call;
  const done: Record<string, Json> = { execution_time: grid.clock.seconds(), execution_status: "COMPLETED" };
  try {
    grid.transaction(() => perform(call, grid));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    done["execution_status"] = "FAILED";
    done["execution_details"] = [error.text];
  }
  grid.transaction(() => grid.update(task, done));
}
