import type { Card } from '../cards/card.ts';
import { keepsakeCard, sentCard } from '../cards/keepsake-card.ts';
import { refusalCard } from '../cards/refusal-card.ts';
import { messageLink } from '../cards/wording.ts';
import { refuse } from '../interactions/answers.ts';
import type { ComponentHandler } from '../interactions/handler.ts';
import type { ComponentInteraction } from '../interactions/interaction.ts';
import type { Ports } from '../ports.ts';
import { Unreachable } from '../rest/discord-errors.ts';
import { type PostedPictures, picturesOfJob } from './posted-pictures.ts';

/** How the file names of posted pictures begin, with or without a spoiler before it; the one from before a refinement is left where it is. */
const OUR_PICTURES = /^(?:SPOILER_)?refinery-/;

/** 📩: the files themselves, in a direct message to whoever pressed. They take a while, so the answer comes late. */
export const sendToDms: ComponentHandler = async (press, [jobId = ''], ports) => {
  const posted = await picturesOfJob(jobId, ports, { channelId: press.channelId, messageId: press.message.id });
  if (!posted) return refuse({ kind: 'picture-gone' });
  return { later: () => send(press, posted, ports) };
};

async function send(press: ComponentInteraction, posted: PostedPictures, { discord, log }: Ports): Promise<Card> {
  const pictures = press.message.attachments.filter(({ filename }) => OUR_PICTURES.test(filename));
  if (pictures.length === 0) return refusalCard({ kind: 'picture-gone' });
  const files = await Promise.all(
    pictures.map(async ({ url, filename, contentType }) => ({ name: filename, data: await discord.download(url), contentType: contentType ?? 'application/octet-stream' })),
  );
  const link = messageLink(press.guildId, posted.channelId, posted.messageId);
  try {
    await discord.directMessage(press.userId, keepsakeCard({ job: posted.row.job, filenames: files.map(({ name }) => name), link }), files);
    return sentCard();
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error;
    log.info({ event: 'picture:send:closed', job: posted.row.job.id }, 'someone has closed their direct messages');
    return refusalCard({ kind: 'dms-closed' });
  }
}
