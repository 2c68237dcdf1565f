/** What the extensible attributes of the library are called, unless its user names others. */
export const markAttributes = {
  requestId: "Request ID",
  owner: "Owner",
  token: "Request Attempt",
  expiry: "Expires At",
  lastChange: "Last Change",
} as const;
