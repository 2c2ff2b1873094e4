/** `/verify` and "Verify picture". The answer is for the asker alone, and comes late: the file must be fetched and looked at. */
import { MAX_ATTACHED_BYTES, MAX_ATTACHED_PIXELS } from '../../core/limits.ts';
import type { Findings } from '../../core/provenance/findings.ts';
import { type VerifyRefusal, verifyCard, verifyRefusalCard } from '../cards/verify-card.ts';
import { ephemerally } from '../interactions/answers.ts';
import type { Answer, CommandHandler, MessageCommandHandler } from '../interactions/handler.ts';
import type { Attachment } from '../interactions/interaction.ts';
import { reasonOf } from '../log.ts';
import type { Ports } from '../ports.ts';

export const verify: CommandHandler = async ({ options, resolved }, ports) => examineLater(resolved.attachments.get(String(options.get('picture'))), ports);

/** The first picture of the message. */
export const verifyMessage: MessageCommandHandler = async ({ message }, ports) => examineLater(message.attachments.find(({ width }) => width !== undefined), ports);

function examineLater(attachment: Attachment | undefined, ports: Ports): Answer {
  if (!attachment) return refuse('no-picture');
  const { bytes, width = 0, height = 0, url } = attachment;
  if (bytes > MAX_ATTACHED_BYTES || width * height > MAX_ATTACHED_PIXELS) return refuse('too-large');
  return { later: () => examineNow(url, ports) };
}

async function examineNow(url: string, { discord, examinePicture = withoutPixels, log }: Ports): Promise<ReturnType<typeof verifyCard>> {
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

/** Loaded when it is asked for: what it reads signatures with is large. */
async function withoutPixels(file: Uint8Array): Promise<Findings> {
  const { examine } = await import('../../core/provenance/examine.ts');
  return examine(file);
}

function refuse(refusal: VerifyRefusal): Answer {
  return ephemerally(verifyRefusalCard(refusal));
}
