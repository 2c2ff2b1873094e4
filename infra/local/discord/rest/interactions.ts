/** https://discord.com/developers/docs/interactions/receiving-and-responding#create-interaction-response */
import { InteractionResponseType as R, MessageFlags } from 'discord-api-types/v10';
import { answerInteraction } from '../interactions/answer.ts';
import { viewMessage } from '../messages/message-view.ts';
import { readBody } from '../validation/read-body.ts';
import { newRouter } from './environment.ts';
import type { RestParts, Router } from './environment.ts';

export function interactionRoutes({ world, desk }: RestParts): Router {
  const router = newRouter();

  router.post('/interactions/:interaction/:token/callback', async (c) => {
    const { json, uploads } = await readBody(c.req.raw);
    const { interaction, type, message } = await answerInteraction(world, desk, c.req.param('interaction'), c.req.param('token'), json, uploads);
    if (c.req.query('with_response') !== 'true') return c.body(null, 204);
    const showsMessage = message !== undefined && type !== R.DeferredMessageUpdate;
    return c.json({
      interaction: {
        id: interaction.id,
        type: interaction.type,
        ...(message !== undefined && {
          response_message_id: message.id,
          response_message_loading: (message.flags & MessageFlags.Loading) !== 0,
          response_message_ephemeral: message.visibleTo !== null,
        }),
      },
      resource: { type, ...(showsMessage && { message: viewMessage(world, message, interaction.applicationId) }) },
    });
  });

  return router;
}
