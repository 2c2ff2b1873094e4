import type { PersonData } from '../../core/moderation/person-data.ts';
import type { Card } from './card.ts';
import { createCard } from './card.ts';
import { COLOURS } from './palette.ts';

/** Sums up what the file holds; it says enough where no file can be sent along. */
export function mydataCard({ accounts, entries, jobs, terms }: PersonData, inGuild: boolean, filename: string | undefined): Card {
  const place = inGuild ? 'this server; for another, and for direct messages, ask there' : 'direct messages with me; for a server, ask there';
  const counts = `${jobs.length} jobs, with their prompts and settings\n${entries.length} movements of credits, in ${accounts.length} accounts\n${terms.length} accepted terms, and jobs that wait for them`;
  const how = filename === undefined ? '\n\nThe file is too large, or cannot be sent from here: ask whoever runs this bot.' : '';
  return createCard(
    {
      color: COLOURS.about,
      title: 'What is stored about you',
      description: `${counts}${how}`,
      footer: { text: `Of ${place}. Jobs and movements go after 90 days by themselves; pictures too. Interaction tokens are left out.` },
    },
    filename === undefined ? [] : [{ id: '0', filename }],
  );
}
