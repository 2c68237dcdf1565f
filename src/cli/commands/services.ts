/** `infoblox-ipam services`: shows whether DNS and DHCP need a restart, and restarts them. */

import { Command, Option } from "commander";
import type { RestartOptions, ServiceName, ServiceStatus } from "../../ipam/services/requests.js";
import { connectionHelp } from "../connection.js";
import {
  addIpamOptions,
  collect,
  type IpamCommandOptions,
  parseCount,
  parseOneOf,
  withIpam,
} from "../ipam.js";
import { exitCodesHelp, print, type Terminal, table } from "../output.js";

interface RestartCommandOptions extends IpamCommandOptions {
  readonly service?: readonly ServiceName[];
  readonly member?: readonly string[];
  readonly force?: true;
  readonly wait?: boolean;
  readonly patience?: number;
}

const services = ["DNS", "DHCP", "DHCPV4", "DHCPV6"] as const;

const examples = `
Examples:
  $ infoblox-ipam services status
  $ infoblox-ipam services restart --service DHCP
  $ infoblox-ipam services restart --member dns.example.com --no-wait
`;

export function servicesCommand(terminal: Terminal): Command {
  return new Command("services")
    .description("Show whether DNS and DHCP need a restart, and restart them.")
    .addCommand(statusCommand(terminal))
    .addCommand(restartCommand(terminal))
    .addHelpText("after", examples + exitCodesHelp);
}

function statusCommand(terminal: Terminal): Command {
  const command = new Command("status")
    .description("Show which members wait for a restart.")
    .addHelpText("after", connectionHelp + examples + exitCodesHelp);
  return addIpamOptions(command).action(async (options: IpamCommandOptions) => {
    const status = await withIpam(options, terminal, ({ ipam, signal }) => ipam.services.status({ signal }));
    print(terminal, options, status, statusText);
  });
}

function restartCommand(terminal: Terminal): Command {
  const command = new Command("restart")
    .description("Restart the services that need it, and wait until they run.")
    .addOption(
      new Option("--service <name>", "only this service; may be repeated")
        .choices(services)
        .argParser((text: string, before: readonly string[] | undefined) =>
          collect(parseOneOf(services)(text), before),
        ),
    )
    .option("--member <name>", "only on this member; may be repeated", collect)
    .option("--force", "also restart services that do not need it")
    .option("--no-wait", "do not wait until they run")
    .addOption(new Option("--patience <seconds>", "how long to wait (default: 300)").argParser(parseCount))
    .addHelpText("after", connectionHelp + examples + exitCodesHelp);
  return addIpamOptions(command).action(async (options: RestartCommandOptions) => {
    const { service, member, force, wait, patience } = options;
    const request: RestartOptions = {
      services: service,
      members: member,
      force,
      wait,
      patience: patience === undefined ? undefined : patience * 1_000,
    };
    const status = await withIpam(options, terminal, ({ ipam, signal }) =>
      ipam.services.restart({ ...request, signal }),
    );
    print(terminal, options, status, statusText);
  });
}

function statusText({ pending, members }: ServiceStatus): string {
  const rows = members.map(({ member, dns, dhcp }) => [member, dns, dhcp]);
  const summary = pending ? "A restart is pending.\n" : "No restart is pending.\n";
  return (rows.length === 0 ? "" : table([["MEMBER", "DNS", "DHCP"], ...rows])) + summary;
}
