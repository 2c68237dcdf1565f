/** Commands of `infoblox-ipam host` that change a host's addresses, names and clients. */

import { Command } from "commander";
import type { Host } from "../../ipam/hosts/host.js";
import { connectionHelp } from "../connection.js";
import { addIpamOptions, collect, type IpamCommandOptions, type Session, withIpam } from "../ipam.js";
import { exitCodesHelp, print, type Terminal, UsageError } from "../output.js";

interface ChangeOptions extends IpamCommandOptions {
  readonly force?: true;
}

interface AddAddressOptions extends ChangeOptions {
  readonly ip?: string;
  readonly from?: readonly string[];
  readonly mac?: string;
  readonly duid?: string;
}

interface MoveOptions extends ChangeOptions {
  readonly ip?: string;
  readonly to?: readonly string[];
  readonly from?: string;
}

interface AliasOptions extends ChangeOptions {
  readonly add?: readonly string[];
  readonly remove?: readonly string[];
}

interface ClientOptions extends ChangeOptions {
  readonly mac?: string;
  readonly duid?: string;
  readonly ip?: string;
}

const examples = `
A host is named by its name, one of its addresses, or its reference.

Examples:
  $ infoblox-ipam host add-address web-1.example.com --from 2001:db8:7::/64
  $ infoblox-ipam host move web-1.example.com --to 10.0.8.0/24
  $ infoblox-ipam host rename web-1.example.com web-2.example.com
  $ infoblox-ipam host alias web-1.example.com --add www.example.com --remove old.example.com
  $ infoblox-ipam host client web-1.example.com --mac 02:42:ac:11:00:03
  $ infoblox-ipam host client web-1.example.com --mac none
`;

/** @param wordsOf - formats a host for people */
export function hostChangeCommands(terminal: Terminal, wordsOf: (host: Host) => string): Command[] {
  const change = (name: string, description: string) => {
    const command = new Command(name)
      .description(description)
      .argument("<host>", "a name, an address or a reference")
      .addHelpText("after", connectionHelp + examples + exitCodesHelp);
    return addIpamOptions(command.option("--force", "also if another owner created it"));
  };
  const changed = async (options: ChangeOptions, work: (session: Session) => Promise<Host>) =>
    print(terminal, options, await withIpam(options, terminal, work), wordsOf);

  return [
    change("add-address", "Add an address to a host.")
      .option("--ip <address>", "this address and no other")
      .option("--from <subnet>", "the next free address from here; several are tried in order", collect)
      .option("--mac <mac>", "MAC address of its DHCP client")
      .option("--duid <duid>", "DUID of its DHCP client, for IPv6")
      .action(async (host: string, options: AddAddressOptions) => {
        const { ip, from, mac, duid, force } = options;
        const added = await withIpam(options, terminal, ({ ipam, signal }) =>
          ipam.hosts.addAddress(host, { ip, from, mac, duid, force, signal }),
        );
        print(terminal, options, added, ({ address }) => address.ip);
      }),
    change("move", "Replace an address of a host; its client moves to the new one.")
      .option("--to <subnet>", "the next free address from here; several are tried in order", collect)
      .option("--ip <address>", "this address and no other")
      .option("--from <address>", "the address to replace, if the host has several")
      .action((host: string, options: MoveOptions) => {
        const { ip, to, from, force } = options;
        return changed(options, ({ ipam, signal }) => ipam.hosts.move(host, { ip, to, from, force, signal }));
      }),
    change("rename", "Rename a host.")
      .argument("<name>", "the new name")
      .action((host: string, name: string, options: ChangeOptions) => {
        const { force } = options;
        return changed(options, ({ ipam, signal }) => ipam.hosts.rename(host, name, { force, signal }));
      }),
    change("alias", "Add or remove aliases of a host.")
      .option("--add <name>", "an alias to add; may be repeated", collect)
      .option("--remove <name>", "an alias to remove; may be repeated", collect)
      .action((host: string, options: AliasOptions) => {
        const { add, remove, force } = options;
        if (add === undefined && remove === undefined)
          throw new UsageError("give --add or --remove with an alias");
        return changed(options, async ({ ipam, signal }) => {
          const added = add && (await ipam.hosts.addAliases(host, add, { force, signal }));
          return remove
            ? ipam.hosts.removeAliases(added ?? host, remove, { force, signal })
            : (added as Host);
        });
      }),
    change("client", "Set the DHCP client of a host's address; none removes it.")
      .option("--mac <mac|none>", "of the IPv4 address")
      .option("--duid <duid|none>", "of the IPv6 address")
      .option("--ip <address>", "the address, if the host has several")
      .action((host: string, options: ClientOptions) => {
        const { mac, duid, ip, force } = options;
        if ((mac === undefined) === (duid === undefined))
          throw new UsageError("give --mac or --duid for the client, not both");
        const clientOf = (text: string) => (text === "none" ? null : text);
        return changed(options, ({ ipam, signal }) =>
          mac === undefined
            ? ipam.hosts.setDuid(host, clientOf(duid ?? ""), { ip, force, signal })
            : ipam.hosts.setMac(host, clientOf(mac), { ip, force, signal }),
        );
      }),
  ];
}
