/** Every handler that there is, each with what somebody does to reach it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { AUTOCOMPLETES, COMMANDS, COMPONENTS, MESSAGE_COMMANDS, MODALS } from '../../../bot/interactions/handlers.ts';
import type { InteractionOutcome } from '../../../infra/local/discord/page-protocol.ts';
import type { LocalUser } from '../../../infra/local/local-user.ts';
import type { Stage } from './stage.ts';

export type ActKind = 'command' | 'message command' | 'button' | 'form' | 'autocomplete';

export interface Act {
  readonly kind: ActKind;
  /** As in handlers.ts. */
  readonly name: string;
  /** Prepares, while AWS is quick. @returns who acts, and the act itself */
  readonly prepare: (stage: Stage) => Promise<Prepared> | Prepared;
}

export interface Prepared {
  readonly user: LocalUser;
  readonly act: () => Promise<InteractionOutcome>;
}

const PATIENCE_MS = 30_000;

/** In this order: what takes something away comes late. */
export const ACTS: readonly Act[] = [
  imagine('imagine'),
  ...['help', 'about', 'status', 'credits'].map((name) => command(name)),
  { kind: 'command', name: 'verify', prepare: (stage) => ({ user: stage.member, act: () => stage.command(stage.member, 'verify', { picture: '0' }, [new File(['not a picture'], 'a.png', { type: 'image/png' })]) }) },
  ...['quota show', 'quota list', 'quota log', 'settings show', 'moderation show', 'words list'].map((name) => byAdmin(name)),
  byAdmin('quota set', ({ newcomer }) => ({ credits: 30, per: 'day', user: newcomer.id })),
  byAdmin('quota simulate', () => ({ credits: 5, per: 'day', everyone: 'each' })),
  byAdmin('quota remove', ({ newcomer }) => ({ user: newcomer.id })),
  byAdmin('quota grant', ({ newcomer }) => ({ who: newcomer.id, credits: 2 })),
  byAdmin('quota reset', ({ newcomer }) => ({ who: newcomer.id })),
  byAdmin('settings set', ({ logChannelId }) => ({ channel: logChannelId, steps: 9 })),
  byAdmin('settings clear', ({ logChannelId }) => ({ channel: logChannelId })),
  byAdmin('words add', () => ({ term: 'turquoise elephant' })),
  byAdmin('words test', () => ({ prompt: 'a turquoise elephant' })),
  byAdmin('words remove', () => ({ term: 'turquoise elephant' })),
  byAdmin('moderation log', ({ logChannelId }) => ({ channel: logChannelId })),
  byAdmin('moderation block', ({ newcomer }) => ({ user: newcomer.id })),
  byAdmin('moderation unblock', ({ newcomer }) => ({ user: newcomer.id })),
  command('mydata export'),
  command('mydata delete'),
  ...Object.keys(MESSAGE_COMMANDS).map((name): Act => ({ kind: 'message command', name, prepare: (stage) => ({ user: stage.member, act: () => stage.onMessage(stage.member, name, stage.pictures[0].messageId) }) })),
  ...Object.keys(AUTOCOMPLETES).map((name) => autocomplete(name)),
  ...['refine', 'vary', 'upscale', 'again', 'edit', 'dm', 'report', 'delete'].map((name) => onPicture(name)),
  pressAfter('confirm', (stage) => stage.onMessage(stage.member, 'Refine', stage.pictures[1].messageId)),
  pressAfter('cancel', ask),
  pressAfter('status', (stage) => stage.command(stage.member, 'status')),
  pressAfter('cancel-listed', async (stage) => {
    await stage.surely(stage.member, () => ask(stage));
    return stage.command(stage.member, 'status');
  }),
  pressAfter('accept-terms', (stage) => stage.command(stage.newcomer, 'imagine', { prompt: 'a red house', steps: 1 }), ({ newcomer }) => newcomer),
  pressAfter('mydata-delete', (stage) => stage.command(stage.newcomer, 'mydata delete'), ({ newcomer }) => newcomer),
  { kind: 'button', name: 'mydata-look', prepare: lookAtDeletion },
  form('edit', (stage) => stage.press(stage.member, stage.pictures[0].messageId, 'edit')),
  form('report', (stage) => stage.press(stage.member, stage.pictures[0].messageId, 'report'), true),
  ...['report-block', 'report-unblock', 'report-delete'].map((name) => onReport(name, 1)),
  onReport('report-dismiss', 0),
  pressAfter('delete-now', (stage) => stage.press(stage.member, stage.pictures[0].messageId, 'delete')),
];

/** Handlers that no act reaches. */
export function unreached(): readonly string[] {
  const all: Readonly<Record<ActKind, object>> = { command: COMMANDS, 'message command': MESSAGE_COMMANDS, button: COMPONENTS, form: MODALS, autocomplete: AUTOCOMPLETES };
  return Object.entries(all).flatMap(([kind, table]) => Object.keys(table).filter((name) => !ACTS.some((act) => act.kind === kind && act.name === name)).map((name) => `${kind} ${name}`));
}

function ask(stage: Stage): Promise<InteractionOutcome> {
  return stage.command(stage.member, 'imagine', { prompt: 'a red house', steps: 1 });
}

function imagine(name: string): Act {
  return { kind: 'command', name, prepare: (stage) => ({ user: stage.member, act: () => ask(stage) }) };
}

function command(name: string): Act {
  return { kind: 'command', name, prepare: (stage) => ({ user: stage.member, act: () => stage.command(stage.member, name) }) };
}

function byAdmin(name: string, options: (stage: Stage) => Readonly<Record<string, string | number>> = () => ({})): Act {
  return { kind: 'command', name, prepare: (stage) => ({ user: stage.admin, act: () => stage.command(stage.admin, name, options(stage)) }) };
}

function autocomplete(name: string): Act {
  const [first = '', option = ''] = name.split(' ');
  const path = first === 'settings' ? 'settings set' : first;
  return { kind: 'autocomplete', name, prepare: (stage) => ({ user: stage.admin, act: () => stage.complete(stage.admin, path, option, 'a') }) };
}

function onPicture(name: string): Act {
  return { kind: 'button', name, prepare: (stage) => ({ user: stage.member, act: () => stage.press(stage.member, stage.pictures[0].messageId, name) }) };
}

/** A button under an answer that somebody gets first. */
function pressAfter(name: string, before: (stage: Stage) => Promise<InteractionOutcome>, who: (stage: Stage) => LocalUser = ({ member }) => member): Act {
  return {
    kind: 'button',
    name,
    prepare: async (stage) => {
      const user = who(stage);
      const { messageId } = await stage.surely(user, () => before(stage));
      return { user, act: () => stage.press(user, messageId, name) };
    },
  };
}

function form(name: string, open: (stage: Stage) => Promise<InteractionOutcome>, saysWhy = false): Act {
  return {
    kind: 'form',
    name,
    prepare: async (stage) => {
      const { outcome } = await stage.surely(stage.member, () => open(stage));
      return { user: stage.member, act: () => stage.submit(stage.member, outcome, saysWhy ? { reason: 'to be tried' } : {}) };
    },
  };
}

/** A button of a report in the log channel. The picture is reported when nobody has done so before. */
function onReport(name: string, which: 0 | 1): Act {
  return {
    kind: 'button',
    name,
    prepare: async (stage) => {
      const { admin, logChannelId } = stage;
      const messageId = (await shownReport(stage, which)) ?? (await reported(stage, which));
      // What was pressed before changes the card late.
      await untilThere(async () => (await stage.hasButton(admin, messageId, name, logChannelId)) || undefined);
      return { user: admin, act: () => stage.press(admin, messageId, name, logChannelId) };
    },
  };
}

async function reported(stage: Stage, which: 0 | 1): Promise<string> {
  const { outcome } = await stage.surely(stage.admin, () => stage.press(stage.admin, stage.pictures[which].messageId, 'report'));
  await stage.surely(stage.admin, () => stage.submit(stage.admin, outcome, { reason: 'to be tried' }));
  return untilThere(() => shownReport(stage, which));
}

/** The post in the log channel that names this picture's message. */
async function shownReport({ admin, logChannelId, pictures }: Stage, which: 0 | 1): Promise<string | undefined> {
  return (await admin.messages(logChannelId)).find((message) => message.components?.length && JSON.stringify(message).includes(pictures[which].messageId))?.id;
}

/** The report comes after its answer. */
async function untilThere<T>(look: () => Promise<T | undefined>): Promise<T> {
  for (const until = Date.now() + PATIENCE_MS; Date.now() < until; await sleep(100)) {
    const found = await look();
    if (found !== undefined) return found;
  }
  throw new Error('a report did not arrive in the log channel');
}

/** It stands under deletions that go on for longer than a card waits; this one is posted without one. */
async function lookAtDeletion(stage: Stage): Promise<Prepared> {
  const { newcomer, customIds, channelId } = stage;
  const messageId = await stage.postButton(customIds.write('mydata-look', newcomer.id));
  return { user: newcomer, act: () => stage.press(newcomer, messageId, 'mydata-look', channelId) };
}
