/** The handlers of `/mydata`. Answers are for the asker alone. */
import { confirmDeletionCard, noDeletionCard } from '../cards/deletion-cards.ts';
import { mydataCard } from '../cards/mydata-card.ts';
import { ephemerally, refuse } from '../interactions/answers.ts';
import type { CommandHandler, ComponentHandler } from '../interactions/handler.ts';
import { standOf, workOnDeletion } from './work-on-deletion.ts';

const FILE = 'refinery-mydata.json';
/** Below what Discord takes of a bot in any server (10 MiB, https://discord.com/developers/docs/reference#uploading-files). */
const MOST_BYTES = 9 * 1024 * 1024;

/** `/mydata export`: a file of the asker's rows, for the asker alone. */
export const exportMyData: CommandHandler = async ({ userId, guildId }, { ledger }) => ({
  later: async () => {
    const stored = await ledger.people.read(userId, guildId);
    const data = new TextEncoder().encode(JSON.stringify({ userId, ...stored }, undefined, 1));
    if (data.length > MOST_BYTES) return mydataCard(stored, undefined);
    return { card: mydataCard(stored, FILE), files: [{ name: FILE, data, contentType: 'application/json' }] };
  },
});

/** `/mydata delete`: says what would go, and asks. */
export const askToDelete: CommandHandler = async ({ userId }, { customIds }) => ephemerally(confirmDeletionCard(userId, customIds));

/** Then a deletion says how far it is; the sweep goes on. A host that stops waits for its late answers. */
const WORK_MS = 25_000;
/** The card stays as it is until there is something to say. */
const meanwhile = { type: 6 } as const;

/** The button under it. The wish is written down first, so that it is carried out whatever happens then. */
export const deleteMyData: ComponentHandler = async (press, [userId, what], ports) => {
  if (userId !== press.userId) return refuse({ kind: 'not-yours' });
  const { guildId: here, applicationId, token, receivedAt } = press;
  return {
    meanwhile,
    later: async (late) => {
      const deletion = await ports.ledger.people.beginDeletion({ userId, here, withMessages: what === 'messages', reply: { applicationId, token, receivedAt } });
      ports.log.info({ event: 'mydata:delete:started', messages: deletion.withMessages }, 'somebody wants everything about them deleted');
      return standOf(await workOnDeletion(deletion, late, AbortSignal.timeout(WORK_MS)), ports);
    },
  };
};

/** 🔁 under a deletion that goes on: works on it, too, unless somebody does already. */
export const lookAtDeletion: ComponentHandler = async (press, [userId], ports) => {
  if (userId !== press.userId) return refuse({ kind: 'not-yours' });
  const { people } = ports.ledger;
  return {
    meanwhile,
    later: async (late) => {
      const claimed = await people.claimDeletion(userId);
      const deletion = claimed ? await workOnDeletion(claimed, late, AbortSignal.timeout(WORK_MS)) : await people.findDeletion(userId);
      return deletion ? standOf(deletion, ports) : noDeletionCard();
    },
  };
};
