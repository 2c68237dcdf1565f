/** The object types of DNS traffic control, with their names in lists over several types. */

/** In `dtc:monitor`. */
export const monitorTypes = {
  "dtc:monitor:http": "HTTP",
  "dtc:monitor:icmp": "ICMP",
  "dtc:monitor:tcp": "TCP",
  "dtc:monitor:pdp": "PDP",
  "dtc:monitor:sip": "SIP",
  "dtc:monitor:snmp": "SNMP",
} as const;

/** In `dtc:object`. Guess dtc-object-words (open; cannot): the words. */
export const trafficControlTypes = {
  "dtc:lbdn": "LBDN",
  "dtc:pool": "POOL",
  "dtc:server": "SERVER",
} as const;
