/** The timestep of a call that the caller knows to be there. */
export function timestepAt(timesteps: readonly number[], call: number): number {
  const timestep = timesteps[call];
  if (timestep === undefined) throw new RangeError(`the schedule has no call ${call}`);
  return timestep;
}
