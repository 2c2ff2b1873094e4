/** `/verify` and "Verify picture". The answer is for the asker alone, and comes late: the file must be fetched and looked at. */
import { MAX_ATTACHED_BYTES, MAX_ATTACHED_PIXELS } from '../../core/limits.ts';
import { type VerifyRefusal, verifyCard, verifyRefusalCard } from '../cards/verify-card.ts';
import { ephemerally } from '../interactions/answers.ts';
import type { Answer, CommandHandler, MessageCommandHandler } from '../interactions/handler.ts';
import type { Attachment } from '../interactions/interaction.ts';
import { reasonOf } from '../log.ts';
import type { LatePorts } from '../ports.ts';

export const verify: CommandHandler = async ({ options, resolved }) => examineLater(resolved.attachments.get(String(options.get('picture'))));

/** The first picture of the message. */
export const verifyMessage: MessageCommandHandler = async ({ message }) => examineLater(message.attachments.find(({ width }) => width !== undefined));

function examineLater(attachment: Attachment | undefined): Answer {
  if (!attachment) return refuse('no-picture');
  const { bytes, width = 0, height = 0, url } = attachment;
  if (bytes > MAX_ATTACHED_BYTES || width * height > MAX_ATTACHED_PIXELS) return refuse('too-large');
  return { later: (ports) => examineNow(url, ports) };
}

async function examineNow(url: string, { discord, examinePicture, log }: LatePorts): Promise<ReturnType<typeof verifyCard>> {
  let file: Uint8Array;
  try {
    file = await discord.download(url);
  } catch (error) {
    log.warn({ event: 'verify:fetch:failed', reason: reasonOf(error) }, 'a picture could not be fetched');
    return verifyRefusalCard('gone');
  }
  try {
    return verifyCard(await examinePicture(file));
  } catch (error) {
    log.info({ event: 'verify:read:failed', reason: reasonOf(error) }, 'a picture could not be read');
    return verifyRefusalCard('unreadable');
  }
}

function refuse(refusal: VerifyRefusal): Answer {
  return ephemerally(verifyRefusalCard(refusal));
}
