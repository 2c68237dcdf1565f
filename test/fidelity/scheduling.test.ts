import { describe, expect, it } from "vitest";
import { Asked } from "./asking.js";

describe("scheduled tasks", () => {
  it("carries a write out when its time has come", () => {
    const asked = new Asked();
    asked.clock.freeze(1_800_000_000_000);
    const made = asked.post("network?_schedinfo.scheduled_time=1800000060", { network: "10.9.0.0/24" });
    expect([made.status, made.json]).toEqual([
      201,
      expect.stringMatching(/^scheduledtask\/\w+:1\/WAITING_EXECUTION$/),
    ]);
    expect(asked.get("network").text).toBe("[]");
    asked.clock.advance(61_000);
    expect(asked.get("network").json).toMatchObject([{ network: "10.9.0.0/24" }]);
    const [task] = asked.get("scheduledtask?_return_fields=execution_status,submitter").json;
    expect(task).toMatchObject({ execution_status: "COMPLETED", submitter: "admin" });
  });

  it("carries it out early with execute_now, and never once it is deleted", () => {
    const asked = new Asked();
    const later = (cidr: string) =>
      asked.post("network?_schedinfo.scheduled_time=9999999999", { network: cidr }).json;
    asked.put(later("10.9.0.0/24"), { execute_now: true });
    asked.delete(later("10.9.1.0/24"));
    expect(asked.get("network").json).toMatchObject([{ network: "10.9.0.0/24" }]);
  });

  it("refuses at once what couldn't be done now, and leaves nothing", () => {
    const asked = new Asked();
    const before = asked.grid.store.snapshot();
    expect(asked.post("network?_schedinfo.scheduled_time=9999999999", { network: "x" }).status).toBe(400);
    expect(asked.grid.store.snapshot()).toEqual(before);
  });
});

describe("fileop", () => {
  it("takes a file in by the URL that it gave", () => {
    const asked = new Asked();
    const { json } = asked.post("fileop?_function=uploadinit");
    expect(json.token).toContain("\n");
    const path = new URL(json.url).pathname;
    expect(path).toMatch(/^\/http_direct_file_io\/req_id-UPLOAD-\w+\/import_file$/);
    expect(asked.ask("POST", path, "a,b").status).toBe(200);
  });

  it("gives a file out for the right content type, until it is told that that's all", () => {
    const asked = new Asked({ seed: { networks: ["10.9.0.0/24"] } });
    const { json } = asked.post("fileop?_function=csv_export", { _object: "network" });
    const path = new URL(json.url).pathname;
    const download = { headers: { "content-type": "application/force-download" } };
    expect(asked.get(path).status).toBe(403);
    expect(asked.get(path, download).text).toBe(
      "header-network,comment,network,network_view\nnetwork,,10.9.0.0/24,default\n",
    );
    expect(asked.post("fileop?_function=downloadcomplete", { token: json.token }).json).toEqual({});
    expect(asked.get(path, download).status).toBe(404);
  });

  it("exports what a search finds, with the separator asked for, or says that there is nothing", () => {
    const asked = new Asked({ seed: { networks: ["10.9.0.0/24", "10.9.1.0/24"] } });
    const body = { _object: "network", _separator: "SEMICOLON", network: "10.9.1.0/24" };
    const exported = (search: object) => asked.post("fileop?_function=csv_export", { ...body, ...search });
    const download = { headers: { "content-type": "application/force-download" } };
    expect(asked.get(new URL(exported({}).json.url).pathname, download).text).toBe(
      "header-network;comment;network;network_view\nnetwork;;10.9.1.0/24;default\n",
    );
    const nothing = exported({ network: "10.0.0.0/8" });
    expect([nothing.status, nothing.json.text]).toEqual([404, "The CSV search did not match any objects"]);
    expect(exported({ nothing: "x" }).json.text).toBe("Unknown argument/field: 'nothing'");
  });

  it("says which objects have no CSV export, and what it doesn't model", () => {
    const asked = new Asked();
    expect(asked.post("fileop?_function=csv_export", { _object: "networkcontainer" }).json.text).toBe(
      "networkcontainer objects do not support CSV export.",
    );
    const { json } = asked.post("fileop?_function=setdiscoverycsv", {
      token: "x",
      network_view: "NotRealView",
    });
    expect(json.text).toBe("Invalid network view 'NotRealView'.");
    expect(asked.post("fileop?_function=csv_import", { token: "x" }).status).toBe(501);
  });
});
