/** Every object type that has rules of its own; all others are what the schema facts say, and no more. */

import type { Rules } from "../rules.js";
import { allRecordsRules } from "./allrecords.js";
import { attributeDefinitionRules } from "./extensibleattributedef.js";
import { gridLevelRules } from "./grid-level.js";
import { hostAddressRules } from "./host-address.js";
import { networkRules } from "./network.js";
import { containerRules } from "./networkcontainer.js";
import { hostRules } from "./record-host.js";
import { nameServerRules } from "./record-ns.js";
import { pointerRules } from "./record-ptr.js";
import { plainRecordRules } from "./record-types.js";
import { viewRules } from "./view.js";
import { vlanRangeRules, vlanRules, vlanViewRules } from "./vlan.js";
import { authZoneRules } from "./zone-auth.js";
import { delegatedZoneRules, forwardZoneRules, responsePolicyZoneRules, stubZoneRules } from "./zones.js";

export const objectRules: readonly Rules[] = [
  // The grid and its administration
  ...gridLevelRules,
  attributeDefinitionRules,
  // The address plan
  ...networkRules,
  ...containerRules,
  // DNS
  viewRules,
  authZoneRules,
  forwardZoneRules,
  delegatedZoneRules,
  stubZoneRules,
  responsePolicyZoneRules,
  hostRules,
  ...hostAddressRules,
  ...plainRecordRules,
  nameServerRules,
  pointerRules,
  allRecordsRules,
  // VLANs
  vlanViewRules,
  vlanRangeRules,
  vlanRules,
];
