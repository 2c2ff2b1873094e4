const CELLS = 14;

/** `▰▰▰▰▰▰▰▱▱▱▱▱▱▱ 50 %`; `done` of `total`, anything outside is taken as the nearest end. */
export function progressBar(done: number, total: number): string {
  const fraction = total > 0 ? Math.min(1, Math.max(0, done / total)) : 0;
  // Full only when it is: the last cell waits for the last step.
  const filled = Math.floor(fraction * CELLS);
  return `${'▰'.repeat(filled)}${'▱'.repeat(CELLS - filled)} ${Math.floor(fraction * 100)} %`;
}
