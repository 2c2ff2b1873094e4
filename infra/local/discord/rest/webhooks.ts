/** An interaction's webhook: the original response and follow-ups. https://discord.com/developers/docs/interactions/receiving-and-responding#followup-messages */
import { MessageFlags, MessageType } from 'discord-api-types/v10';
import { interactionOfToken, isExpired } from '../interactions/token.ts';
import { createMessage, deleteMessage, editMessage } from '../messages/compose-message.ts';
import { viewMessage } from '../messages/message-view.ts';
import type { ChannelRecord, InteractionRecord, MessageRecord } from '../store/records.ts';
import { checkMessageRules } from '../validation/message-rules.ts';
import { parseBody, readBody } from '../validation/read-body.ts';
import type { World } from '../world.ts';
import { invalidWebhookToken, unknownChannel, unknownMessage, unknownWebhook } from './discord-error.ts';
import { newRouter } from './environment.ts';
import type { RestParts, Router } from './environment.ts';
import { followUp, webhookEdit } from '../validation/schemas.ts';

export function webhookRoutes({ world }: RestParts): Router {
  const router = newRouter();
  const view = (message: MessageRecord): unknown => viewMessage(world, message, message.authorId);

  router.post('/webhooks/:application/:token', async (c) => {
    const { interaction, channel } = openWebhook(world, c.req.param('application'), c.req.param('token'));
    const { json, uploads } = await readBody(c.req.raw);
    const body = parseBody(world, followUp, json, 'POST webhooks');
    checkMessageRules(body);
    const original = originalOf(world, interaction);
    // The first follow-up to a deferred reply fills that reply in, ephemeral or not as it was deferred.
    if (original !== undefined && (original.flags & MessageFlags.Loading) !== 0) return c.json(view(await editMessage(world, original, channel, body, uploads)));
    const ephemeral = ((body.flags ?? 0) & MessageFlags.Ephemeral) !== 0;
    const message = await createMessage(world, {
      channel,
      authorId: interaction.applicationId,
      body,
      uploads,
      answer: { interactionId: interaction.id, visibleTo: ephemeral ? interaction.userId : null, loading: false, type: original === undefined ? MessageType.Default : MessageType.Reply, replyTo: original?.id ?? null },
    });
    return c.json(view(message));
  });

  router.get('/webhooks/:application/:token/messages/:message', (c) => {
    const { interaction } = openWebhook(world, c.req.param('application'), c.req.param('token'));
    return c.json(view(itsMessage(world, interaction, c.req.param('message'))));
  });

  router.patch('/webhooks/:application/:token/messages/:message', async (c) => {
    const { interaction, channel } = openWebhook(world, c.req.param('application'), c.req.param('token'));
    const { json, uploads } = await readBody(c.req.raw);
    const body = parseBody(world, webhookEdit, json, 'PATCH webhooks/messages');
    checkMessageRules(body);
    return c.json(view(await editMessage(world, itsMessage(world, interaction, c.req.param('message')), channel, body, uploads)));
  });

  router.delete('/webhooks/:application/:token/messages/:message', async (c) => {
    const { interaction } = openWebhook(world, c.req.param('application'), c.req.param('token'));
    await deleteMessage(world, itsMessage(world, interaction, c.req.param('message')));
    return c.body(null, 204);
  });

  return router;
}

/** @throws {DiscordError} 50027 (wrong or older than fifteen minutes), 10015 (not answered yet: there is no webhook) */
function openWebhook(world: World, applicationId: string, token: string): { readonly interaction: InteractionRecord; readonly channel: ChannelRecord } {
  const id = interactionOfToken(token);
  const interaction = id === undefined ? undefined : world.store.interactions.get(id);
  if (interaction === undefined || interaction.token !== token || isExpired(interaction, world.now())) throw invalidWebhookToken();
  if (interaction.applicationId !== applicationId || interaction.state !== 'answered') throw unknownWebhook();
  const channel = world.store.channels.get(interaction.channelId);
  if (channel === undefined) throw unknownChannel();
  return { interaction, channel };
}

function originalOf(world: World, { channelId, originalMessageId }: InteractionRecord): MessageRecord | undefined {
  return originalMessageId === null ? undefined : world.store.messages.get(channelId, originalMessageId);
}

/** `@original`, or a message of this very interaction. */
function itsMessage(world: World, interaction: InteractionRecord, which: string): MessageRecord {
  const message = which === '@original' ? originalOf(world, interaction) : world.store.messages.get(interaction.channelId, which);
  if (message === undefined) throw unknownMessage();
  if (message.id !== interaction.originalMessageId && message.interactionId !== interaction.id) throw unknownMessage();
  return message;
}
