/** Every object type with its own rules. All other types follow the schema facts alone. */

import type { Rules } from "../model/rules.js";
import { administrationRules } from "./administration.js";
import { allRecordsRules } from "./allrecords.js";
import { anyAddressRules } from "./any-address.js";
import { bulkHostRules } from "./bulkhost.js";
import { trafficControlRules } from "./dtc.js";
import { topologyRules } from "./dtc-topology.js";
import { attributeDefinitionRules } from "./extensibleattributedef.js";
import { fileopRules } from "./fileop.js";
import { fixedAddressRules } from "./fixedaddress.js";
import { gridLevelRules } from "./grid-level.js";
import { hostAddressRules } from "./host-address.js";
import { identityRules } from "./identities.js";
import { ipamStatisticsRules } from "./ipam-statistics.js";
import { ipv6FixedAddressRules } from "./ipv6fixedaddress.js";
import { leaseRules } from "./lease.js";
import { listingRules } from "./listings.js";
import { macFilterRules } from "./mac-filters.js";
import { memberRules } from "./member.js";
import { memberReportRules } from "./member-reports.js";
import { withNamedUses } from "./named-uses.js";
import { networkRules } from "./network.js";
import { containerRules } from "./networkcontainer.js";
import { networkViewRules } from "./networkview.js";
import { nameServerGroupRules } from "./nsgroups.js";
import { optionSpaceRules } from "./option-spaces.js";
import { rangeRules } from "./range.js";
import { hostRules } from "./record-host.js";
import { nameServerRules } from "./record-ns.js";
import { pointerRules } from "./record-ptr.js";
import { plainRecordRules } from "./record-types.js";
import { roamingHostRules } from "./roaminghost.js";
import { policyRecordRules } from "./rpz-records.js";
import { scheduledtaskRules } from "./scheduledtask.js";
import { searchRules } from "./search.js";
import { serviceRestartRules } from "./service-restart.js";
import { sharedRecordRules } from "./shared-records.js";
import { sharedNetworkRules } from "./sharednetwork.js";
import { templateRules } from "./templates.js";
import { viewRules } from "./view.js";
import { vlanRules } from "./vlan.js";
import { vlanRangeRules, vlanViewRules } from "./vlan-spans.js";
import { authZoneRules } from "./zone-auth.js";
import { delegatedZoneRules, forwardZoneRules, responsePolicyZoneRules, stubZoneRules } from "./zones.js";

export const objectRules: readonly Rules[] = withNamedUses([
  // The grid and its administration
  ...gridLevelRules,
  ...memberRules,
  ...memberReportRules,
  ...serviceRestartRules,
  ...administrationRules,
  attributeDefinitionRules,
  scheduledtaskRules,
  fileopRules,
  searchRules,
  ...listingRules,
  ...identityRules,
  // The address plan
  networkViewRules,
  ...networkRules,
  ...containerRules,
  ipamStatisticsRules,
  ...rangeRules,
  fixedAddressRules,
  ipv6FixedAddressRules,
  ...anyAddressRules,
  leaseRules,
  ...sharedNetworkRules,
  roamingHostRules,
  ...templateRules,
  ...optionSpaceRules,
  ...macFilterRules,
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
  bulkHostRules,
  ...policyRecordRules,
  ...sharedRecordRules,
  allRecordsRules,
  ...nameServerGroupRules,
  // DNS traffic control
  ...topologyRules,
  ...trafficControlRules,
  // VLANs
  vlanViewRules,
  vlanRangeRules,
  vlanRules,
]);
