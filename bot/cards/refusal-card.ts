import type { Centicredits } from '../../core/credits.ts';
import type { AppliedRule } from '../../core/quota/rule.ts';
import type { Card } from './card.ts';
import { createCard } from './card.ts';
import { COLOURS } from './palette.ts';
import { escapeMarkdown, shorten } from './plain-text.ts';
import { isShared, ruleWords } from './quota-words.ts';
import { credits, creditsOf, relativeTime } from './wording.ts';

/** The account that fell short, and the rule that limits it: the asker's own, or a pot that they share. */
export interface OutOfCredits {
  readonly kind: 'out-of-credits';
  readonly cost: Centicredits;
  readonly left: Centicredits;
  readonly limit: Centicredits;
  /** Epoch seconds. */
  readonly resetsAt: number;
  readonly rule: AppliedRule;
}

/** Why a job was not accepted. Nothing was held, nothing is charged. */
export type Refusal =
  | OutOfCredits
  | { readonly kind: 'prompt-empty' }
  | { readonly kind: 'prompt-too-long'; readonly option: string; readonly length: number; readonly max: number }
  | { readonly kind: 'out-of-range'; readonly option: string; readonly min: number; readonly max: number; readonly whole: boolean }
  | { readonly kind: 'not-a-choice'; readonly option: string; readonly choices: readonly string[] }
  | { readonly kind: 'size-unsupported'; readonly width: number; readonly height: number; readonly model: string }
  | { readonly kind: 'mask-alone' }
  | { readonly kind: 'not-a-picture-file' | 'file-too-large'; readonly option: string }
  | { readonly kind: 'unknown-option'; readonly option: string }
  | { readonly kind: 'lora-unreadable'; readonly part: string }
  | { readonly kind: 'no-such-lora'; readonly name: string; readonly known: readonly string[] }
  | { readonly kind: 'too-many-loras'; readonly max: number }
  | { readonly kind: 'model-away'; readonly model: string }
  | { readonly kind: 'unknown-command' }
  | { readonly kind: 'unreadable' }
  | { readonly kind: 'broke' }
  /** No answer was ready in time; a job that was asked for is given up again. */
  | { readonly kind: 'too-slow' }
  | { readonly kind: 'bot-lacks-permissions'; readonly missing: readonly string[] }
  | { readonly kind: 'member-lacks-permissions'; readonly missing: readonly string[] }
  /** The operator's budget for the month is used up; `resetsAt` in epoch seconds. */
  | { readonly kind: 'budget-spent'; readonly resetsAt: number }
  | { readonly kind: 'already-asked' }
  | { readonly kind: 'done-already'; readonly link: string }
  | { readonly kind: 'picture-gone' }
  | { readonly kind: 'not-a-picture' }
  | { readonly kind: 'nothing-to-do' }
  | { readonly kind: 'not-yours' }
  | { readonly kind: 'dms-closed' }
  /** A button, menu or modal that this version does not know. */
  | { readonly kind: 'other-version' }
  | { readonly kind: 'not-signed' };

/** A refusal: what does not work and what does. Meant to be ephemeral. */
export function refusalCard(refusal: Refusal): Card {
  const { title, text } = words(refusal);
  return createCard({ color: COLOURS.refused, title, description: text, footer: { text: 'Nothing was charged.' } });
}

function words(refusal: Refusal): { title: string; text: string } {
  switch (refusal.kind) {
    case 'out-of-credits':
      return { title: 'Out of credits for now', text: outOfCredits(refusal) };
    case 'budget-spent':
      return {
        title: 'No more pictures this month',
        text: `Painting costs money, and what was set aside for this month is used up. It goes on ${relativeTime(refusal.resetsAt)}; your credits are not touched. What is in line already is still painted.`,
      };
    case 'prompt-empty':
      return { title: 'What should it show?', text: 'The prompt has no words in it. Try `a red house under a yellow sun`.' };
    case 'prompt-too-long':
      return {
        title: 'That is too long',
        text: `\`${name(refusal.option)}\` has ${refusal.length} characters; at most ${refusal.max} fit. The model reads only about the first 75 words anyway, so put what matters first.`,
      };
    case 'out-of-range':
      return {
        title: 'That number does not work',
        text: `\`${name(refusal.option)}\` takes ${refusal.whole ? 'a whole number' : 'a number'} from ${refusal.min} to ${refusal.max}.`,
      };
    case 'not-a-choice':
      return { title: 'That is not one of the choices', text: `\`${name(refusal.option)}\` takes one of ${refusal.choices.map((c) => `\`${c}\``).join(', ')}.` };
    case 'size-unsupported':
      return {
        title: 'That size does not work',
        text: `${escapeMarkdown(refusal.model)} cannot paint ${refusal.width} × ${refusal.height}. Choose another aspect.`,
      };
    case 'mask-alone':
      return { title: 'A mask of what?', text: 'A `mask` says where in an `image` to paint: attach both.' };
    case 'not-a-picture-file':
      return { title: 'That is not a picture', text: `\`${name(refusal.option)}\` takes a PNG, JPEG, WebP or GIF.` };
    case 'file-too-large':
      return { title: 'That file is too large', text: `\`${name(refusal.option)}\` takes a file of at most 20 MiB and 36 megapixels.` };
    case 'unknown-option':
      return { title: 'Unknown option', text: `\`${name(refusal.option)}\` is not an option here (any more). Reload Discord to see the present ones.` };
    case 'lora-unreadable':
      return { title: 'I did not understand that LoRA', text: `\`${name(refusal.part)}\` is not a name with a strength from −2 to 2. Write \`paper-cut:0.8\`, or \`<lora:paper-cut:0.8>\` in the prompt.` };
    case 'no-such-lora':
      return { title: 'There is no such LoRA', text: noSuchLora(refusal) };
    case 'too-many-loras':
      return { title: 'That is too many', text: `At most ${refusal.max} LoRA files fit one picture.` };
    case 'model-away':
      return { title: 'Nobody paints with that model any more', text: `${escapeMarkdown(refusal.model)} is not here at the moment. Ask \`/imagine\` for another one, or whoever runs this bot for this one.` };
    case 'unknown-command':
      return { title: 'Unknown command', text: 'That command is not one of mine (any more). Reload Discord to see the present ones.' };
    case 'unreadable':
      return { title: 'I did not understand that', text: 'Discord sent something that I cannot read. Try again; if it keeps happening, tell whoever runs this bot.' };
    case 'broke':
      return { title: 'Something broke on our side', text: 'Try again in a minute. If it keeps happening, tell whoever runs this bot.' };
    case 'too-slow':
      return { title: 'That took too long', text: 'Try again in a minute. If you were changing something, look first: it may have worked.' };
    case 'bot-lacks-permissions':
      return {
        title: 'I may not post here',
        text: `In this channel I lack ${list(refusal.missing)}. Someone who manages the server can allow it, or use another channel.`,
      };
    case 'member-lacks-permissions':
      return {
        title: 'You may not do that here',
        text: `In this channel you lack ${list(refusal.missing)}, so I do not post pictures for you here. Try another channel.`,
      };
    case 'already-asked':
      return { title: 'Already on its way', text: 'This was taken before; its answer comes in its own message.' };
    case 'done-already':
      return { title: 'That was done before', text: `[Here it is](${refusal.link}): this is done once a picture, whoever asks.` };
    case 'picture-gone':
      return { title: 'I do not know this picture any more', text: 'How a picture was painted is kept for 90 days, or until its asker has it deleted. Its prompt and seed still stand above: paint it again with `/imagine`.' };
    case 'not-a-picture':
      return { title: 'That is not a picture of mine', text: 'Use this on a message of mine that shows finished pictures; how they were painted is kept for 90 days.' };
    case 'nothing-to-do':
      return { title: 'Nothing to do', text: 'This picture is as large as Discord takes.' };
    case 'not-yours':
      return { title: 'That is not yours to delete', text: 'Only whoever asked for a picture, and members with **Manage Messages**, may delete it.' };
    case 'dms-closed':
      return { title: 'Your direct messages are closed', text: 'Allow them in this server’s privacy settings (right-click the server → Privacy Settings → Direct Messages), then press 📩 again.' };
    case 'other-version':
      return { title: 'This button is from another Refinery', text: 'It was made by an older or a newer version of this bot. Right-click (or hold) the picture and choose Apps → Refine or Remix, or react with ✨: that still works.' };
    case 'not-signed':
      return { title: 'This button does not work any more', text: 'It was made before this bot got a new key. Right-click (or hold) the picture and choose Apps → Refine or Remix, or react with ✨: that still works.' };
  }
}

function noSuchLora({ name: asked, known }: Extract<Refusal, { kind: 'no-such-lora' }>): string {
  if (known.length === 0) return 'No LoRA files are installed here. Leave `lora` out; whoever runs this bot can add some.';
  const shown = known.slice(0, SHOWN_LORAS).map((each) => `\`${each}\``).join(', ');
  return `\`${name(asked)}\` is none of those here: ${shown}${known.length > SHOWN_LORAS ? ` and ${known.length - SHOWN_LORAS} more; \`lora\` finds them as you type` : ''}.`;
}

const SHOWN_LORAS = 10;

function outOfCredits({ cost, left, limit, resetsAt, rule }: OutOfCredits): string {
  const whose = !isShared(rule) ? 'you have' : rule.target.kind === 'channel' ? 'this channel has' : 'this server has';
  const hope = cost > rule.credits ? 'That is more than the rule ever gives: try fewer steps, or a smaller count.' : `They come back ${relativeTime(resetsAt)}.`;
  return `This costs ${credits(cost)}; ${whose} ${creditsOf(left, limit)} left. ${hope}\n-# The rule: ${ruleWords(rule)}.`;
}

/** An option's name inside a code span. */
function name(option: string): string {
  return shorten(option.replaceAll(/[^\p{L}\p{N}_-]/gu, ''), 32) || 'that';
}

function list(permissions: readonly string[]): string {
  return permissions.map((permission) => `**${permission}**`).join(', ');
}
