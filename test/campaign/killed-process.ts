/** A process that requests one object after the other by its id, until it is killed: `URL USER PASSWORD`. */

import { Ipam, WapiClient } from "infoblox-ipam";

const [url = "", username = "", password = ""] = process.argv.slice(2);
const ipam = new Ipam(
  new WapiClient({ url, username, password, allowInsecureHttp: true, wapiVersion: "2.12" }),
);

for (let number = 0; ; number += 1) {
  const requestId = `killed-${number % 40}`;
  if (number % 2 === 0) await ipam.requestSubnet({ from: "10.0.0.0/16", prefixLength: 28, requestId });
  else await ipam.requestAddress({ from: "192.168.0.0/22", requestId });
  console.log(requestId);
}
