/**
 * Milliseconds that the work keeps the processor busy: what hangs in a loop takes long on any machine, and what waits for its
 * turn on a busy one doesn't.
 */
export async function processorTime(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
