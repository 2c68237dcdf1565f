import { describe, expect, it } from "vitest";
import { objectSchema, objectTypes } from "../../src/schema/schema.js";
import { Asked } from "./asking.js";

describe("what each peer client sends", () => {
  it.each([
    "userprofile",
    "member",
    "grid",
    "member:license",
    "extensibleattributedef",
    "networkview",
    "view",
  ])("anyone, on connecting: %s has something", (type) => {
    expect(new Asked().get(type).json.length).toBeGreaterThan(0);
  });

  it("infoblox-go-client: all fields named, values left empty, read back after a create", () => {
    const asked = new Asked({ seed: { networks: ["10.9.0.0/24"] } });
    const fields =
      "_return_fields=extattrs,ipv4addr,mac,name,network,network_view,comment,match_client,agent_circuit_id," +
      "agent_remote_id,client_identifier_prepend_zero,options,use_options,cloud_info,disable,dhcp_client_identifier";
    const ref = asked.create("fixedaddress", {
      agent_circuit_id: "",
      comment: "",
      extattrs: {},
      ipv4addr: "10.9.0.7",
      mac: "00:11:22:33:44:55",
      name: "",
      network: "10.9.0.0/24",
      network_view: "default",
      options: [],
    });
    expect(asked.get(`${ref}?${fields}`).json).toMatchObject({
      ipv4addr: "10.9.0.7",
      match_client: "MAC_ADDRESS",
    });
    const search = `fixedaddress?${fields}&network_view=default&network=&ipv4addr=10.9.0.7&mac=`;
    expect(asked.get(search).json).toHaveLength(1);
    expect(asked.get(`${search}&_proxy_search=GM`).json).toHaveLength(1);
  });

  it("old Terraform provider: asks for its attribute, defines it, finds its object by it", () => {
    const asked = new Asked({ seed: { zones: ["acme.org"] } });
    expect(asked.get("extensibleattributedef?name=Terraform+Internal+ID").text).toBe("[]");
    const definition = { name: "Terraform Internal ID", type: "STRING", flags: "CR", comment: "x" };
    asked.create("extensibleattributedef", definition);
    const flags = "extensibleattributedef?_return_fields=flags,name&name=Terraform+Internal+ID";
    expect(asked.get(flags).json[0].flags).toBe("CR");
    const record = {
      name: "a.acme.org",
      ipv4addr: "10.0.0.1",
      extattrs: { "Terraform Internal ID": { value: "u-1" } },
    };
    asked.create("record:a", record);
    expect(asked.get("record:a?%2ATerraform+Internal+ID=u-1").json).toHaveLength(1);
  });

  it("docker-infoblox: views, containers, the next network, a gateway with the zero MAC", () => {
    const asked = new Asked();
    asked.create("networkview", { name: "docker", extattrs: { "CMP Type": { value: "Docker" } } });
    asked.create("networkcontainer", { network: "172.18.0.0/16", network_view: "docker" });
    const extattrs = {
      "Network Name": { value: "blue" },
      "Tenant ID": { value: "t" },
      "Cloud API Owned": { value: "True" },
    };
    const network = "func:nextavailablenetwork:172.18.0.0/16,docker,24";
    const made = asked.create("network", { network, network_view: "docker", comment: "", extattrs });
    expect(/network\/\w+:(\d+\.\d+\.\d+\.\d+\/\d+)\/(.+)/.exec(made)?.slice(1)).toEqual([
      "172.18.0.0/24",
      "docker",
    ]);
    expect(
      asked.get("network?network_view=docker&*Network+Name=blue&_return_fields=network").json,
    ).toHaveLength(1);
    const gateway = {
      ipv4addr: "func:nextavailableip:172.18.0.0/24,docker",
      mac: "00:00:00:00:00:00",
      network_view: "docker",
    };
    const address = asked.create("fixedaddress", { ...gateway, name: "", comment: "", extattrs: {} });
    expect(asked.get(`${address}?_return_fields=match_client,ipv4addr`).json).toMatchObject({
      ipv4addr: "172.18.0.1",
      match_client: "RESERVED",
    });
  });

  it("cni-infoblox: finds a cloud licence that is still good", () => {
    const licences = new Asked().get("member:license?_return_fields=type,expiration_status").json;
    const good = licences.filter(
      (one: { type: string; expiration_status: string }) =>
        /cloud/i.test(one.type) && !["DELETED", "EXPIRED"].includes(one.expiration_status),
    );
    expect(good.length).toBeGreaterThan(0);
  });

  it("telekom's CAPI provider: a host by function, put back with everything that was read", () => {
    const asked = new Asked({ seed: { networks: ["10.9.0.0/24"], zones: ["acme.org"] } });
    const fields = "_return_fields=ipv4addrs,ipv6addrs,name,view,extattrs,comment,network_view,aliases";
    const ipv4addrs = [
      { ipv4addr: "func:nextavailableip:10.9.0.0/24,default", configure_for_dhcp: false, mac: "" },
    ];
    const ref = asked.create("record:host", {
      name: "h.acme.org",
      ipv4addrs,
      ipv6addrs: [],
      aliases: [],
      extattrs: {},
    });
    const { ipv4addrs: read } = asked.get(`${ref}?${fields}`).json;
    const put = { _ref: ref, name: "h.acme.org", ipv4addrs: read, ipv6addrs: [], aliases: [] };
    expect(asked.put(ref, put).status).toBe(200);
    expect(asked.get(`${ref}?${fields}`).json.ipv4addrs).toEqual(read);
  });

  it("python infoblox-client: types and references quoted, attributes with a star, pages", () => {
    const asked = new Asked({ seed: { zones: ["acme.org"] }, version: "2.14" });
    const ref = asked.create("record:host", { name: "h.acme.org", ipv4addrs: [{ ipv4addr: "10.9.0.5" }] });
    const quoted = ref.replaceAll("%", "%25").replaceAll(":", "%3A");
    const old = { version: "2.10" };
    expect(
      asked.get("record%3Ahost?name=h.acme.org&_paging=1&_return_as_object=1&_max_results=1000", old).json,
    ).toEqual({
      result: [expect.objectContaining({ _ref: ref })],
    });
    expect(asked.put(quoted, { comment: "x" }, old).status).toBe(200);
    expect(asked.delete(quoted, old).status).toBe(200);
  });

  it("Ansible: searches first, calls next_available_ip with excludes, restarts services", () => {
    const asked = new Asked({ seed: { networks: ["10.9.0.0/24"] }, version: "2.12.3" });
    const version = { version: "2.12.3" };
    const [{ _ref: network, network_view: view }] = asked.get(
      "network?network=10.9.0.0/24&_max_results=1000",
      version,
    ).json;
    expect(view).toBe("default");
    const body = { num: 2, exclude: ["10.9.0.1"] };
    expect(asked.post(`${network}?_function=next_available_ip`, body, version).json).toEqual({
      ips: ["10.9.0.2", "10.9.0.3"],
    });
    const [{ _ref: grid }] = asked.get("grid", version).json;
    expect(
      asked.post(`${grid}?_function=restartservices`, { restart_option: "RESTART_IF_NEEDED" }, version)
        .status,
    ).toBe(200);
    expect(
      asked.get("record:host?_return_fields=name,view,extattrs,ipv4addrs&_max_results=1000", version).text,
    ).toBe("[]");
  });

  it.each(objectTypes("2.13.6").filter((type) => !objectSchema(type)?.restrictions.includes("read")))(
    "terraform-provider-nios: %s takes every readable field of 2.13.6 at once",
    (type) => {
      const asked = new Asked();
      const schema = asked.get(`${type}?_schema`, { version: "2.13.6" }).json;
      const names = schema.fields
        .filter(({ supports }: { supports: string }) => supports.includes("r"))
        .map(({ name }: { name: string }) => name);
      const query = `_return_fields%2B=${names.join(",")}&_return_as_object=1&_proxy_search=LOCAL`;
      const { status, json } = asked.get(`${type}?${query}`, { version: "2.13.6" });
      // Some lists need an argument.
      expect(status === 200 ? json.result : json.text).not.toEqual(
        expect.stringContaining("Unknown argument"),
      );
    },
  );

  it("Posh-IBWAPI: pages with the id alone", () => {
    const asked = new Asked({ seed: { networks: ["10.9.0.0/24", "10.9.1.0/24", "10.9.2.0/24"] } });
    const first = asked.get("network?_paging=1&_return_as_object=1&_max_results=1").json;
    const second = asked.get(`network?_page_id=${first.next_page_id}`).json;
    const third = asked.get(`network?_page_id=${second.next_page_id}`).json;
    const pages = [first, second, third];
    expect(pages.map(({ result }) => result[0].network)).toEqual([
      "10.9.0.0/24",
      "10.9.1.0/24",
      "10.9.2.0/24",
    ]);
    expect(third).not.toHaveProperty("next_page_id");
  });

  it("Posh-IBWAPI: bulk reads in one request", () => {
    const asked = new Asked({ seed: { networks: ["10.9.0.0/29"] } });
    const steps = ["10.9.0.1", "10.9.0.2"].map((ip_address) => ({
      method: "GET",
      object: "ipv4address",
      data: { ip_address, network_view: "default" },
    }));
    const answers = asked.post("request", steps).json;
    expect(answers.map((rows: unknown[]) => rows.length)).toEqual([1, 1]);
  });

  it("Nautobot: arguments in the URI, limits beyond reason", () => {
    const asked = new Asked();
    const made = asked.post(
      "network?network=10.9.0.0/24&network_view=default&_return_fields=network&_return_as_object=1",
    );
    expect(made.json.result.network).toBe("10.9.0.0/24");
    expect(asked.get("network?_return_as_object=1&_max_results=100000000").json.result).toHaveLength(1);
  });
});
