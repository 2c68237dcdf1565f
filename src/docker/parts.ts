import type { Ipam } from "../ipam/ipam.js";
import type { CloudAttributes } from "./cloud-attributes.js";
import type { GivenAddresses } from "./given-addresses.js";
import type { Prerequisites } from "./prerequisites.js";
import type { ReleaseJournal } from "./release-journal.js";
import type { RepeatGuard } from "./repeat-guard.js";
import type { RequestIds } from "./request-ids.js";
import type { DriverSettings } from "./settings.js";

/** What the calls of one driver work with. */
export interface DriverParts {
  readonly ipam: Ipam;
  readonly settings: DriverSettings;
  readonly attributes: CloudAttributes;
  readonly ids: RequestIds;
  readonly prerequisites: Prerequisites;
  readonly guard: RepeatGuard;
  readonly given: GivenAddresses;
  readonly journal: ReleaseJournal;
}
