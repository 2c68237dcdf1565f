/** The clock of the transport, for what waits above it: a test that moves one moves all. */
export { type Clock, systemClock } from "../transport/clock.js";
