/** The transport's clock, for waits in the layers above: a test that moves this clock moves all. */
export { type Clock, systemClock } from "../transport/clock.js";
