import type { PersonData } from '../../core/person/person-data.ts';
import type { Card } from './card.ts';
import { createCard } from './card.ts';
import { COLOURS } from './palette.ts';

/** Sums up what the file holds; it says enough where no file can be sent along. */
export function mydataCard({ places, accounts, entries, jobs, terms, reports }: PersonData, filename: string | undefined): Card {
  const counts = [
    `${jobs.length} jobs, with their prompts and settings`,
    `${entries.length} movements of credits, in ${accounts.length} accounts of ${places.length} servers (direct messages count as one)`,
    `${terms.length} accepted terms, and jobs that wait for them`,
    `${reports.length} reports that you made`,
  ];
  const how = filename === undefined ? '\n\nThe file is too large to be sent: ask whoever runs this bot.' : '';
  return createCard(
    {
      color: COLOURS.about,
      title: 'What is stored about you',
      description: `${counts.join('\n')}${how}`,
      footer: { text: 'Jobs and movements go after 90 days by themselves; pictures too. `/mydata delete` deletes them now. Interaction tokens are left out.' },
    },
    filename === undefined ? [] : [{ id: '0', filename }],
  );
}
