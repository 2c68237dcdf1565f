/**
 * `infoblox-ipam/testing`: an Infoblox grid in memory, for tests and demonstrations.
 *
 * @module infoblox-ipam/testing
 */

export type { Clock } from "./controls/clock.js";
export type { Failure, Fault, FaultMatch, FaultStatus, Faults } from "./controls/faults.js";
export type { FakeGridOptions, GridLikeness, ListenOptions } from "./controls/options.js";
export type { ArrivedRequest, RecordedRequest } from "./controls/recorded-request.js";
export type { GridSeed } from "./controls/seed-form.js";
export type { GridClientOptions, GridSnapshot } from "./fake-grid.js";
export { FakeGrid } from "./fake-grid.js";
export type { Assumptions } from "./model/assumptions.js";
export { defaultAssumptions } from "./model/assumptions.js";
