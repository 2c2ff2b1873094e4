import { ephemeral } from '../interactions/answers.ts';
import { broken } from '../interactions/handle-interaction.ts';
import type { LateAnswer } from '../interactions/handler.ts';
import type { LatePorts } from '../ports.ts';

/** Where a late answer goes. The token is never logged. */
export interface Deferred {
  readonly id: string;
  readonly applicationId: string;
  readonly token: string;
}

/** What Discord is told at once. */
export function meanwhile(answer: LateAnswer): NonNullable<LateAnswer['meanwhile']> {
  return answer.meanwhile ?? { type: 5, data: ephemeral };
}

/** Works the answer out and puts it in the place of the deferred reply; a failure is logged, and told as one. @throws {DiscordError} */
export async function deliverLateAnswer({ later }: LateAnswer, { id, applicationId, token }: Deferred, ports: LatePorts): Promise<void> {
  const late = await later(ports).catch((error: unknown) => broken(id, error, ports));
  if ('files' in late) await ports.discord.editOriginal(applicationId, token, late.card, late.files);
  else await ports.discord.editOriginal(applicationId, token, late);
}
