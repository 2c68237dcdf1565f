import { checkObject, invalid } from "../errors.js";
import type { Ref } from "../schema/field.js";
import { type Exchange, readRows, unexpected, type Validation, type WireRow } from "./answers.js";
import { createBody, deleteArguments, updateBody } from "./body.js";
import {
  askedFields,
  type FieldSelection,
  fieldArguments,
  type QueryArgument,
  writtenFieldArguments,
} from "./fields.js";
import { calledFunction, functionWrites, targetType } from "./functions.js";
import { type ListLimits, listLimits } from "./list-options.js";
import type { ReadOptions, SearchOptions, StepCallArguments } from "./options.js";
import { refParts } from "./ref.js";
import { newState, stateText, stateType } from "./state.js";
import { type TypeFacts, typeFacts } from "./type-facts.js";
import type {
  Creatable,
  DeleteArguments,
  FieldName,
  FunctionName,
  FunctionResult,
  ObjectType,
  Row,
  StandardField,
  Updatable,
} from "./types.js";
import { searchArguments, searchObject } from "./where.js";

/** A step in the grid's form, and the reader of its result. */
export interface WireStep<Result> {
  readonly entry: Readonly<Record<string, unknown>>;
  /** Whether the step may change something. */
  readonly writes: boolean;
  readonly read: (exchange: Exchange, result: unknown, validation: Validation) => Promise<Result>;
}

type RowIn<Result> = Result extends readonly (infer Row)[] ? Row : Result;

/**
 * One step of a batch, created by {@link step} and sent by `WapiClient.batch`. Later steps of the same batch can use
 * its result before anything is sent: the grid fills it in.
 */
export class Step<Result, T extends string = string> {
  readonly #type: string;
  readonly #make: (version: string) => WireStep<Result>;
  readonly #states: Map<string, string>;

  constructor(
    type: string,
    make: (version: string) => WireStep<Result>,
    states: Map<string, string> = new Map(),
  ) {
    this.#type = type;
    this.#make = make;
    this.#states = states;
  }

  /** The reference of the object (of a search, the first one found), for later steps of the same batch. */
  get ref(): Ref<T> {
    return stateText(this.#state("_ref", this.#type)) as Ref<T>;
  }

  /**
   * The value of a field that this step requests, for later steps of the same batch. Only text fields work.
   *
   * @example
   * const net = step.create("network", { network: nextAvailableNetwork({ container: "10.0.0.0/8", prefixLength: 24 }) });
   * const note = step.update(net.ref, { comment: `first of ${net.value("network")}` });
   */
  value<Name extends keyof RowIn<Result> & string>(name: Name): NonNullable<RowIn<Result>[Name]> & string {
    return stateText(this.#state(name, "value")) as NonNullable<RowIn<Result>[Name]> & string;
  }

  /** The value of an extensible attribute, for later steps of the same batch. The step must request `extattrs`. */
  attribute(name: string): string {
    return stateText(this.#state(`*${name}`, "value"));
  }

  /** The same step without a result in the answer. */
  discard(): Step<undefined, T> {
    const make = (version: string): WireStep<undefined> => {
      const { entry, writes } = this.#make(version);
      return { entry: { ...entry, discard: true }, writes, read: async () => undefined };
    };
    return new Step<undefined, T>(this.#type, make, this.#states);
  }

  /** The step for a batch in this WAPI version. @throws {InvalidRequestError} if the facts refuse it */
  toWire(version: string): WireStep<Result> {
    const { entry, ...rest } = this.#make(version);
    if (this.#states.size === 0) return { entry, ...rest };
    const assigned = Object.fromEntries([...this.#states].map(([source, name]) => [name, source]));
    return { entry: { ...entry, assign_state: assigned }, ...rest };
  }

  #state(source: string, type: string): string {
    const name = this.#states.get(source) ?? newState(type);
    this.#states.set(source, name);
    return name;
  }
}

/** The limits of a search in a batch: it has no pages, and the grid refuses more than 1,000 objects. */
type StepLimits = Omit<ListLimits, "pageSize">;

/** Creates the steps of a batch: the verbs of {@link WapiClient}, with the same arguments. */
export const step = {
  find<
    T extends ObjectType,
    const F extends FieldName<T> = StandardField<T>,
    const A extends FieldName<T> = never,
  >(type: T, options: SearchOptions<T, F, A> & StepLimits = {}): Step<Row<T, F | A>[], T> {
    return new Step(type, (version) => {
      checkObject("options", options, { limit: 50 });
      const facts = typeFacts(type, version, "read");
      const data = searchObject(searchArguments(facts, options.where));
      const args = { ...argsOf(fieldArguments(facts, options)), ...limitArgs(options) };
      const read = (exchange: Exchange, result: unknown, validation: Validation) =>
        rowsOf(exchange, facts, options, result, validation) as Promise<Row<T, F | A>[]>;
      return { entry: { method: "GET", object: type, data, args }, writes: false, read };
    });
  },

  get<
    T extends ObjectType,
    const F extends FieldName<T> = StandardField<T>,
    const A extends FieldName<T> = never,
  >(ref: Ref<T>, options: ReadOptions<T, F, A> = {}): Step<Row<T, F | A>, T> {
    return new Step(typeOf(ref), (version) => {
      checkObject("options", options, { fields: ["network"] });
      const facts = typeFacts(typeOf(ref), version, "read");
      const args = argsOf(fieldArguments(facts, options));
      return {
        entry: { method: "GET", object: ref, args },
        writes: false,
        read: rowReader<T, F | A>(facts, options),
      };
    });
  },

  create<
    T extends ObjectType,
    const F extends FieldName<T> = StandardField<T>,
    const A extends FieldName<T> = never,
  >(type: T, values: Creatable<T>, options: ReadOptions<T, F, A> = {}): Step<Row<T, F | A>, T> {
    return new Step(type, (version) => {
      checkObject("options", options, { fields: ["network"] });
      const facts = typeFacts(type, version, "create");
      return writeStep("POST", type, facts, createBody(facts, values), options);
    });
  },

  update<
    T extends ObjectType,
    const F extends FieldName<T> = StandardField<T>,
    const A extends FieldName<T> = never,
  >(ref: Ref<T>, changes: Updatable<T>, options: ReadOptions<T, F, A> = {}): Step<Row<T, F | A>, T> {
    return new Step(typeOf(ref), (version) => {
      checkObject("options", options, { fields: ["network"] });
      const facts = typeFacts(typeOf(ref), version, "update");
      return writeStep("PUT", ref, facts, updateBody(facts, changes), options);
    });
  },

  delete<T extends ObjectType>(
    ref: Ref<T>,
    options: { readonly args?: DeleteArguments<T> } = {},
  ): Step<Ref<T>, T> {
    return new Step(typeOf(ref), (version) => {
      checkObject("options", options, { args: {} });
      const facts = typeFacts(typeOf(ref), version, "delete");
      const data = Object.fromEntries(deleteArguments(facts, options.args ?? {}));
      const read = async (exchange: Exchange, result: unknown) => {
        if (typeof result === "string") return result as Ref<T>;
        throw unexpected(exchange, "a reference was expected");
      };
      return { entry: { method: "DELETE", object: ref, data }, writes: true, read };
    });
  },

  call<T extends ObjectType, Name extends FunctionName<T>>(
    target: Ref<T> | T,
    name: Name,
    ...[parameters]: StepCallArguments<T, Name>
  ): Step<FunctionResult<T, Name>, T> {
    return new Step(targetType(target), (version) => {
      const { parameters: data } = calledFunction(target, name, parameters, version);
      const entry = { method: "POST", object: target, data, args: { _function: name } };
      const read = async (_exchange: Exchange, result: unknown) => result as FunctionResult<T, Name>;
      return { entry, writes: functionWrites(name), read };
    });
  },
};

function writeStep<T extends ObjectType, F extends FieldName<T>>(
  method: "POST" | "PUT",
  object: string,
  facts: TypeFacts,
  data: Readonly<Record<string, unknown>>,
  selection: FieldSelection,
): WireStep<Row<T, F>> {
  const args = argsOf(writtenFieldArguments(facts, selection));
  return { entry: { method, object, data, args }, writes: true, read: rowReader(facts, selection) };
}

/** Reads the one object in a step's result, or the reference if the step requests no fields. */
function rowReader<T extends ObjectType, F extends FieldName<T>>(
  facts: TypeFacts,
  selection: FieldSelection,
): WireStep<Row<T, F>>["read"] {
  return async (exchange, result, validation) => {
    const found = typeof result === "string" ? { _ref: result } : result;
    const [row] = await rowsOf(exchange, facts, selection, [found], validation);
    return row as Row<T, F>;
  };
}

async function rowsOf(
  exchange: Exchange,
  facts: TypeFacts,
  selection: FieldSelection,
  rows: unknown,
  validation: Validation,
): Promise<WireRow[]> {
  if (!Array.isArray(rows)) throw unexpected(exchange, "a list was expected");
  return readRows(exchange, facts, askedFields(facts, selection), rows, validation);
}

function argsOf(query: readonly QueryArgument[]): Record<string, string> {
  return Object.fromEntries(query);
}

function limitArgs(options: StepLimits): { _max_results?: number } {
  const { limit, failAbove } = listLimits(options);
  if (failAbove !== undefined) return { _max_results: -failAbove };
  return limit === undefined ? {} : { _max_results: limit };
}

/** The object type of a reference, also of one that an earlier step will provide. */
function typeOf(ref: string): string {
  if (typeof ref !== "string") throw invalid("ref", ref, "not a WAPI reference", "network/ZG5z…");
  return stateType(ref) ?? refParts(ref).type;
}
