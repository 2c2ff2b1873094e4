import * as v from 'valibot';
import { BadCheckpoint } from '../checkpoint/bad-checkpoint.ts';

/** Parses a config.json's contents; a field that this engine cannot run becomes a `BadCheckpoint` that names it. */
export function parseConfig<T>(schema: v.GenericSchema<unknown, T>, file: string, json: unknown): T {
  const result = v.safeParse(schema, json);
  if (result.success) return result.output;
  const [issue] = result.issues;
  const wanted = issue.message.startsWith('Invalid') ? issue.expected : issue.message;
  throw new BadCheckpoint(file, `${v.getDotPath(issue) ?? 'its content'} is ${issue.received}, but this engine runs ${wanted ?? 'something else'}`);
}

/** A field that may be absent or null, and else must be this: anything more is a variant that the engine does not have. */
export function only<const T extends string | number | boolean>(value: T) {
  return v.nullish(v.literal(value), value);
}

/** A field that only a variant sets: absent, null or false here. */
export const unset = v.nullish(v.literal(false, 'only models without it'));

export const positive = v.pipe(v.number(), v.integer(), v.minValue(1));

/** Group norm splits every level's channels into equal groups. */
export function checkGroups(file: string, groups: number, blockChannels: readonly number[]): void {
  const odd = blockChannels.find((channels) => channels % groups !== 0);
  if (odd !== undefined) throw new BadCheckpoint(file, `norm_num_groups ${groups} does not divide ${odd} channels`);
}

/** A list with one entry per level must be as long as block_out_channels. */
export function checkLength(file: string, field: string, list: readonly unknown[], levels: number): void {
  if (list.length !== levels) throw new BadCheckpoint(file, `${field} has ${list.length} entries, but block_out_channels has ${levels}`);
}
