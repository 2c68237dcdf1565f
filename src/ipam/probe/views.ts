/** The scratch network view itself. This comes last: it may be gone afterwards. */

import { type Experiment, either, Unanswered } from "./experiment.js";
import { made } from "./laboratory.js";
import { refused } from "./question.js";

export const views: readonly Experiment[] = [
  ...refused([
    {
      id: "dynamicUpdateViewIsKept",
      question: "Is the DNS view that came with the network view refused to be deleted, beside another one?",
      async ask(lab) {
        const { networkView: network_view } = lab;
        const first = await lab.dnsView();
        const second = made(await lab.create("view", { name: `${network_view} other`, network_view }));
        await lab.untilSearchable();
        const { data } = await lab.ask("GET", "view", { query: { name: first } });
        if (data?.[0]?._ref === undefined) throw new Unanswered("the scratch DNS view isn't found");
        const reply = await lab.remove(String(data[0]._ref));
        if (!reply.ok) await lab.remove(second);
        return reply;
      },
    },
  ]),
  {
    id: "networkViewTakesItsViews",
    question: "Does deleting a network view take along DNS views beside its first one?",
    async run(lab) {
      const { networkView } = lab;
      const second = made(
        await lab.create("view", { name: `${networkView} second`, network_view: networkView }),
      );
      await lab.untilSearchable();
      const { data } = await lab.ask("GET", "networkview", { query: { name: networkView } });
      const [view] = Array.isArray(data) ? data : [];
      if (view === undefined) throw new Unanswered("the scratch network view isn't found");
      const { ok } = await lab.remove(String(view._ref));
      // In its way the network view would have to be emptied piece by piece.
      if (!ok) await lab.remove(second);
      return ok;
    },
    meaning: either("They go with it", "They must be deleted first"),
  },
];
