/** Fields that hold the name of a view. They work the same in every type. */

import { networkViewNotFound, viewNotFound } from "../model/answers.js";
import type { NameLink } from "../model/rules.js";

/** `view`: a DNS view. */
export const viewLink: NameLink = { link: "view", type: "view", notFound: viewNotFound };

/** `network_view` */
export const networkViewLink: NameLink = {
  link: "networkView",
  type: "networkview",
  notFound: networkViewNotFound,
};
