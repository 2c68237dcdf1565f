/** Experiments with the scratch network view itself. They run last: the view may be deleted afterwards. */

import { type Experiment, refused } from "./experiment.js";
import { made, rowsOf, Unanswered } from "./laboratory.js";

export const views: readonly Experiment[] = [
  ...refused([
    {
      id: "dynamicUpdateViewIsKept",
      question: "Does the grid refuse to delete the first DNS view of a network view with two DNS views?",
      async ask(lab) {
        const { networkView: network_view } = lab;
        const first = await lab.dnsView();
        const second = made(await lab.create("view", { name: `${network_view} other`, network_view }));
        await lab.untilSearchable();
        const { data } = await lab.ask("GET", "view", { query: { name: first } });
        if (data?.[0]?._ref === undefined)
          throw new Unanswered("a search does not find the scratch DNS view");
        const reply = await lab.remove(String(data[0]._ref));
        if (!reply.ok) await lab.remove(second);
        return reply;
      },
    },
  ]),
  {
    id: "networkViewTakesItsViews",
    question: "Does the delete of a network view also delete all of its DNS views?",
    async run(lab) {
      const { networkView } = lab;
      const second = made(
        await lab.create("view", { name: `${networkView} second`, network_view: networkView }),
      );
      await lab.untilSearchable();
      const { data } = await lab.ask("GET", "networkview", { query: { name: networkView } });
      const [view] = rowsOf(data);
      if (view === undefined) throw new Unanswered("a search does not find the scratch network view");
      const { ok } = await lab.remove(String(view._ref));
      // Otherwise the probe would have to delete the contents of the network view one by one.
      if (!ok) await lab.remove(second);
      return ok;
    },
    yes: "The grid deletes them, too",
    no: "They must be deleted first",
  },
];
