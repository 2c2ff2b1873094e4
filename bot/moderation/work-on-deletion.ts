import { INTERACTION_TOKEN_TRUSTED_SECONDS } from '../../core/limits.ts';
import type { Deletion } from '../../core/person/deletion.ts';
import type { Card } from '../cards/card.ts';
import { deletedCard, deletingCard } from '../cards/deletion-cards.ts';
import { reasonOf } from '../log.ts';
import type { Ports } from '../ports.ts';
import { type ForgetPorts, forgetPerson } from './forget-person.ts';

/** Works on a deletion that is leased to the caller until it is over or the signal comes, and lets go of it. @returns how it stands. Never throws. */
export async function workOnDeletion(deletion: Deletion, ports: ForgetPorts, signal: AbortSignal): Promise<Deletion> {
  const { ledger: { people }, log } = ports;
  const { userId } = deletion;
  try {
    const isOver = await forgetPerson(deletion, ports, signal);
    const finished = isOver ? await people.finishDeletion(deletion) : undefined;
    if (finished) {
      log.info({ event: 'mydata:delete:done', ...finished.deleted }, 'what was stored about somebody is deleted');
      return finished;
    }
    await people.releaseDeletion(userId);
    return (await people.findDeletion(userId)) ?? deletion;
  } catch (error) {
    log.warn({ event: 'mydata:delete:broke-off', reason: reasonOf(error) }, 'a deletion broke off; it is gone on with');
    await people.releaseDeletion(userId).catch(() => undefined);
    return deletion;
  }
}

/** Changes the card that says it goes on, while its token lasts. Never throws. */
export async function tellIfOver({ reply }: Deletion, after: Deletion, { discord, now, log }: ForgetPorts): Promise<void> {
  if (!after.isFinished || !reply || now() - reply.receivedAt > INTERACTION_TOKEN_TRUSTED_SECONDS * 1000) return;
  try {
    await discord.editOriginal(reply.applicationId, reply.token, deletedCard(after));
  } catch (error) {
    log.info({ event: 'mydata:delete:untold', reason: reasonOf(error) }, 'somebody was not told that their data is deleted');
  }
}

/** How a deletion stands, for whoever asked. */
export function standOf(deletion: Deletion, { customIds }: Pick<Ports, 'customIds'>): Card {
  return deletion.isFinished ? deletedCard(deletion) : deletingCard(deletion, customIds);
}
