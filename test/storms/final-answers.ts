import type { APIMessage } from 'discord-api-types/v10';

/** A message that tells somebody how their job ended. */
export interface FinalAnswer {
  readonly kind: 'picture' | 'failure';
  readonly messageId: string;
}

/** What failure-card.ts puts over a job that came to nothing. */
const FAILURE_TITLE = 'This one did not work out';
const OF_JOB = /^refinery-(.+)-\d+\.\w+$/;

/**
 * The final answers among these messages, by job. A picture names its job in its file's name; a failure is the job's own
 * card, by its interaction, or a post of its own, by its nonce.
 * @param onlyJob the job that a failure is of which says neither: the only one there was
 */
export function finalAnswers(messages: readonly APIMessage[], onlyJob?: string): ReadonlyMap<string, readonly FinalAnswer[]> {
  const found = new Map<string, FinalAnswer[]>();
  for (const message of messages) {
    const answer = answerIn(message, onlyJob);
    if (answer) found.set(answer.jobId, [...(found.get(answer.jobId) ?? []), { kind: answer.kind, messageId: message.id }]);
  }
  return found;
}

function answerIn({ attachments, embeds, interaction_metadata: by, nonce }: APIMessage, onlyJob?: string): { readonly jobId: string; readonly kind: FinalAnswer['kind'] } | undefined {
  const pictured = attachments.map(({ filename }) => OF_JOB.exec(filename)?.[1]).find((jobId) => jobId !== undefined);
  if (pictured !== undefined) return { jobId: pictured, kind: 'picture' };
  if (!embeds.some(({ title }) => title === FAILURE_TITLE)) return undefined;
  const jobId = by?.id ?? (nonce === undefined ? onlyJob : String(nonce).split('-')[0]);
  return jobId === undefined ? undefined : { jobId, kind: 'failure' };
}
