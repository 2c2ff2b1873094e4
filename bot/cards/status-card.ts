import type { BudgetStanding } from '../../core/budget/budget.ts';
import type { Job } from '../../core/job.ts';
import type { WaitEstimate } from '../../core/workforce/estimate-wait.ts';
import type { Outlook, WorkerSeen } from '../../core/workforce/outlook.ts';
import type { CustomIds } from '../custom-id/custom-ids.ts';
import { budgetLine } from './budget-cards.ts';
import type { Card } from './card.ts';
import { createCard } from './card.ts';
import { type Row, button, row } from './components.ts';
import { COLOURS } from './palette.ts';
import { escapeMarkdown, shorten } from './plain-text.ts';
import { aboutSeconds, waitWords } from './waiting-words.ts';
import { modelTitle } from './wording.ts';

/** One job of whoever asks that is not over. */
export interface OwnJob {
  readonly job: Job;
  readonly isBegun: boolean;
  readonly ahead: number;
  readonly wait?: WaitEstimate;
}

export interface Status {
  /** Jobs on the queue or in work. */
  readonly open: number;
  /** There are more than were counted. */
  readonly isLonger: boolean;
  readonly outlook: Outlook | undefined;
  readonly own: readonly OwnJob[];
  /** For those who manage the server. */
  readonly budget?: BudgetStanding;
}

/** More would not fit a row of buttons. */
export const MOST_OWN_JOBS = 5;
const PROMPT_LENGTH = 60;

/** The line, who paints, and the asker's own jobs with a ✖ each. Meant to be ephemeral. */
export function statusCard({ open, isLonger, outlook, own, budget }: Status, customIds: CustomIds): Card {
  const alive = (outlook?.workers ?? []).filter(({ isAlive }) => isAlive);
  const shown = own.slice(0, MOST_OWN_JOBS);
  const fields = [
    { name: 'The line', value: lineWords(open, isLonger, alive) },
    { name: 'Who paints', value: outlook ? workersWords(outlook, alive) : 'That could not be read just now.' },
    { name: own.length > shown.length ? `Your jobs (the first ${shown.length} of ${own.length})` : 'Your jobs', value: shown.map(ownWords).join('\n') || 'None in line.' },
    ...(budget ? [{ name: 'Budget', value: budgetLine(budget) }] : []),
  ];
  return createCard({ color: COLOURS.about, title: 'How things stand', fields }, [], buttons(shown, customIds));
}

function lineWords(open: number, isLonger: boolean, alive: readonly WorkerSeen[]): string {
  const busy = Math.min(open, alive.reduce((sum, worker) => sum + worker.busy, 0));
  const waiting = open - busy;
  const painted = busy === 0 ? '' : `${busy} being painted, `;
  if (open === 0) return 'Empty: what you ask for now is next.';
  return `${painted}${waiting === 0 ? 'nobody waiting' : `${waiting}${isLonger ? ' or more' : ''} waiting`}.`;
}

function workersWords({ workers, paces, coldStart }: Outlook, alive: readonly WorkerSeen[]): string {
  const speeds = [...paces].map(([model, { whole }]) => `${escapeMarkdown(modelTitle(model))}: ${aboutSeconds(whole.mean)} a job lately`);
  if (alive.length === 0) {
    const start = workers[0]?.provider === 'cpu' ? 'A worker' : 'A GPU';
    return [`Nobody at the moment. ${start} starts when somebody asks for a picture, which takes ${aboutSeconds(coldStart?.mean ?? 180)}.`, ...speeds].join('\n');
  }
  const kinds = new Map<string, number>();
  for (const { models, provider } of alive) {
    const kind = `${modelsWords(models)} on ${provider.toUpperCase()}`;
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  }
  const there = [...kinds].map(([kind, count]) => `${count} ${count === 1 ? 'worker' : 'workers'} with ${kind}`);
  return [...there, ...speeds].join('\n');
}

const NAMED_MODELS = 3;

function modelsWords(models: readonly string[]): string {
  const named = models.slice(0, NAMED_MODELS).map((id) => escapeMarkdown(modelTitle(id)));
  return [...named, ...(models.length > NAMED_MODELS ? [`${models.length - NAMED_MODELS} more`] : [])].join(', ');
}

function ownWords({ job, isBegun, ahead, wait }: OwnJob, index: number): string {
  const others = ahead === 0 ? 'next in line' : `after ${ahead} ${ahead === 1 ? 'other' : 'others'}`;
  const place = isBegun ? 'being painted' : others;
  const left = isBegun || !wait?.range ? '' : `, ${waitWords(wait)}`;
  return `**${index + 1}** ${escapeMarkdown(shorten(job.work.prompt, PROMPT_LENGTH))}: ${place}${left}`;
}

function buttons(own: readonly OwnJob[], customIds: CustomIds): Row[] {
  const cancels = own.map(({ job }, index) => button(customIds.write('cancel-listed', job.id), { emoji: '✖️', label: own.length === 1 ? 'Cancel it' : `Cancel ${index + 1}` }));
  const again = row(button(customIds.write('status'), { emoji: '🔁', label: 'Look again' }));
  return cancels.length === 0 ? [again] : [row(...cancels), again];
}
