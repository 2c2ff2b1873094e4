/** The short phrases that several cards share. */
import { formatCredits } from '../../core/credits.ts';
import type { Centicredits } from '../../core/credits.ts';
import type { RefineForm, Work } from '../../core/job.ts';
import { modelOf } from '../../core/model.ts';
import { SAMPLER_LABELS } from '../../core/samplers.ts';
import { STYLES } from '../../core/styles.ts';
import { escapeMarkdown } from './plain-text.ts';

/** `1 credit`, `0.5 credits`. */
export function credits(amount: Centicredits): string {
  return amount === 100 ? '1 credit' : `${formatCredits(amount)} credits`;
}

/** `6.2 of 20 credits`. */
export function creditsOf(left: Centicredits, limit: Centicredits): string {
  return `${formatCredits(left)} of ${credits(limit)}`;
}

/** `4.2 s`, `38 s`, `2 min 5 s`. */
export function duration(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/** `1 job`, `2 jobs`, `1,200 jobs`. */
export function many(count: number, what: string): string {
  return `${count.toLocaleString('en')} ${what}${count === 1 ? '' : 's'}`;
}

/** A moment in the reader's own words and time zone: `in 3 hours`. */
export function relativeTime(epochSeconds: number): string {
  return `<t:${Math.floor(epochSeconds)}:R>`;
}

export function modelTitle(modelId: string): string {
  return modelOf(modelId).title;
}

const REFINE_WORDS: Readonly<Record<RefineForm, string>> = {
  ensemble: 'base and refiner',
  'two-stage': 'base, then refiner over the whole',
  none: 'base only',
};

/** How it was painted, in one line: model, steps, guidance, and who took part. */
export function recipe(work: Work): string {
  const parts = [escapeMarkdown(modelTitle(work.model)), work.steps === 1 ? '1 step' : `${work.steps} steps`, `guidance ${work.guidanceScale}`, ...choices(work)];
  switch (work.kind) {
    case 'imagine':
      return [...parts, REFINE_WORDS[work.refine]].join(' · ');
    case 'vary':
      return [...parts, `varied at strength ${work.strength}`, REFINE_WORDS[work.refine]].join(' · ');
    case 'refine':
      return [...parts, `refiner at strength ${work.strength}`].join(' · ');
    case 'finish':
      return [...parts, 'finished by the refiner'].join(' · ');
    case 'upscale':
      return `${escapeMarkdown(modelTitle(work.model))} · enlarged`;
  }
}

/** What was chosen besides. */
function choices(work: Work): readonly string[] {
  const image = work.kind === 'imagine' && work.image ? [work.mask ? 'painted into your picture' : `from your picture at strength ${work.strength ?? 1}`] : [];
  const loras = (work.loras ?? []).map(({ name, strength }) => `LoRA ${escapeMarkdown(name)} ${strength}`);
  return [...(work.sampler ? [SAMPLER_LABELS[work.sampler]] : []), ...(work.style ? [`style ${STYLES[work.style].label}`] : []), ...loras, ...image];
}

/** A link to a message, as Discord's own "Copy Message Link" writes it. */
export function messageLink(guildId: string | null, channelId: string, messageId: string): string {
  return `https://discord.com/channels/${guildId ?? '@me'}/${channelId}/${messageId}`;
}
