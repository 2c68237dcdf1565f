/** The members of the grid, and the service objects of each member. */

import { conflict, memberNotFound } from "../model/answers.js";
import type { Grid, NameLink, Rules } from "../model/rules.js";
import { isObject } from "../model/values.js";
import type { Entity, Json, JsonObject } from "../store/entity.js";
import { memberRestartFunctions, readStatus } from "./service-restart.js";

const memberLink: NameLink = {
  link: "member",
  type: "member",
  field: "host_name",
  notFound: memberNotFound,
};

const member: Rules = {
  type: "member",
  internal: "one.virtual_node",
  key: (_member, grid, before) => before?.key ?? `one.virtual_node$${grid.serial("one.virtual_node")}`,
  name: ({ values }) => [String(values["host_name"])],
  defaults: { platform: "VNIOS", config_addr_type: "IPV4", service_type_configuration: "ALL_V4" },
  functions: { ...memberRestartFunctions, create_token: tokens, read_token: tokens },

  beforeCreate(draft, grid) {
    const name = String(draft.values["host_name"]);
    // Guess member-exists-sentence (open; cannot): the sentence.
    if (grid.find("member", "host_name", name).length > 0) throw conflict(`Member '${name}' already exists.`);
  },
  afterCreate(entity, _draft, grid) {
    for (const type of companionTypes) grid.create(type, {}, { member: entity.id });
  },
  beforeDelete(entity, _args, grid) {
    if (isMaster(entity, grid)) {
      // Guess master-stays-sentence (open; cannot): the sentence. A grid always has a master.
      throw conflict(`Cannot delete the Grid Master '${String(entity.values["host_name"])}'.`);
    }
    for (const type of companionTypes) {
      for (const companion of grid.linked(type, "member", entity.id)) grid.delete(companion);
    }
  },

  read: {
    is_master: (entity, { grid }) => isMaster(entity, grid),
    active_position: () => "0",
    is_dscp_capable: () => false,
  },
  matches: {
    ipv4_address: ({ values }, { value }) => addressOf(values["vip_setting"], "address") === value,
    ipv6_address: ({ values }, { value }) => addressOf(values["ipv6_setting"], "virtual_ip") === value,
  },
};

/** What a new node presents to join as this member. Guess join-token (open; cannot): the members of the structure. */
function tokens(entity: Entity, _parameters: JsonObject, grid: Grid): JsonObject {
  const day = 24 * 60 * 60;
  const token = Buffer.from(entity.key).toString("hex");
  return { pnode_tokens: [{ physical_oid: "0", token, token_exp_date: grid.clock.seconds() + day }] };
}

/** The first member is the master. */
function isMaster(entity: Entity, grid: Grid): boolean {
  return grid.first("member").id === entity.id;
}

function addressOf(setting: Json | undefined, part: string): Json | undefined {
  return isObject(setting) ? setting[part] : undefined;
}

/**
 * Objects that are created and deleted with a member, by internal name, with their fields for the member and its
 * addresses.
 */
const companions = {
  "member:dns": {
    internal: "dns.member_dns_properties",
    name: "host_name",
    ipv4: "ipv4addr",
    ipv6: "ipv6addr",
  },
  "member:dhcpproperties": {
    internal: "dns.member_dhcp_properties",
    name: "host_name",
    ipv4: "ipv4addr",
    ipv6: "ipv6addr",
  },
  "member:filedistribution": {
    internal: "one.member_file_distribution",
    name: "host_name",
    ipv4: "ipv4_address",
    ipv6: "ipv6_address",
  },
  restartservicestatus: {
    internal: "one.restart_service_status",
    name: "member",
    ipv4: undefined,
    ipv6: undefined,
  },
} as const;

const companionTypes = Object.keys(companions);

/** Guess member-services (open; cannot): members run DNS and DHCP, like those of a grid in use. */
const servicesOn = { enable_dns: true, enable_dhcp: true, enable_dhcpv6_service: true };

function companionRules([type, { internal, name, ipv4, ipv6 }]: [string, Companion]): Rules {
  return {
    type,
    internal,
    names: { [name]: memberLink },
    key: (_companion, grid, before) => before?.key ?? `${internal}$${grid.serial(internal)}`,
    name: (companion, grid) => [String(grid.read(companion, name))],
    defaults: servicesOn,
    read: {
      ...(type === "restartservicestatus" && readStatus),
      ...(ipv4 && {
        [ipv4]: (companion, { grid }) => memberAddress(companion, "vip_setting", "address", grid),
      }),
      ...(ipv6 && {
        [ipv6]: (companion, { grid }) => memberAddress(companion, "ipv6_setting", "virtual_ip", grid),
      }),
    },
  };
}

interface Companion {
  readonly internal: string;
  readonly name: string;
  readonly ipv4: string | undefined;
  readonly ipv6: string | undefined;
}

function memberAddress(companion: Entity, setting: string, part: string, grid: Grid): Json | undefined {
  return addressOf(grid.get(companion.links["member"])?.values[setting], part);
}

export const memberRules: readonly Rules[] = [member, ...Object.entries(companions).map(companionRules)];
