import type { Job } from '../../core/job.ts';
import type { Card } from './card.ts';
import { createCard, mentioning } from './card.ts';
import { COLOURS } from './palette.ts';
import { shorten } from './plain-text.ts';
import { promptText } from './prompt-text.ts';

/** Why an accepted job came to nothing. */
export type FailureReason = keyof typeof FAILURES;

const FAILURES = {
  'not-queued': { what: 'The line of jobs could not be reached.', next: 'Try again in a minute.' },
  'too-slow': { what: 'Our side was too slow to take the job in time.', next: 'Try again in a minute.' },
  'gave-up': { what: 'It was tried three times and did not succeed.', next: 'Try again, perhaps with fewer steps or a smaller count. If it keeps happening, tell whoever runs this bot.' },
  'model-missing': { what: 'The model for this picture is not installed here.', next: 'Tell whoever runs this bot, or ask for another model.' },
  'model-broken': { what: 'The model for this picture is damaged here.', next: 'Tell whoever runs this bot: their log names the file. Or ask for another model.' },
  'lora-missing': { what: 'A LoRA that you asked for is not here (any more).', next: 'Choose one that `lora` offers as you type.' },
  'lora-unfit': { what: 'A LoRA that you asked for does not fit this model, or its file is damaged.', next: 'Leave it out, or ask for another model. Whoever runs this bot finds the file in their log.' },
  'refiner-missing': { what: 'This model has no refiner here.', next: 'Use `/imagine` with `refine: none`.' },
  'out-of-memory': { what: 'The picture was too large for the machine that paints.', next: 'Try a smaller count or another aspect.' },
  'original-missing': { what: 'The original picture is no longer kept.', next: 'Paint it again with `/imagine` and the same seed, then refine the new one.' },
  'attachment-elsewhere': { what: 'The attached picture is not on Discord’s own servers.', next: 'Attach the file itself to `/imagine`.' },
  'attachment-gone': { what: 'The attached picture could not be fetched any more.', next: 'Attach it again.' },
  'attachment-too-large': { what: 'The attached picture is too large.', next: 'Attach one of at most 20 MiB and 36 megapixels.' },
  'attachment-unreadable': { what: 'The attached file is not a picture that can be read.', next: 'Attach a PNG, JPEG, WebP or GIF of at most 36 megapixels.' },
  'cannot-post': { what: 'The picture could not be posted in that channel.', next: 'Check that the bot may send messages and attach files there.' },
  screened: { what: 'The screen took the picture for explicit, so it was not posted.', next: 'Ask for it in other words. The screen is a program and can be wrong; those who manage this server can set how sure it must be (`/settings`).' },
  'screen-failed': { what: 'The picture could not be screened, and unscreened ones are not posted here.', next: 'Try again. If it keeps happening, tell whoever runs this bot.' },
  'could-not-paint': { what: 'The model failed while painting.', next: 'Try again. If it keeps happening, tell whoever runs this bot.' },
} as const satisfies Readonly<Record<string, { what: string; next: string }>>;

export interface Failure {
  readonly job: Pick<Job, 'work'>;
  readonly reason: FailureReason;
  /** What it was about, with what is wrong with it. */
  readonly detail?: string;
}

const MAX_DETAIL_LENGTH = 800;
const TITLE = 'This one did not work out';

/** A job that was accepted and failed: what happened, that nothing was charged, what to do. */
export function failureCard(failure: Failure): Card {
  const { what, next } = FAILURES[failure.reason];
  return createCard({
    color: COLOURS.failed,
    title: TITLE,
    description: promptText(failure.job.work),
    fields: [
      { name: 'What happened', value: failure.detail === undefined ? what : `${what}\n${shorten(failure.detail, MAX_DETAIL_LENGTH)}` },
      { name: 'What you can do', value: next },
    ],
    footer: { text: 'Nothing was charged.' },
  });
}

/** A failure told in the channel, to the one who asked and to nobody else. */
export function failurePost(failure: Failure & { readonly job: Pick<Job, 'userId'> }): Card {
  return mentioning(failureCard(failure), failure.job.userId);
}

/** For the channel of a private job whose asker takes no direct messages: neither what they asked for nor that it was private. */
export function outOfReachPost({ userId }: Pick<Job, 'userId'>): Card {
  const card = createCard({
    color: COLOURS.failed,
    title: TITLE,
    fields: [
      { name: 'What happened', value: 'It could not be brought to you: your direct messages are closed to me.' },
      { name: 'What you can do', value: 'Allow direct messages from this server’s members in its privacy settings, then ask again.' },
    ],
    footer: { text: 'Nothing was charged.' },
  });
  return mentioning(card, userId);
}
