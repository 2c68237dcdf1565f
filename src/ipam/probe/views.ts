/** The scratch network view itself. This comes last: it may be gone afterwards. */

import { type Experiment, either, Unanswered } from "./experiment.js";
import { made } from "./laboratory.js";

export const views: readonly Experiment[] = [
  {
    id: "networkViewTakesItsViews",
    question: "Does deleting a network view take along DNS views beside its first one?",
    async run(lab) {
      const { networkView } = lab;
      const second = made(
        await lab.create("view", { name: `${networkView} second`, network_view: networkView }),
      );
      await lab.settle();
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
