/**
 * `infoblox-ipam/testing`: an Infoblox grid in memory, for tests and demonstrations.
 *
 * @module infoblox-ipam/testing
 */

export type { Assumptions } from "./assumptions.js";
export { defaultAssumptions } from "./assumptions.js";
export type { Clock } from "./clock.js";
export type { GridClientOptions, GridSnapshot } from "./fake-grid.js";
export { FakeGrid } from "./fake-grid.js";
export type { Failure, Fault, FaultMatch, FaultStatus, Faults } from "./faults.js";
export type { FakeGridOptions, GridLikeness, ListenOptions } from "./options.js";
export type { GridSeed } from "./seed-form.js";
export type { ArrivedRequest, RecordedRequest } from "./traffic.js";
