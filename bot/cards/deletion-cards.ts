/** The cards of `/mydata delete`. All are meant to be ephemeral. */
import type { Deleted, Deletion } from '../../core/person/deletion.ts';
import type { CustomIds } from '../custom-id/custom-ids.ts';
import type { Card } from './card.ts';
import { createCard } from './card.ts';
import { button, row } from './components.ts';
import { COLOURS } from './palette.ts';
import { many } from './wording.ts';

/** Says what goes, what stays and what cannot be taken back, before anything is deleted. */
export function confirmDeletionCard(userId: string, customIds: CustomIds): Card {
  return createCard(
    {
      color: COLOURS.refused,
      title: 'Delete everything about you?',
      description: 'In every server where I am, and in direct messages. It cannot be undone. `/mydata export` gives you a copy first.',
      fields: [
        {
          name: 'What goes',
          value:
            'Your jobs with their words and settings, the pictures that are kept and what they were made from, movements of credits, accepted rules (you are asked again), and reports that you made. ' +
            'Jobs in line are cancelled and cost nothing.',
        },
        {
          name: 'What stays, and why',
          value:
            '• What you used of the day’s, week’s and month’s credits, as bare sums: else this would be a way to new credits.\n' +
            '• What admins and moderators did, with your id where it was about you, without your prompts: for at most 400 days.\n' +
            '• That a moderator blocked you, and reports about your pictures: they are the server’s.\n' +
            '• What others made from your pictures: it is theirs.',
        },
        {
          name: 'What I cannot take back',
          value:
            'Messages that show your pictures and words stay, unless you take the second button; after that I no longer know which they are. ' +
            'Pictures that only you see, copies in your direct messages, what others saved, and prompts that moderators’ log shows are out of my reach.',
        },
      ],
    },
    [],
    [
      row(
        button(customIds.write('mydata-delete', userId, 'data'), { emoji: '🗑️', label: 'Delete my data', style: 'danger' }),
        button(customIds.write('mydata-delete', userId, 'messages'), { emoji: '🗑️', label: 'Delete it and my pictures’ messages', style: 'danger' }),
      ),
    ],
  );
}

/** It goes on. */
export function deletingCard({ deleted, userId }: Deletion, customIds: CustomIds): Card {
  return createCard(
    {
      color: COLOURS.waiting,
      title: 'Deleting…',
      description:
        `So far: ${counted(deleted)}.\n\nIt goes on by itself, whatever happens to me, and this card changes when it is over. Thousands of pictures take some minutes; a job that was just cancelled, or is just being posted, takes one.`,
      footer: { text: 'Jobs that you ask for from now on are not touched.' },
    },
    [],
    [row(button(customIds.write('mydata-look', userId), { emoji: '🔁', label: 'Look again' }))],
  );
}

/** It is over. */
export function deletedCard({ deleted, withMessages }: Deletion): Card {
  const stuck = deleted.stuck === 0 ? '' : `\n\n${many(deleted.stuck, 'message')} with your pictures could not be deleted, as I may not look there any more: ask a moderator of that server.`;
  const stayed = withMessages ? '' : '\n\nMessages that show your pictures are still there, as you chose.';
  return createCard({
    color: COLOURS.done,
    title: 'Everything is deleted',
    description: `Gone: ${counted(deleted)}.${stuck}${stayed}`,
    footer: { text: 'The sums of credits used stay until their month is over. That you asked is forgotten after a day.' },
  });
}

/** There is no deletion to look at. */
export function noDeletionCard(): Card {
  return createCard({ color: COLOURS.waiting, title: 'Nothing is being deleted', description: 'A deletion that is over can be looked up for a day.' });
}

function counted({ jobs, files, entries, messages }: Deleted): string {
  const parts = [many(jobs, 'job'), many(files, 'kept file'), `${many(entries, 'movement')} of credits`, ...(messages > 0 ? [many(messages, 'message')] : [])];
  return parts.join(', ');
}
