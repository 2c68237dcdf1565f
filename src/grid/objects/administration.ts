/** Users, their groups, roles and permissions, and the caller's own profile. */

import { conflict, dataError } from "../model/answers.js";
import type { Draft, Grid, Rules } from "../model/rules.js";
import type { Entity, Json } from "../store/entity.js";

const admingroup: Rules = {
  type: "admingroup",
  internal: "one.admin_group",
  key: ({ values }) => `one.admin_group$.${String(values["name"])}`,
  beforeUpdate(draft, before, grid) {
    const demoted = before.values["superuser"] === true && draft.values["superuser"] !== true;
    if (demoted && isOwnGroup(before, grid)) {
      throw conflict(`You cannot demote your own group: ${String(before.values["name"])}`);
    }
  },
};

function isOwnGroup(group: Entity, grid: Grid): boolean {
  return grid
    .find("adminuser", "name", grid.user)
    .some((user) => groupsOf(user).includes(String(group.values["name"])));
}

/** Whether the caller is a superuser. Users that are not objects of the grid are superusers. */
export function isSuperuser(grid: Grid): boolean {
  const [user] = grid.find("adminuser", "name", grid.user);
  if (!user) return true;
  return groupsOf(user).some((name) =>
    grid.find("admingroup", "name", name).some(({ values }) => values["superuser"] === true),
  );
}

function groupsOf({ values: { admin_groups: groups } }: Draft | Entity): readonly string[] {
  return Array.isArray(groups) ? groups.map(String) : [];
}

const adminuser: Rules = {
  type: "adminuser",
  internal: "one.admin",
  defaults: { status: "ACTIVE" },
  // The grid has different errors for a missing password and for an empty one.
  required: ["name", "admin_groups"],
  read: { status: ({ values }) => (values["disable"] === true ? "DISABLED" : "ACTIVE") },
  beforeCreate(draft) {
    if (draft.requested) checkPassword(draft.values["password"] ?? "");
  },
  beforeUpdate(draft) {
    if (draft.given.has("password")) checkPassword(draft.values["password"] ?? "");
  },
};

function checkPassword(password: Json): void {
  const { length } = String(password);
  if (length === 0) throw dataError("Password cannot be empty.");
  if (length < 4 || length > 64) throw dataError("Password length should be between 4-64 characters.");
}

const permission: Rules = {
  type: "permission",
  internal: "dns.permission",
  key: ({ values }) => {
    const { role, group, resource_type: resource = "", object = "" } = values;
    return `dns.permission$${String(role ?? group)}.${String(resource)}.${String(object)}`;
  },
  name: ({ values }) => [String(values["role"] ?? values["group"]), String(values["permission"])],
};

/** One profile, which shows the caller. */
const userprofile: Rules = {
  type: "userprofile",
  internal: "one.user_profile",
  name: (_profile, grid) => [grid.user],
  defaults: { user_type: "LOCAL" },
  read: {
    name: (_profile, { grid }) => grid.user,
    admin_group: (_profile, { grid }) => groupOfCaller(grid),
    grid_admin_groups: (_profile, { grid }) => [groupOfCaller(grid)],
  },
};

function groupOfCaller(grid: Grid): string {
  const [user] = grid.find("adminuser", "name", grid.user);
  return (user && groupsOf(user)[0]) ?? "admin-group";
}

export const administrationRules: readonly Rules[] = [
  admingroup,
  adminuser,
  { type: "adminrole", internal: "one.role" },
  permission,
  userprofile,
];
