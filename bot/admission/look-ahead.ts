import type { Foreseen } from '../../core/ledger/admit.ts';
import type { Standing } from '../../core/moderation/moderation-store.ts';
import type { Asked } from '../interactions/interaction.ts';
import type { Ports } from '../ports.ts';

/** What an admission needs to know of its asker, whatever they ask for. */
export interface LookAhead {
  readonly standing: Promise<Standing>;
  /** `undefined` where it could not be read: the admission then looks by itself. */
  readonly foreseen: Promise<Foreseen | undefined>;
}

/**
 * Begins to read it while what they ask for is still being found out: every round trip that somebody does not wait for is one
 * more that the database may be slow in. What is read is only looked at; the admission's transaction decides.
 */
export function lookAhead({ id, userId, guildId, memberRoleIds, receivedAt }: Pick<Asked, 'id' | 'userId' | 'guildId' | 'memberRoleIds' | 'receivedAt'>, { ledger }: Pick<Ports, 'ledger'>): LookAhead {
  const standing = ledger.moderation.standing(userId, guildId);
  // Whoever never comes to ask for it does not hear of its failure, either.
  standing.catch(() => undefined);
  return { standing, foreseen: ledger.foresee({ id, userId, guildId, createdAt: receivedAt }, memberRoleIds).catch(() => undefined) };
}
