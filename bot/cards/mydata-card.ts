import type { PersonData } from '../../core/person/person-data.ts';
import type { Card } from './card.ts';
import { createCard } from './card.ts';
import { COLOURS } from './palette.ts';
import { many } from './wording.ts';

/** Sums up what the file holds; it says enough where no file can be sent along. */
export function mydataCard({ places, accounts, entries, jobs, terms, reports }: PersonData, filename: string | undefined): Card {
  const counts = [
    `${many(jobs.length, 'job')}, with prompts and settings`,
    `${many(entries.length, 'movement')} of credits, in ${many(accounts.length, 'account')} of ${many(places.length, 'server')} (direct messages count as one)`,
    `${many(terms.length, 'accepted term')}, and jobs that wait for them`,
    `${many(reports.length, 'report')} that you made`,
  ];
  const how = filename === undefined ? '\n\nThe file is too large to be sent: ask whoever runs this bot.' : '';
  return createCard(
    {
      color: COLOURS.about,
      title: 'What is stored about you',
      description: `${counts.join('\n')}${how}`,
      footer: { text: 'Jobs, movements and pictures go by themselves after 90 days. /mydata delete deletes them now. Interaction tokens are left out.' },
    },
    filename === undefined ? [] : [{ id: '0', filename }],
  );
}
