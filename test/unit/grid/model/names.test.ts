import { describe, expect, it } from "vitest";

import { formatAddress, parseBlock, reverseZoneOf } from "../../../../src/cidr.js";
import {
  addressOfReverseName,
  canonicalName,
  dnsName,
  nameProblem,
  namesUpwards,
  relativeName,
  reversedLabels,
  zoneNamesFor,
} from "../../../../src/grid/model/names.js";

const label = (length: number) => "a".repeat(length);

describe("label texts", () => {
  it("takes ordinary, underscore, wildcard and single-label names", () => {
    for (const name of ["www.acme.org", "wapi_test.com", "*.acme.org", "_sip._tcp.acme.org", "acme"]) {
      expect(nameProblem(name)).toBeUndefined();
    }
  });

  it("refuses empty labels, a trailing dot and blanks as an invalid domain name", () => {
    for (const name of ["invalid..com", "acme.org.", ".acme.org", "", "a b.org"]) {
      expect(nameProblem(name)).toMatchObject({ status: 400, text: "Invalid domain name" });
    }
  });

  it("refuses a label of 64 characters with the bare data text, and takes 63", () => {
    expect(nameProblem(`${label(63)}.org`)).toBeUndefined();
    expect(nameProblem(`${label(64)}.org`)).toMatchObject({
      code: "Client.Ibap.Data",
      explanation: "AdmConDataError: A domain label is longer than 63 characters.",
    });
  });

  it("refuses a name of 255 characters as a conflict, and takes 253", () => {
    const longest = `${label(63)}.${label(63)}.${label(63)}.${label(61)}`;
    expect(longest).toHaveLength(253);
    expect(nameProblem(longest)).toBeUndefined();
    expect(nameProblem(`${longest}a`)).toMatchObject({
      code: "Client.Ibap.Data.Conflict",
      text: "A fully qualified DNS name cannot be longer than 255 characters",
    });
  });

  it("refuses labels with a hyphen at either end", () => {
    for (const name of ["-www.acme.org", "www-.acme.org"]) {
      expect(nameProblem(name)?.text).toBe("A domain label either starts or ends with an invalid character");
    }
  });
});

describe("spelling", () => {
  it("keeps names in lower case", () => {
    expect(canonicalName("WWW.Acme.ORG")).toBe("www.acme.org");
  });

  it("writes only the labels that need it in punycode", () => {
    expect(dnsName("bücher.acme.org")).toBe("xn--bcher-kva.acme.org");
    expect(dnsName("5.0.9.10.in-addr.arpa")).toBe("5.0.9.10.in-addr.arpa");
    expect(dnsName("*._tcp.acme.org")).toBe("*._tcp.acme.org");
  });

  it("turns labels around for internal keys", () => {
    expect(reversedLabels("web1.acme.org")).toBe("org.acme.web1");
  });

  it("climbs from a name to the top level", () => {
    expect([...namesUpwards("a.b.c")]).toEqual(["a.b.c", "b.c", "c"]);
  });

  it("tells what stands left of the zone", () => {
    expect(relativeName("www.acme.org", "acme.org")).toBe("www");
    expect(relativeName("acme.org", "acme.org")).toBe("");
    expect(relativeName("www.acme.org", ".")).toBe("www.acme.org");
  });
});

describe("reverse zones", () => {
  const zone = (cidr: string) => {
    const block = parseBlock(cidr);
    if (!block) throw new Error(cidr);
    return reverseZoneOf(block);
  };

  it("names blocks at label borders the usual way", () => {
    expect(zone("10.0.0.0/8")).toBe("10.in-addr.arpa");
    expect(zone("192.168.252.0/24")).toBe("252.168.192.in-addr.arpa");
    expect(zone("2001:db8::/32")).toBe("8.b.d.0.1.0.0.2.ip6.arpa");
  });

  it("names blocks between borders with their first label and length", () => {
    expect(zone("10.0.0.128/25")).toBe("128/25.0.0.10.in-addr.arpa");
    expect(zone("10.16.0.0/12")).toBe("16/12.10.in-addr.arpa");
    expect(zone("2001:d80::/26")).toBe("8/26.d.0.1.0.0.2.ip6.arpa");
  });

  it("finds every zone that may hold a PTR name, the smallest first", () => {
    const names = [...zoneNamesFor("200.0.0.10.in-addr.arpa")];
    expect(names[0]).toBe("200.0.0.10.in-addr.arpa");
    expect(names.indexOf("128/25.0.0.10.in-addr.arpa")).toBeLessThan(names.indexOf("0.0.10.in-addr.arpa"));
    expect(names.slice(-3)).toEqual(["in-addr.arpa", "arpa", "."]);
    expect([...zoneNamesFor("www.acme.org")]).toEqual(["www.acme.org", "acme.org", "org", "."]);
  });

  it("reads the address of a whole PTR name only", () => {
    const address = addressOfReverseName("7.0.0.10.in-addr.arpa");
    expect(address && formatAddress(address)).toBe("10.0.0.7");
    expect(addressOfReverseName("0.0.10.in-addr.arpa")).toBeUndefined();
    expect(addressOfReverseName("www.acme.org")).toBeUndefined();
  });
});
