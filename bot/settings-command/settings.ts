/** The handlers of `/settings`. Answers are for the asker alone. */
import * as v from 'valibot';
import { type PlaceSettings, placeSettingsSchema } from '../../core/place-settings/place-settings.ts';
import { findModel } from '../../core/model.ts';
import { type SettingsRefusal, settingsCard, settingsRefusalCard } from '../cards/settings-card.ts';
import { ephemerally } from '../interactions/answers.ts';
import type { CommandHandler } from '../interactions/handler.ts';
import type { CommandInteraction } from '../interactions/interaction.ts';
import type { Ports } from '../ports.ts';
import { mayManage } from '../quota/options.ts';
import { knownModels } from '../waiting/known-offer.ts';

/** Thrown and caught within this file. */
class Unfit extends Error {
  constructor(readonly refusal: SettingsRefusal) {
    super(refusal);
  }
}

export const showSettings = settingsHandler(async (place, _, { ledger }) => {
  const settings = await ledger.places.own(place.guildId, place.channelId);
  return { settings, isChanged: false };
});

export const setSettings = settingsHandler(async (place, interaction, ports) => {
  const before = await ports.ledger.places.own(place.guildId, place.channelId);
  const changes = readChanges(interaction, await knownModels(ports));
  if (Object.keys(changes).length === 0) throw new Unfit('nothing-said');
  const settings = { ...before, ...changes };
  const standard = settings.model ?? ports.model.id;
  if (settings.models && !settings.models.includes(standard)) throw new Unfit('default-not-allowed');
  await ports.ledger.places.put(place.guildId, place.channelId, settings);
  return { settings, isChanged: true };
});

/** Where an option has another name than the setting. */
const KEYS: Readonly<Record<string, keyof PlaceSettings>> = { largest: 'longestEdge', roles: 'roleIds', 'screening-adult': 'adultScreening' };

export const clearSettings = settingsHandler(async (place, { options }, { ledger }) => {
  const what = options.get('what');
  const before = await ledger.places.own(place.guildId, place.channelId);
  const key = what === undefined ? undefined : (KEYS[String(what)] ?? what);
  const settings = what === undefined ? {} : v.parse(placeSettingsSchema, Object.fromEntries(Object.entries(before).filter(([name]) => name !== key)));
  await ledger.places.put(place.guildId, place.channelId, settings);
  return { settings, isChanged: true };
});

interface Place {
  readonly guildId: string;
  readonly channelId: string | undefined;
}

/** Who may, and for which place; then what is done, logged, and shown. */
function settingsHandler(act: (place: Place, interaction: CommandInteraction, ports: Ports) => Promise<{ settings: PlaceSettings; isChanged: boolean }>): CommandHandler {
  return async (interaction, ports) => {
    try {
      if (interaction.guildId === null) throw new Unfit('guild-only');
      if (!mayManage(interaction)) throw new Unfit('not-allowed');
      const channel = interaction.options.get('channel');
      const place = { guildId: interaction.guildId, channelId: channel === undefined ? undefined : String(channel) };
      const { settings, isChanged } = await act(place, interaction, ports);
      if (isChanged) ports.log.info({ event: 'settings:change:done', guild: place.guildId, channel: place.channelId, by: interaction.userId }, 'an admin changed settings');
      return ephemerally(settingsCard({ settings, channelId: place.channelId, isChanged, standard: ports.model.title }));
    } catch (error) {
      if (error instanceof Unfit) return ephemerally(settingsRefusalCard(error.refusal));
      throw error;
    }
  };
}

function readChanges({ options }: CommandInteraction, known: readonly { readonly id: string }[]): PlaceSettings {
  const roles = ['role', 'role2', 'role3'].flatMap((name) => options.get(name) ?? []);
  const models = options.get('models');
  const modelIds = typeof models === 'string' ? models.split(',').map((id) => id.trim()).filter((id) => id !== '') : undefined;
  const model = options.get('model');
  const named = [...(modelIds ?? []), ...(model === undefined ? [] : [String(model)])];
  if (named.some((id) => !findModel(id) && !known.some((model) => model.id === id))) throw new Unfit('unknown-model');
  const given = {
    model,
    steps: options.get('steps'),
    style: options.get('style'),
    aspect: options.get('aspect'),
    models: modelIds,
    longestEdge: options.get('largest'),
    roleIds: roles.length > 0 ? roles : undefined,
    screening: options.get('screening'),
    adultScreening: options.get('screening-adult'),
    spoiler: options.get('spoiler'),
    metadata: options.get('metadata'),
  };
  const result = v.safeParse(placeSettingsSchema, Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)));
  if (!result.success) throw new Unfit('unfit');
  return result.output;
}
