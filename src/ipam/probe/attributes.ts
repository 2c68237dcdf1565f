/** Extensible attributes. What needs a definition of a kind uses one that is there: definitions hold for the whole grid. */

import { type Experiment, either, Unanswered } from "./experiment.js";
import { made, type Reply } from "./laboratory.js";
import { refused } from "./question.js";
import { appliesTo, type Definition, isRequired, valueFor } from "./required-attributes.js";

export const attributes: readonly Experiment[] = [
  // First of all: from here on, creates say what the grid insists on.
  {
    id: "requiredAttributes",
    question: "When is a required attribute insisted on?",
    async run(lab) {
      const required = lab.definitions(isRequired);
      if (required.length === 0) throw new Unanswered("no attribute is required on this grid");
      const create = async () => (await lab.create("network", lab.networkBody())).ok;
      const insists = lab.insists;
      if (!insists && (await create())) return lab.insists ? "always" : "removal";
      // Refused for another reason, unless it is accepted with what is required.
      lab.insists = true;
      if (await create()) return "always";
      lab.insists = insists;
      throw new Unanswered("the grid refuses what the experiment needs");
    },
    meaning: (fact) =>
      fact === "always"
        ? "Requests must name required attributes"
        : "Required attributes hold in Grid Manager, and where they would be taken away",
  },
  {
    id: "unknownAttributeIsRefused",
    question: "What is an attribute answered that isn't defined?",
    async run(lab) {
      const extattrs = { [lab.token()]: { value: "x" } };
      const reply = await lab.create("network", lab.networkBody({ extattrs }));
      lab.note("attributeUnknown", reply);
      return !reply.ok;
    },
    meaning: either("A missing attribute is known by its sentence", "A missing attribute isn't told"),
  },
  {
    id: "addsAndRemovesAttributes",
    question: "May one change add an attribute and remove another?",
    async run(lab) {
      const [first, second] = lab.definitions(isFreeText);
      if (first === undefined || second === undefined)
        throw new Unanswered("two attributes of type STRING are needed");
      const { ref } = await lab.network({ extattrs: withValue(first) });
      const change = { "extattrs+": withValue(second), "extattrs-": { [first.name]: {} } };
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
    question: "How does a definition name the type of hosts?",
    async run(lab) {
      const names = lab.definitions(() => true).flatMap(({ allowed_object_types: types = [] }) => types);
      const name = names.find((type) => /^(host\w*|record:host)$/i.test(type));
      if (name === undefined) throw new Unanswered("no attribute is bound to hosts");
      return name;
    },
    meaning: () => "Attributes that are bound to a type name it so",
  },
  ...refused([
    {
      id: "attributeListIsRefused",
      question: "Is a list refused of an attribute that has one value?",
      ask(lab) {
        const [single] = lab.definitions((one) => isFreeText(one) && !hasFlag(one, "V"));
        if (single === undefined) throw new Unanswered("an attribute of type STRING is needed");
        const value = [valueFor(single), "probe-2"];
        return lab.create("network", lab.networkBody({ extattrs: { [single.name]: { value } } }));
      },
    },
    {
      id: "misplacedAttributeIsRefused",
      question: "Is an attribute refused that objects of the type may not have?",
      ask(lab) {
        const [misplaced] = lab.definitions((one) => !appliesTo(one, "network") && !hasFlag(one, "C"));
        if (misplaced === undefined) throw new Unanswered("no attribute is bound to other types");
        return lab.create("network", lab.networkBody({ extattrs: withValue(misplaced) }));
      },
    },
    {
      id: "requiredRemovalIsRefused",
      question: "Is a required attribute refused to be removed?",
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

/** Whether a network may have the attribute and lose it again, with whatever text. */
function isFreeText(definition: Definition): boolean {
  const { type } = definition;
  return (
    type === "STRING" &&
    appliesTo(definition, "network") &&
    !isRequired(definition) &&
    !hasFlag(definition, "C")
  );
}

function withValue(definition: Definition): Readonly<Record<string, { readonly value: string | number }>> {
  return { [definition.name]: { value: valueFor(definition) } };
}
