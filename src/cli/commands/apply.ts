/** `infoblox-ipam apply`: changes the grid to match a description in a file. */

import { Command } from "commander";
import { InvalidRequestError, isInfobloxError } from "../../errors.js";
import type { DesiredState } from "../../ipam/ensure/description.js";
import { connectionHelp } from "../connection.js";
import { type DataFile, readDataFile, readDataFromStdin } from "../data-file.js";
import { differencesText } from "../differences.js";
import { addIpamOptions, type IpamCommandOptions, needsOwner, withIpam } from "../ipam.js";
import { EndedWith, exitCodes, exitCodesHelp, print, type Terminal, UsageError } from "../output.js";
import { showing } from "../progress.js";

interface ApplyCommandOptions extends IpamCommandOptions {
  readonly dryRun?: true;
  readonly detailedExitcode?: true;
  readonly prune?: true;
  readonly replace?: true;
}

const examples = `
The file holds lists of containers, subnets, ranges, hosts, fixedAddresses, reservations and records:

  name: site-paris
  containers:
    - { cidr: 10.1.0.0/16, extattrs: { Site: Paris } }
  subnets:
    - { cidr: 10.1.0.0/24, gateway: first }
    - { name: blue, from: 10.1.0.0/16, prefixLength: 24 }
  hosts:
    - { name: web-1.example.com, from: { subnet: blue } }

Adopts existing objects and changes them if they differ; leaves objects alone that the file does not describe. A second
run changes nothing. If a request fails, or Ctrl-C stops it, the objects that were created before are rolled back.

+ is created, ~ updated, - deleted.

Examples:
  $ infoblox-ipam apply site.yaml --dry-run
  $ infoblox-ipam apply site.yaml
  $ infoblox-ipam apply site.yaml --owner platform-team --prune
  $ infoblox-ipam apply site.yaml --dry-run --detailed-exitcode || echo "something differs, or failed"
  $ generate-site | infoblox-ipam apply - --json
`;

export function applyCommand(terminal: Terminal): Command {
  const command = new Command("apply")
    .description("Change the grid to match the description in a file, or show what that would change.")
    .argument("<file>", "YAML, JSON or TOML file with the description; - reads YAML or JSON from stdin")
    .option("--dry-run", "only print the differences")
    .option("--detailed-exitcode", `with --dry-run: exit with ${exitCodes.different} if something differs`)
    .option("--prune", "delete what the owner has created and the file does not describe; needs an owner")
    .option("--replace", "replace what the grid chose if the file now has another size or source")
    .addHelpText("after", connectionHelp + examples + exitCodesHelp);
  return addIpamOptions(command).action((file: string, options: ApplyCommandOptions) =>
    apply(file, options, terminal),
  );
}

async function apply(name: string, options: ApplyCommandOptions, terminal: Terminal): Promise<void> {
  const { dryRun, detailedExitcode, prune, replace } = options;
  if (detailedExitcode && !dryRun) throw new UsageError("--detailed-exitcode goes with --dry-run");
  const file = await readDescription(name, options, terminal);
  const ensured = await showing(terminal, options, (show) =>
    withIpam(options, terminal, async ({ ipam, owner, signal }) => {
      if (prune) needsOwner(owner, "--prune");
      // `ipam.ensure` checks the content.
      const desired = file.content as DesiredState;
      return ipam.ensure(desired, { dryRun, prune, replace, signal, onProgress: show(["step", "steps"]) });
    }),
  ).catch(async (error: unknown) => {
    throw await placed(error, file);
  });
  print(terminal, options, ensured, (shown) =>
    differencesText(shown, dryRun ? "would be" : "done", terminal),
  );
  if (detailedExitcode && ensured.changed) throw new EndedWith(exitCodes.different);
}

async function readDescription(
  name: string,
  { passwordFile }: ApplyCommandOptions,
  terminal: Terminal,
): Promise<DataFile> {
  if (name === "-" && passwordFile === "-")
    throw new UsageError("stdin can't hold both the password and the file");
  const file = name === "-" ? await readDataFromStdin(terminal) : await readDataFile(name, terminal);
  const { content } = file;
  if (typeof content === "object" && content !== null && !Array.isArray(content)) return file;
  throw new UsageError(`${file.name} must be an object with lists, e.g. subnets`);
}

/** Puts the file's line before the message of an error about its content. */
async function placed(error: unknown, file: DataFile): Promise<unknown> {
  if (!isInfobloxError(error, "InvalidRequestError") || error.field === undefined) return error;
  const [list = ""] = error.field.split(/[.[]/);
  if (!Object.hasOwn(file.content as object, list)) return error;
  const { message, field, value, example, cause } = error;
  const place = await file.placeOf(field);
  return new InvalidRequestError(`${place}: ${message}`, { field, value, example, cause });
}
