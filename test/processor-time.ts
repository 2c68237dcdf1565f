/**
 * Milliseconds of processor time that the work takes. An endless loop takes long on any machine; waiting on a busy
 * machine does not count.
 */
export async function processorTime(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  return millisecondsOf(process.cpuUsage(before));
}

export function millisecondsOf({ user, system }: NodeJS.CpuUsage): number {
  return (user + system) / 1000;
}
