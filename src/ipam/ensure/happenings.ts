import type { Happening } from "../settings/events.js";
import type { Ensured, EnsuredOne, EnsureOneOptions, EnsureOptions } from "./description.js";

export function ensured(options: EnsureOptions): (result: Ensured) => readonly Happening[] {
  return ({ objects }) => {
    if (options.dryRun) return [];
    return objects.flatMap(({ action, object, key }): Happening[] =>
      action === "none" ? [] : [[ensuredEvents[action], object ?? key]],
    );
  };
}

const ensuredEvents = { create: "allocated", update: "changed", delete: "released" } as const;

export function ensuredOne(options: EnsureOneOptions): (result: EnsuredOne<unknown>) => readonly Happening[] {
  return ({ created, changed: isChanged, object }) => {
    if (options.dryRun || !object) return [];
    if (created) return [["allocated", object]];
    return [[isChanged ? "changed" : "adopted", object]];
  };
}
