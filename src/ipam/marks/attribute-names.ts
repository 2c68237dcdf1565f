/** The names of the library's extensible attributes, unless an option names others. */
export const markAttributes = {
  requestId: "Request ID",
  owner: "Owner",
  token: "Request Attempt",
  expiry: "Expires At",
  lastChange: "Last Change",
} as const;
