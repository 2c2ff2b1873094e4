import type { Simulation } from '../../core/ledger/simulate.ts';
import { DAY_MS, dateOf } from '../../core/quota/period.ts';
import type { PersonReplayed } from '../../core/quota/replay.ts';
import type { Rule } from '../../core/quota/rule.ts';
import { SIMULATED_DAYS } from '../../core/quota/limits.ts';
import { formatCredits } from '../../core/credits.ts';
import type { Card } from './card.ts';
import { createCard } from './card.ts';
import { COLOURS } from './palette.ts';
import { allowanceWords, targetWords } from './quota-words.ts';
import { credits } from './wording.ts';

const SHOWN_PEOPLE = 8;
const HEIGHTS = '·▁▂▃▄▅▆▇█';

/** What a rule would have done. `chart` is the file name of a picture sent along; the card says enough without it. */
export function simulationCard(proposed: Rule, simulation: Simulation, chart?: string): Card {
  const { jobs, stopped, before, after, days, from, people } = simulation;
  const title = 'Had this rule been in force';
  const rule = `${targetWords(proposed.target)}: **${allowanceWords(proposed)}**`;
  if (jobs === 0) {
    return createCard({ color: COLOURS.about, title, description: `${rule}\n\nNobody has asked for a picture in the last ${days} days.` });
  }
  const stoppedPeople = people.filter((person) => person.stopped > 0);
  const span = days < SIMULATED_DAYS ? `In ${days} days from ${dateOf(from)}` : `In the last ${days} days`;
  const verdict =
    stopped === 0
      ? `${span} it would have stopped nobody.`
      : `${span} it would have stopped **${stopped} of ${jobs} jobs**, of ${stoppedPeople.length} of ${people.length} people.`;
  const until = from + (days - 1) * DAY_MS;
  const cut = days < SIMULATED_DAYS ? `\n-# There is more in the ledger than I could replay in a few minutes: what came after ${dateOf(until)} was left out.` : '';
  const change = before === 0 ? '' : ` (${after === before ? '±0' : `−${Math.round(((before - after) / before) * 100)}`} %)`;
  const attachments = chart === undefined ? [] : [{ id: '0', filename: chart, description: chartAltText(simulation) }];
  return createCard(
    {
      color: COLOURS.about,
      title,
      description: `${rule}\n\n${verdict}${cut}`,
      fields: [
        { name: 'Credits spent', value: `${formatCredits(before)} → **${credits(after)}**${change}` },
        ...(stoppedPeople.length > 0 ? [{ name: 'Who would have been stopped', value: peopleLines(stoppedPeople) }] : []),
        chart === undefined ? { name: 'By day', value: sparklines(simulation) } : { name: 'By day, in the picture', value: 'Blue would still have been spent, orange would not.' },
      ],
      footer: { text: 'Nothing was changed. What was refused at the time is in no ledger: a more generous rule shows no more jobs.' },
    },
    attachments,
  );
}

function peopleLines(people: readonly PersonReplayed[]): string {
  const lines = people.slice(0, SHOWN_PEOPLE).map(({ userId, stopped, firstStoppedAt, before, after }) => {
    const since = firstStoppedAt === undefined ? '' : `, first <t:${Math.floor(firstStoppedAt / 1000)}:f>`;
    return `<@${userId}> ${stopped} ${stopped === 1 ? 'time' : 'times'}${since} · ${formatCredits(before)} → ${credits(after)}`;
  });
  const more = people.length - lines.length;
  return [...lines, ...(more > 0 ? [`… and ${more} more`] : [])].join('\n');
}

/** One character a day, both lines to one scale. */
function sparklines({ daily, from, days }: Simulation): string {
  const byDate = new Map(daily.map((day) => [day.date, day]));
  const all = Array.from({ length: days }, (_, index) => byDate.get(dateOf(from + index * DAY_MS)));
  const most = Math.max(1, ...daily.map(({ before }) => before));
  const height = (amount: number) => HEIGHTS[amount === 0 ? 0 : Math.max(1, Math.round((amount / most) * (HEIGHTS.length - 1)))] ?? '';
  const line = (of: 'before' | 'after') => all.map((day) => height(day?.[of] ?? 0)).join('');
  return `\`\`\`\nbefore ${line('before')}\nafter  ${line('after')}\n\`\`\`-# The highest day: ${credits(most)}.`;
}

function chartAltText({ before, after, days }: Simulation): string {
  return `Credits a day over ${days} days: ${formatCredits(before)} were spent in all, ${formatCredits(after)} would have been.`;
}
