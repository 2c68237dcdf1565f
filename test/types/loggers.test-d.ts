import { Console } from "node:console";
import { WapiClient } from "infoblox-ipam";
import pino from "pino";
import { it } from "vitest";
import type winston from "winston";

declare const pinoLogger: pino.Logger;
declare const winstonLogger: winston.Logger;

it("takes the loggers that people have, as they are", () => {
  new WapiClient({ logger: console });
  new WapiClient({ logger: new Console(process.stderr) });
  new WapiClient({ logger: pinoLogger });
  new WapiClient({ logger: pinoLogger.child({ part: "ipam" }) });
  new WapiClient({ logger: pino<"audit">({ customLevels: { audit: 35 } }) });
  new WapiClient({ logger: winstonLogger });
  new WapiClient({ logger: winstonLogger.child({ part: "ipam" }) });
});

it("takes nothing that lacks a level", () => {
  const { debug, info, warn } = console;
  // @ts-expect-error error is missing
  new WapiClient({ logger: { debug, info, warn } });
  // @ts-expect-error a stream is no logger
  new WapiClient({ logger: process.stderr });
});
