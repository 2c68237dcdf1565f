/** The kinds of DNS records, each with its WAPI object type and fields. */
export const recordKinds = {
  A: { type: "record:a", fields: ["ipv4addr"] },
  AAAA: { type: "record:aaaa", fields: ["ipv6addr"] },
  PTR: { type: "record:ptr", fields: ["ptrdname", "ipv4addr", "ipv6addr"] },
  CNAME: { type: "record:cname", fields: ["canonical"] },
  TXT: { type: "record:txt", fields: ["text"] },
  MX: { type: "record:mx", fields: ["preference", "mail_exchanger"] },
  SRV: { type: "record:srv", fields: ["priority", "weight", "port", "target"] },
  NS: { type: "record:ns", fields: ["nameserver"] },
  CAA: { type: "record:caa", fields: ["ca_flag", "ca_tag", "ca_value"] },
} as const;

/** A kind of DNS record, as in a zone file. */
export type RecordKind = keyof typeof recordKinds;

/** All kinds of DNS records. */
export const recordTypes = Object.keys(recordKinds) as RecordKind[];

/** The object types of DNS records. */
export type RecordType = (typeof recordKinds)[RecordKind]["type"];
