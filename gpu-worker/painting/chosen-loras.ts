import { realpathSync } from 'node:fs';
import type { Work } from '../../core/job.ts';
import type { LoraWish } from '../../core/loras.ts';
import { Refused } from '../refused.ts';
import { BadLora } from '../sdxl/lora/bad-lora.ts';
import type { LoraUse } from '../sdxl/lora/lora-use.ts';
import { BadWeights } from '../sdxl/safetensors/bad-weights.ts';

/** The files that a job asks for by name, in its order. @throws {Refused} naming the first that is not here */
export function chosenLoras({ loras = [] }: Work, find: (name: string) => string | undefined = () => undefined): readonly LoraUse[] {
  return loras.map(({ name, strength }) => {
    const file = find(name);
    if (file === undefined) throw new Refused('lora-missing', { detail: `“${name}”` });
    return { file, strength };
  });
}

/** What is said of an error that a LoRA file is to blame for: its name and the first tensor that does not fit; `undefined` for other errors. */
export function unfitLora(error: unknown, used: readonly LoraUse[], asked: readonly LoraWish[]): Refused | undefined {
  if (!(error instanceof BadLora || error instanceof BadWeights)) return undefined;
  const place = used.findIndex(({ file }) => file === error.file || realPath(file) === error.file);
  const name = asked[place]?.name;
  if (name === undefined) return undefined;
  const tensor = error.tensor === undefined || error.tensor === '' ? '' : `its \`${error.tensor.replaceAll('`', '')}\` `;
  return new Refused('lora-unfit', { cause: error, detail: `“${name}”: ${tensor}${error.problem}` });
}

function realPath(file: string): string | undefined {
  try {
    return realpathSync(file);
  } catch {
    return undefined;
  }
}
