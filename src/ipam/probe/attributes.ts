/** Extensible attributes. What needs a definition of a kind uses one that is there: definitions hold for the whole grid. */

import { type Experiment, either, Unanswered } from "./experiment.js";
import type { Laboratory } from "./laboratory.js";

export const attributes: readonly Experiment[] = [
  {
    id: "unknownAttributeIsRefused",
    question: "What is an attribute answered that isn't defined?",
    async run(lab) {
      const extattrs = { [lab.token()]: { value: "x" } };
      const reply = await lab.create("network", {
        network: lab.cidr(),
        network_view: lab.networkView,
        extattrs,
      });
      lab.note("attributeUnknown", reply);
      return !reply.ok;
    },
    meaning: either("A missing attribute is known by its sentence", "A missing attribute isn't told"),
  },
  {
    id: "addsAndRemovesAttributes",
    question: "May one change add an attribute and remove another?",
    async run(lab) {
      const [first, second] = await definitions(lab, ({ type }) => type === "STRING");
      if (first === undefined || second === undefined)
        throw new Unanswered("two attributes of type STRING are needed");
      const { ref } = await lab.network({ extattrs: { [first]: { value: "probe" } } });
      const change = { "extattrs+": { [second]: { value: "probe" } }, "extattrs-": { [first]: {} } };
      return (await lab.update(ref, change)).ok;
    },
    meaning: either(
      "Attributes change in one request",
      "Attributes are added and removed one after the other",
    ),
  },
  {
    id: "dateForm",
    question: "How are attributes of type DATE written?",
    async run(lab) {
      const [name] = await definitions(lab, ({ type }) => type === "DATE");
      if (name === undefined) throw new Unanswered("no attribute of type DATE is defined");
      const write = (value: unknown) => lab.network({ extattrs: { [name]: { value } } });
      return write("2011-11-23T11:01:00Z").then(
        () => "iso",
        () => write(1_322_046_060).then(() => "epoch"),
      );
    },
    meaning: (fact) => (fact === "iso" ? "As text, 2011-11-23T11:01:00Z" : "As seconds since 1970"),
  },
  {
    id: "requiredAttributes",
    question: "When is a required attribute insisted on?",
    async run(lab) {
      const required = await definitions(lab, ({ flags = "" }) => flags.includes("M"));
      if (required.length === 0) throw new Unanswered("no attribute is required on this grid");
      const { ok } = await lab.create("network", { network: lab.cidr(), network_view: lab.networkView });
      return ok ? "removal" : "always";
    },
    meaning: (fact) =>
      fact === "always"
        ? "Requests must name required attributes"
        : "Required attributes hold in Grid Manager, and where they would be taken away",
  },
];

interface Definition {
  readonly name: string;
  readonly type?: string;
  readonly flags?: string;
}

/** Names of definitions that an object of any type may have. They are used, and never shown. */
async function definitions(lab: Laboratory, fits: (definition: Definition) => boolean): Promise<string[]> {
  const { data } = await lab.ask("GET", "extensibleattributedef", {
    query: { _return_fields: "name,type,flags,allowed_object_types", _max_results: 1000 },
  });
  const all = (Array.isArray(data) ? data : []) as (Definition & {
    allowed_object_types?: readonly string[];
  })[];
  const anywhere = all.filter(
    ({ allowed_object_types: types = [] }) => types.length === 0 || types.includes("Network"),
  );
  return anywhere.filter(fits).map(({ name }) => name);
}
