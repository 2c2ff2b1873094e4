import type { APIInteractionResponse } from 'discord-api-types/v10';
import type { Job } from '../../core/job.ts';
import { JOB_VERSION } from '../../core/job.ts';
import { admitJob } from '../admission/admit-job.ts';
import { failureCard } from '../cards/failure-card.ts';
import { queuedCard } from '../cards/queued-card.ts';
import type { Ports } from '../ports.ts';
import { ephemerally, openly, refuse } from './answers.ts';
import type { CommandInteraction } from './interaction.ts';
import { missingForBot, missingForMember } from './permissions.ts';
import { readImagine } from './read-imagine.ts';

/**
 * Discord waits three seconds for the first answer; what is left of them after this is for the answer's way back.
 *
 * The answer is direct, not deferred: a deferred one must say beforehand whether everyone or only the asker will see it,
 * which is known only when the ledger has spoken, and a Lambda stops when it has answered.
 */
const ADMIT_WITHIN_MS = 2200;

/** `/imagine`: from the options to a job in line, or to the reason why not. */
export async function imagine(interaction: CommandInteraction, ports: Ports): Promise<APIInteractionResponse> {
  const receivedAt = ports.now();
  const work = readImagine(interaction.options, ports.model, ports.randomSeed);
  if ('refusal' in work) return refuse(work.refusal);

  const botLacks = missingForBot(interaction.botPermissions ?? ALL, interaction);
  if (botLacks.length > 0) return refuse({ kind: 'bot-lacks-permissions', missing: botLacks });
  const memberLacks = missingForMember(interaction.memberPermissions ?? ALL, interaction);
  if (memberLacks.length > 0) return refuse({ kind: 'member-lacks-permissions', missing: memberLacks });

  const job: Job = {
    version: JOB_VERSION,
    id: interaction.id,
    createdAt: receivedAt,
    userId: interaction.userId,
    guildId: interaction.guildId,
    channelId: interaction.channelId,
    reply: { kind: 'interaction', applicationId: interaction.applicationId, token: interaction.token, receivedAt },
    work,
  };
  const outcome = await admitJob(job, ports, receivedAt + ADMIT_WITHIN_MS);
  switch (outcome.kind) {
    case 'admitted':
      return openly(queuedCard({ job, ahead: outcome.position, cost: outcome.cost, left: outcome.balance.left }));
    case 'already-admitted':
      return refuse({ kind: 'already-asked' });
    case 'out-of-credits':
      return refuse({ kind: 'out-of-credits', cost: outcome.cost, ...outcome.balance });
    case 'not-queued':
    case 'too-slow':
      return ephemerally(failureCard({ job, reason: outcome.kind }));
  }
}

/** In direct messages there is nothing to lack. */
const ALL = ~0n;
