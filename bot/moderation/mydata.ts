import { mydataCard } from '../cards/mydata-card.ts';
import type { CommandHandler } from '../interactions/handler.ts';

const FILE = 'refinery-mydata.json';
/** Below what Discord takes of a bot in any server (10 MiB, https://discord.com/developers/docs/reference#uploading-files). */
const MOST_BYTES = 9 * 1024 * 1024;

/** `/mydata export`: a file of the asker's rows, for the asker alone. */
export const exportMyData: CommandHandler = async ({ userId, guildId }, { ledger }) => ({
  later: async () => {
    const stored = await ledger.personData(userId, guildId);
    const data = new TextEncoder().encode(JSON.stringify({ userId, guildId, ...stored }, undefined, 1));
    if (data.length > MOST_BYTES) return mydataCard(stored, guildId !== null, undefined);
    return { card: mydataCard(stored, guildId !== null, FILE), files: [{ name: FILE, data, contentType: 'application/json' }] };
  },
});
