import { Identity } from "../../../src/transport/identity.js";
import { type Credentials, transportSettings } from "../../../src/transport/options.js";
import { Redactor } from "../../../src/transport/redactor.js";

/** Somebody with a name and a password, or nobody. */
export function identityOf(credentials: Credentials | undefined): Identity {
  const settings = transportSettings({ url: "https://grid", username: "any", password: "any" }, {});
  return new Identity({ ...settings, credentials }, new Redactor([]));
}
