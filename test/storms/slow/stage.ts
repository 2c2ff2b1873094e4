/** Who acts in this storm and upon what: people, a log channel, posted pictures. */
import type { APIMessage } from 'discord-api-types/v10';
import { type Card, createCard } from '../../../bot/cards/card.ts';
import { createDiscord } from '../../../bot/rest/discord.ts';
import { type CustomIds, createCustomIds } from '../../../bot/custom-id/custom-ids.ts';
import { customIdKeys } from '../../../bot/custom-id/custom-id-keys.ts';
import type { InteractionOutcome, LocalOptionValue } from '../../../infra/local/discord/page-protocol.ts';
import type { LocalUser } from '../../../infra/local/local-user.ts';
import type { StormWorld } from '../storm-world.ts';

/** What the bot says when it, or what it asks, is too slow: try again (refusal-card.ts, failure-card.ts). */
const TOO_SLOW: ReadonlySet<string | undefined> = new Set(['That took too long', 'This one did not work out']);
/** On a loaded machine the bot may be too slow by itself. */
const TRIES = 60;

export interface Stage {
  readonly world: StormWorld;
  readonly customIds: CustomIds;
  readonly admin: LocalUser;
  /** Asked for the pictures, has accepted the terms. */
  readonly member: LocalUser;
  /** Has done nothing yet. */
  readonly newcomer: LocalUser;
  readonly channelId: string;
  readonly logChannelId: string;
  readonly pictures: readonly [Pictured, Pictured];
  /** @param name with its subcommands: `quota set` */
  command(user: LocalUser, name: string, options?: Readonly<Record<string, LocalOptionValue['value']>>, files?: readonly File[]): Promise<InteractionOutcome>;
  onMessage(user: LocalUser, name: string, messageId: string): Promise<InteractionOutcome>;
  /** Presses the message's button of that action, in `channelId` unless another is named. */
  press(user: LocalUser, messageId: string, action: string, channelId?: string): Promise<InteractionOutcome>;
  hasButton(user: LocalUser, messageId: string, action: string, channelId?: string): Promise<boolean>;
  complete(user: LocalUser, name: string, option: string, typed: string): Promise<InteractionOutcome>;
  /** Sends the form as it was filled in for them. */
  submit(user: LocalUser, form: InteractionOutcome, changes?: Readonly<Record<string, string>>): Promise<InteractionOutcome>;
  /** Does it until the bot is quick enough. @returns the message that answers */
  surely(user: LocalUser, act: () => Promise<InteractionOutcome>): Promise<{ readonly outcome: InteractionOutcome; readonly messageId: string }>;
  isTooSlow(user: LocalUser, outcome: InteractionOutcome): Promise<boolean>;
  /** Has the bot post a message with this one button. @returns the message */
  postButton(customId: string): Promise<string>;
}

/** A posted picture of the member's. */
export interface Pictured {
  readonly jobId: string;
  readonly messageId: string;
}

export type Cast = Pick<Stage, 'member' | 'newcomer' | 'channelId' | 'logChannelId' | 'pictures'>;

export function setStage(world: StormWorld, cast: Cast): Stage {
  const { admin, state, env } = world;
  const { channelId } = cast;
  const customIds = createCustomIds(customIdKeys({ DISCORD_TOKEN: env['DISCORD_TOKEN'] ?? '' }));
  const idOf = (name: string) => state.commands.find((command) => command.name === name)?.id ?? '';

  const stage: Stage = {
    ...cast,
    world,
    customIds,
    admin,
    command: (user, name, options = {}, files = []) => {
      const [command = '', ...subcommand] = name.split(' ');
      const values = Object.entries(options).map(([option, value]) => ({ name: option, value }));
      return user.interact({ kind: 'command', channelId, commandId: idOf(command), ...(subcommand.length > 0 && { subcommand }), options: values }, files);
    },
    onMessage: (user, name, targetId) => user.interact({ kind: 'command', channelId, commandId: idOf(name), targetId, options: [] }),
    hasButton: async (user, messageId, action, where = channelId) => buttonOf(await messageOf(user, where, messageId), action) !== undefined,
    press: async (user, messageId, action, where = channelId) => {
      const message = await messageOf(user, where, messageId);
      const customId = buttonOf(message, action);
      if (customId === undefined) throw new Error(`no button ${action} is under “${message?.embeds[0]?.title ?? 'nothing'}”`);
      return user.interact({ kind: 'component', channelId: where, messageId, customId });
    },
    complete: (user, name, option, typed) => {
      const [command = '', ...subcommand] = name.split(' ');
      return user.interact({ kind: 'autocomplete', channelId, commandId: idOf(command), ...(subcommand.length > 0 && { subcommand }), focused: option, options: [{ name: option, value: typed }] });
    },
    submit: (user, form, changes = {}) => {
      if (form.outcome !== 'modal') throw new Error(`no form came, but: ${form.outcome}`);
      return user.interact({ kind: 'modal', interactionId: form.interactionId, fields: { ...filledIn(form.modal.components), ...changes } });
    },
    surely: async (user, act) => {
      for (let tries = 1; ; tries += 1) {
        const outcome = await act();
        if (outcome.outcome !== 'failed' && !(await stage.isTooSlow(user, outcome))) return { outcome, messageId: outcome.outcome === 'answered' ? (outcome.messageId ?? '') : '' };
        if (tries === TRIES) throw new Error(`the bot was too slow ${TRIES} times: what shall be measured cannot be prepared`);
      }
    },
    isTooSlow: async (user, outcome) => {
      if (outcome.outcome !== 'answered' || outcome.messageId === null) return false;
      const [embed] = (await messageOf(user, channelId, outcome.messageId))?.embeds ?? [];
      return TOO_SLOW.has(embed?.title);
    },
    postButton: async (customId) => {
      const card: Card = { ...createCard({ title: 'A button' }), components: [{ type: 1, components: [{ type: 2, style: 2, label: 'Press', custom_id: customId }] }] };
      return (await createDiscord({ token: env['DISCORD_TOKEN'] ?? '', api: env['DISCORD_API_BASE'] ?? '' }).post(channelId, card)).id;
    },
  };
  return stage;

  function buttonOf(message: APIMessage | undefined, action: string): string | undefined {
    return customIdsIn(message?.components).find((id) => {
      const read = customIds.read(id);
      return read.kind === 'ours' && read.action === action;
    });
  }
}

async function messageOf(user: LocalUser, channelId: string, messageId: string): Promise<APIMessage | undefined> {
  return (await user.messages(channelId)).find(({ id }) => id === messageId);
}

function* each(value: unknown): Generator<Readonly<Record<string, unknown>>> {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) yield value as Readonly<Record<string, unknown>>;
  for (const inner of Object.values(value)) yield* each(inner);
}

function customIdsIn(components: unknown): readonly string[] {
  return [...each(components)].flatMap(({ custom_id: id }) => (typeof id === 'string' ? [id] : []));
}

/** What a form's text fields hold when it opens. */
function filledIn(components: unknown): Readonly<Record<string, string>> {
  return Object.fromEntries([...each(components)].flatMap(({ custom_id: id, value }) => (typeof id === 'string' && typeof value === 'string' ? [[id, value]] : [])));
}
