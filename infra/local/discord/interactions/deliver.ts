/** Hands an interaction to its application: to its endpoint when it has set one, else over the gateway. */
import type { APIInteraction } from 'discord-api-types/v10';
import type { Gateway } from '../gateway/gateway.ts';
import { DiscordError } from '../rest/discord-error.ts';
import { whatIsWrong } from '../validation/body-tally.ts';
import { readBody } from '../validation/read-body.ts';
import { theApplication } from '../world.ts';
import type { World } from '../world.ts';
import { answerInteraction } from './answer.ts';
import { deliverByHttp } from './deliver-http.ts';
import type { InteractionDesk } from './desk.ts';
import { ANSWER_WITHIN_MS } from './desk.ts';

/** @returns false when the application could not be reached or answered with nonsense. */
export async function deliverInteraction(world: World, gateway: Gateway, desk: InteractionDesk, interaction: APIInteraction): Promise<boolean> {
  const application = theApplication(world);
  if (application.interactionsUrl === null) return gateway.deliver(interaction);
  const response = await deliverByHttp(application, application.interactionsUrl, interaction, world.now(), ANSWER_WITHIN_MS);
  // 202: the application will use the callback route.
  if (response.status === 202) return true;
  if (!response.ok) {
    world.notice(`the interactions endpoint answered ${response.status}`);
    return false;
  }
  const answer = new Request('http://local/', { method: 'POST', headers: response.headers, body: await response.arrayBuffer() });
  try {
    const { json, uploads } = await readBody(answer);
    await answerInteraction(world, desk, interaction.id, interaction.token, json, uploads);
    return true;
  } catch (error) {
    const wrong = error instanceof DiscordError ? whatIsWrong(error) : undefined;
    if (wrong !== undefined) world.bodies.add('the interactions endpoint’s answer', wrong);
    world.notice(`the interactions endpoint's answer was refused: ${error instanceof Error ? error.message : 'unknown error'}`);
    return false;
  }
}
