import { describe, expect, it } from "vitest";
import { hintForConnection, hintForText } from "../../../src/transport/hints.js";

describe("hintForText", () => {
  it.each([
    ["Field is not searchable: configure_for_dns", /not search by it/],
    ["The action is not allowed. A parent was not found.", /No zone of that DNS view/],
    ["View default not found", /DNS view doesn't exist, or the user may not see it/],
    ["View  not found", /DNS view/],
    ["Network View nowhere not found", /^The network view doesn't exist/],
    ["Result set too large (> 1000)", /Page through them/],
    ["Unknown extensible attribute: Nope", /extensibleattributedef/],
    ["Cannot find 1 available IP address(es) in this network.", /DHCP ranges/],
    ["Can not find requested number of networks", /smaller one/],
    ["Unknown argument/field: 'Site'", /star before the name/],
    ["172.18.67.16/29,default does not match any unique networks/ranges (ipv4addr)", /network view/],
    ["Duplicate object 'blue' of type 'network_view' already exists in the database.", /find it and use it/],
    ['Bad value for extensible attribute "Due"', /2026-01-02T03:04:05Z/],
    ["Version 2.7 not supported", /wapiVersion/],
    ["Only read-only API access supported", /grid master candidate/],
    ["Reference network/ZG5z:10.0.0.0/24/default not found", /Search for the object again/],
    ["Search modifier '~' not allowed for field: network_view", /plain equality/],
    ["The search parameters {'*Site': 'HQ'} for object network did not return any result", /star/],
    ["The network 10.26.60.0/24 already exists.  Select another network.", /taken in this network view/],
    [
      "MAC address 00:11:22:33:44:55 is used in two fixed addresses 10.0.0.1 and 10.0.0.2, which are in the same network 10.0.0.0/24.",
      /one fixed address only/,
    ],
  ])("explains %j", (text, hint) => {
    expect(String(hintForText(text))).toMatch(hint);
  });

  it("leaves plain texts alone", () => {
    expect(hintForText('Invalid value for mac: "x"')).toBeUndefined();
  });
});

describe("hintForConnection", () => {
  it("asks for https:// where plain text was hung up on", () => {
    expect(hintForConnection("ECONNRESET", "http://grid.example.com")).toMatch(/begins with https:/);
  });

  it.each([
    ["ECONNREFUSED", /address and the port/],
    ["ENOTFOUND", /DNS/],
    ["DEPTH_ZERO_SELF_SIGNED_CERT", /tls\.ca/],
    ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", /tls\.ca/],
    ["ERR_TLS_CERT_ALTNAME_INVALID", /tls\.servername/],
    ["CERT_HAS_EXPIRED", /clock/],
    ["ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED", /client certificate/],
    ["EPROTO", /HTTPS port/],
  ])("explains %s", (code, hint) => {
    expect(String(hintForConnection(code, "https://grid.example.com"))).toMatch(hint);
  });

  it("has nothing to say about a reset", () => {
    expect(hintForConnection("ECONNRESET", "https://grid.example.com")).toBeUndefined();
    expect(hintForConnection(undefined, "http://grid.example.com")).toBeUndefined();
  });
});
