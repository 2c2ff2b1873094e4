import * as v from 'valibot';

/** How a job asks for LoRA files, and how people write them: AUTOMATIC1111's `<lora:name:strength>`, or `name:strength, name`. */
export interface LoraWish {
  readonly name: string;
  /** 1 as trained, 0 not at all, below 0 the other way. */
  readonly strength: number;
}

export const LORA_STRENGTH = { min: -2, max: 2 } as const;
/** At once; each takes memory and time. */
export const MOST_LORAS = 4;
export const MAX_LORA_NAME_LENGTH = 64;
const AS_TRAINED = 1;

/** No character of it means anything in a tag, in a list, or to Discord. */
const NAME = /^[\p{L}\p{N}][\p{L}\p{N} ._()+-]*$/u;

export const loraWishes = v.pipe(
  v.array(
    v.object({
      name: v.pipe(v.string(), v.maxLength(MAX_LORA_NAME_LENGTH), v.regex(NAME, 'not the name of a LoRA')),
      strength: v.pipe(v.number(), v.minValue(LORA_STRENGTH.min), v.maxValue(LORA_STRENGTH.max)),
    }),
  ),
  v.minLength(1),
  v.maxLength(MOST_LORAS),
);

/** `Paper Cut [v2].safetensors` without its ending → `Paper Cut _v2_`: what people can ask for it by; empty when nothing is left. */
export function loraNameOf(stem: string): string {
  return stem
    .replaceAll(/[^\p{L}\p{N} ._()+-]/gu, '_')
    .replace(/^[^\p{L}\p{N}]+/u, '')
    .slice(0, MAX_LORA_NAME_LENGTH)
    .trimEnd();
}

/** What people write, or what is wrong with it: `part` as they wrote it. */
export type ReadLoras = { readonly loras: readonly LoraWish[] } | { readonly unreadable: string };

/** `paper cut:0.8, film-grain`: names, each with a strength or as trained. */
export function readLoraList(text: string): ReadLoras {
  const parts = text.split(',').map((part) => part.trim()).filter((part) => part !== '');
  return readAll(parts);
}

const TAG = /<\s*lora\s*:([^<>]*)>/giu;

/** Takes the tags out of a prompt. */
export function takeLoraTags(prompt: string): { readonly prompt: string; readonly read: ReadLoras } {
  const parts = [...prompt.matchAll(TAG)].map(([, part = '']) => part.trim());
  return { prompt: prompt.replaceAll(TAG, ' ').replaceAll(/\s+/gu, ' ').trim(), read: readAll(parts) };
}

/** One after the other, a name that comes again with the sum of its strengths. */
export function joinedLoras(loras: readonly LoraWish[]): readonly LoraWish[] {
  const strengths = new Map<string, number>();
  for (const { name, strength } of loras) strengths.set(name, (strengths.get(name) ?? 0) + strength);
  return [...strengths].map(([name, strength]) => ({ name, strength: Math.min(LORA_STRENGTH.max, Math.max(LORA_STRENGTH.min, Math.round(strength * 100) / 100)) }));
}

/** `<lora:paper cut:0.8> <lora:film-grain:1>` */
export function loraTags(loras: readonly LoraWish[]): string {
  return loras.map(({ name, strength }) => `<lora:${name}:${strength}>`).join(' ');
}

function readAll(parts: readonly string[]): ReadLoras {
  const loras = parts.map(readOne);
  const wrong = loras.findIndex((lora) => lora === undefined);
  return wrong === -1 ? { loras: loras.flatMap((lora) => lora ?? []) } : { unreadable: parts[wrong] ?? '' };
}

/** A1111 knows a second number, for the text encoders; here one strength holds for all. */
function readOne(part: string): LoraWish | undefined {
  const [name = '', strength = String(AS_TRAINED), ...rest] = part.split(':').map((piece) => piece.trim());
  const value = Number(strength);
  const fits = NAME.test(name) && strength !== '' && value >= LORA_STRENGTH.min && value <= LORA_STRENGTH.max && rest.length === 0;
  return fits ? { name, strength: value } : undefined;
}
