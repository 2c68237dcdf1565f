/**
 * Experiments with extensible attributes. They use definitions that the grid has, and create none: a definition would
 * apply to the whole grid.
 */

import { type Experiment, refusal, refused } from "./experiment.js";
import { made, type Reply, Unanswered } from "./laboratory.js";
import { appliesTo, type Definition, isRequired, valueFor } from "./required-attributes.js";

export const attributes: readonly Experiment[] = [
  // The first experiment: later creates contain the required attributes if the grid needs them.
  {
    id: "requiredAttributes",
    question: "When does the grid check that required attributes have a value?",
    async run(lab) {
      const required = lab.definitions(isRequired);
      if (required.length === 0) throw new Unanswered("no attribute is required on this grid");
      const create = async () => (await lab.create("network", lab.networkBody())).ok;
      const insists = lab.insists;
      if (!insists && (await create())) return lab.insists ? "always" : "removal";
      // Tells whether the refusal had another reason: tries again with the required attributes.
      lab.insists = true;
      if (await create()) return "always";
      lab.insists = insists;
      throw new Unanswered("the grid refuses what the experiment needs");
    },
    meaning: (fact) =>
      fact === "always"
        ? "Requests must give values to required attributes"
        : "Requests may omit required attributes, but cannot remove them",
  },
  refusal({
    id: "unknownAttributeIsRefused",
    question: "Does the grid refuse an attribute that is not defined?",
    cause: "attributeUnknown",
    ask: (lab) => lab.create("network", lab.networkBody({ extattrs: { [lab.token()]: { value: "x" } } })),
    yes: "The library recognises a missing attribute by the text",
    no: "The library cannot recognise a missing attribute",
  }),
  {
    id: "addsAndRemovesAttributes",
    question: "Can one change add an attribute and remove another?",
    async run(lab) {
      const [first, second] = lab.definitions(isFreeText);
      if (first === undefined || second === undefined)
        throw new Unanswered("two attributes of type STRING are needed");
      const { ref } = await lab.network({ extattrs: withValue(first) });
      const change = { "extattrs+": withValue(second), "extattrs-": { [first.name]: {} } };
      return (await lab.update(ref, change)).ok;
    },
    yes: "The library adds and removes attributes in one request",
    no: "The library adds and removes attributes in two requests",
  },
  {
    id: "dateForm",
    question: "In which format does the grid accept attributes of type DATE?",
    async run(lab) {
      const [date] = lab.definitions((one) => one.type === "DATE" && appliesTo(one, "network"));
      if (date === undefined) throw new Unanswered("no attribute of type DATE is defined");
      const write = (value: unknown) => lab.network({ extattrs: { [date.name]: { value } } });
      return write("2011-11-23T11:01:00Z").then(
        () => "iso",
        () => write(1_322_046_060).then(() => "epoch"),
      );
    },
    meaning: (fact) => (fact === "iso" ? "As text, 2011-11-23T11:01:00Z" : "As seconds since 1970"),
  },
  {
    id: "hostTypeName",
    question: "What does an attribute definition call the type of hosts?",
    async run(lab) {
      const names = lab.definitions(() => true).flatMap(({ allowed_object_types: types = [] }) => types);
      const name = names.find((type) => /^(host\w*|record:host)$/i.test(type));
      if (name === undefined) throw new Unanswered("no attribute is restricted to hosts");
      return name;
    },
    meaning: () => "Definitions that are restricted to hosts use this name",
  },
  ...refused([
    {
      id: "attributeListIsRefused",
      question: "Does the grid refuse a list for an attribute with a single value?",
      ask(lab) {
        const [single] = lab.definitions((one) => isFreeText(one) && !hasFlag(one, "V"));
        if (single === undefined) throw new Unanswered("an attribute of type STRING is needed");
        const value = [valueFor(single), "probe-2"];
        return lab.create("network", lab.networkBody({ extattrs: { [single.name]: { value } } }));
      },
    },
    {
      id: "misplacedAttributeIsRefused",
      question: "Does the grid refuse an attribute that is not permitted for the type of object?",
      ask(lab) {
        const [misplaced] = lab.definitions((one) => !appliesTo(one, "network") && !hasFlag(one, "C"));
        if (misplaced === undefined) throw new Unanswered("no attribute is restricted to other types");
        return lab.create("network", lab.networkBody({ extattrs: withValue(misplaced) }));
      },
    },
    {
      id: "requiredRemovalIsRefused",
      question: "Does the grid refuse to remove a required attribute?",
      async ask(lab): Promise<Reply> {
        const [required] = lab.definitions((one) => isRequired(one) && appliesTo(one, "network"));
        if (required === undefined) throw new Unanswered("no attribute of networks is required on this grid");
        const body = lab.networkBody({ extattrs: withValue(required) });
        return lab.update(made(await lab.create("network", body)), {
          "extattrs-": { [required.name]: {} },
        });
      },
    },
  ]),
];

function hasFlag({ flags = "" }: Definition, flag: string): boolean {
  return flags.includes(flag);
}

/** Whether a network can have the attribute with any text, and can lose it. */
function isFreeText(one: Definition): boolean {
  return one.type === "STRING" && appliesTo(one, "network") && !isRequired(one) && !hasFlag(one, "C");
}

function withValue(definition: Definition): Readonly<Record<string, { readonly value: string | number }>> {
  return { [definition.name]: { value: valueFor(definition) } };
}
