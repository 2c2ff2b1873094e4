import { writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { APIApplicationCommand } from 'discord-api-types/v10';
import type { Ledger } from '../../core/ledger.ts';
import type { JobRow } from '../../core/ledger/row.ts';
import type { LocalOptionValue } from './discord/page-protocol.ts';
import type { LocalUser } from './local-user.ts';

/** No picture came; the text says why, for the person at the terminal. */
export class NothingPainted extends Error {
  override readonly name = 'NothingPainted';
}

export interface PaintOnce {
  readonly user: LocalUser;
  readonly ledger: Pick<Ledger, 'find'>;
  readonly prompt: string;
  readonly out: string;
  /** Further options of the command, as typed. */
  readonly options: Readonly<Record<string, string>>;
  /** Told of every new state of the job. */
  readonly onState: (state: JobRow['state']) => void;
  readonly signal: AbortSignal;
}

const LOOK_EVERY_MS = 200;
/** Option types of Discord's whose values are numbers: INTEGER and NUMBER. */
const NUMERIC_OPTION_TYPES: readonly number[] = [4, 10];

/**
 * Does what a person does on the page: posts `/imagine`, waits, and saves the first picture of the answer.
 * @throws {NothingPainted}
 */
export async function paintOnce(order: PaintOnce): Promise<{ readonly bytes: number; readonly seed: number | undefined }> {
  const { user, prompt, out } = order;
  const { channel, command } = await findCommand(order);
  const outcome = await user.interact({
    kind: 'command',
    channelId: channel,
    commandId: command.id,
    options: [{ name: 'prompt', value: prompt }, ...readOptions(command, order.options)],
  });
  if (outcome.outcome === 'failed') throw new NothingPainted(outcome.message);
  const row = await waitForEnd(order, outcome.interactionId);
  if (!row) throw new NothingPainted(await refusalText(user, channel, outcome.outcome === 'answered' ? outcome.messageId : null));
  if (row.state !== 'posted') throw new NothingPainted(row.reason ?? `the job ended ${row.state}`);

  const messages = await user.messages(row.posted?.channelId ?? channel);
  const message = messages.find(({ id }) => id === row.posted?.messageIds[0]);
  const attachment = message?.attachments[0];
  if (!attachment) throw new NothingPainted('the message was posted without a picture');
  const response = await fetch(attachment.url);
  if (!response.ok) throw new NothingPainted(`the posted picture could not be fetched: status ${response.status}`);
  const bytes = new Uint8Array(await response.arrayBuffer());
  await writeFile(out, bytes);
  return { bytes: bytes.length, seed: row.pictures?.[0]?.seed };
}

/** The bot registers its commands a moment after it has logged in. */
async function findCommand({ user, signal }: PaintOnce): Promise<{ channel: string; command: APIApplicationCommand }> {
  for (;;) {
    const state = await user.state();
    const command = state.commands.find(({ name }) => name === 'imagine');
    const bot = state.users.find(({ id }) => id === state.application.botUserId);
    const channel = state.channels.find(({ kind, name }) => kind === 'text' && name === 'imagine');
    if (command && channel && bot?.online) return { channel: channel.id, command };
    await pause(signal);
  }
}

function readOptions(command: APIApplicationCommand, options: Readonly<Record<string, string>>): readonly LocalOptionValue[] {
  return Object.entries(options).map(([name, text]) => {
    const option = command.options?.find((each) => each.name === name);
    const numeric = option !== undefined && NUMERIC_OPTION_TYPES.includes(option.type);
    return { name, value: numeric && text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text };
  });
}

/** @returns the final row, or nothing when the command was refused and so no job was ever admitted */
async function waitForEnd({ ledger, onState, signal }: PaintOnce, jobId: string): Promise<JobRow | undefined> {
  let known: JobRow['state'] | undefined;
  for (;;) {
    const row = await ledger.find(jobId);
    if (!row) return undefined;
    if (row.state !== known) onState(row.state);
    known = row.state;
    if (known === 'posted' || known === 'refused' || known === 'failed' || known === 'cancelled') return row;
    await pause(signal);
  }
}

async function pause(signal: AbortSignal): Promise<void> {
  try {
    await sleep(LOOK_EVERY_MS, undefined, { signal });
  } catch {
    throw new NothingPainted('stopped before the picture came', { cause: signal.reason });
  }
}

async function refusalText(user: LocalUser, channelId: string, messageId: string | null): Promise<string> {
  const message = (await user.messages(channelId)).find(({ id }) => id === messageId);
  const embed = message?.embeds[0];
  return [message?.content, embed?.title, embed?.description].filter(Boolean).join(' ') || 'the command was refused';
}
