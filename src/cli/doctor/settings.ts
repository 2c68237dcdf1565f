/** Checks the settings before any request. */

import type { Command } from "commander";
import { isInfobloxError } from "../../errors.js";
import { messageFor } from "../wording.js";
import type { Finding } from "./finding.js";

/** @param command - the command whose flags the advice names */
export function lookAtSettings(error: unknown, command: Command): Finding {
  const message = messageFor(error, command);
  return { check: "settings", state: "failed", message, advice: adviceFor(error, message) };
}

function adviceFor(error: unknown, message: string): string {
  const field = isInfobloxError(error, "InvalidRequestError") ? error.field : undefined;
  if (field === "url") {
    return "Give the grid's address: --url https://grid.example.com, INFOBLOX_URL, or url in a file (--config).";
  }
  if (field === "username" || field === "password") {
    return "Give both: --user and --password-file, INFOBLOX_USERNAME and INFOBLOX_PASSWORD, or a file (--config).";
  }
  if (message.includes("can't read")) return "Check the file's path, and that this user may read it.";
  return "Correct the named setting; infoblox-ipam doctor --help shows where settings may come from.";
}
