/** An interaction's answer: `type` says which of five schemas its body has to fit. */
import { InteractionResponseType as R } from 'discord-api-types/v10';
import { invalidFormBody } from '../rest/discord-error.ts';
import type { World } from '../world.ts';
import type { CallbackBody } from './bodies.ts';
import { parseBody } from './read-body.ts';
import { autocompleteCallback, messageCallback, modalCallback, pongCallback, updateCallback } from './schemas.ts';

const SCHEMAS = new Map([
  [R.Pong, pongCallback],
  [R.ChannelMessageWithSource, messageCallback],
  [R.DeferredChannelMessageWithSource, messageCallback],
  [R.DeferredMessageUpdate, updateCallback],
  [R.UpdateMessage, updateCallback],
  [R.ApplicationCommandAutocompleteResult, autocompleteCallback],
  [R.Modal, modalCallback],
]);

/** @throws {DiscordError} 50035 */
export function parseCallback(world: World, raw: unknown): CallbackBody {
  const type = typeof raw === 'object' && raw !== null && 'type' in raw ? raw.type : undefined;
  const schema = typeof type === 'number' ? SCHEMAS.get(type) : undefined;
  if (schema !== undefined) return parseBody(world, schema, raw, 'interaction callback');
  const [code, message] = type === undefined ? ['BASE_TYPE_REQUIRED', 'This field is required'] : ['BASE_TYPE_CHOICES', `Value must be one of {${[...SCHEMAS.keys()].join(', ')}}.`];
  throw invalidFormBody([{ path: ['type'], code, message }]);
}
