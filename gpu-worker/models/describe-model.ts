import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { EDGE, GUIDANCE, STEPS } from '../../core/limits.ts';
import type { Model } from '../../core/model.ts';
import { SAMPLERS, isSamplerName } from '../sdxl/samplers/named-samplers.ts';
import { BadCheckpoint } from '../sdxl/checkpoint/bad-checkpoint.ts';

const between = ({ min, max }: { readonly min: number; readonly max: number }) => v.pipe(v.number(), v.minValue(min), v.maxValue(max));

/** What an owner may say of a checkpoint in `model.json`: how it wants to be painted with where nobody says otherwise. */
const description = v.strictObject({
  title: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(80))),
  edge: v.optional(v.pipe(between(EDGE), v.multipleOf(EDGE.multiple))),
  steps: v.optional(v.pipe(between(STEPS), v.integer())),
  guidanceScale: v.optional(between(GUIDANCE)),
  sampler: v.optional(v.pipe(v.string(), v.check(isSamplerName, `not one of ${Object.keys(SAMPLERS).join(', ')}`))),
  timestepSpacing: v.optional(v.picklist(['leading', 'trailing', 'linspace'])),
});

/**
 * The model as its `model.json` describes it (in its folder; `NAME.json` beside a single file), or as it is without one.
 * @throws {BadCheckpoint} naming the first field that does not fit
 */
export async function describeModel(model: Model, base: string, root: string): Promise<Model> {
  const file = root === base && base.endsWith('.safetensors') ? base.replace(/\.safetensors$/, '.json') : join(root, 'model.json');
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return model;
  const parsed = v.safeParse(description, parseJson(text, file));
  if (!parsed.success) throw new BadCheckpoint(file, `${v.getDotPath(parsed.issues[0]) ?? 'it'} does not fit: ${parsed.issues[0].message}`);
  return { ...model, ...(Object.fromEntries(Object.entries(parsed.output).filter(([, value]) => value !== undefined)) as Partial<Model>) };
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new BadCheckpoint(file, 'is not JSON', { cause });
  }
}
