import { GRANT_CREDITS, MAX_REASON_LENGTH, RULE_CREDITS } from '../../core/quota/limits.ts';
import { PERIODS } from '../../core/quota/period.ts';
import type { Allowance, RuleTarget } from '../../core/quota/rule.ts';
import type { Centicredits } from '../../core/credits.ts';
import type { QuotaRefusal } from '../cards/quota-refusal-card.ts';
import { oneLine, shorten } from '../cards/plain-text.ts';
import { MANAGE_GUILD } from '../commands/quota-command.ts';
import type { CommandInteraction } from '../interactions/interaction.ts';

/** Something about a command that cannot be used; caught where quota commands are run. */
export class Unfit extends Error {
  override readonly name = 'Unfit';
  constructor(readonly refusal: QuotaRefusal) {
    super(`quota command: ${refusal}`);
  }
}

const ADMINISTRATOR = 1n << 3n;

/** Whether somebody may read and change other people's quotas. Discord's own gate is not relied on: a server can open a command to all. */
export function mayManage({ guildId, memberPermissions = 0n }: Pick<CommandInteraction, 'guildId' | 'memberPermissions'>): boolean {
  return guildId !== null && (memberPermissions & (MANAGE_GUILD | ADMINISTRATOR)) !== 0n;
}

/** The guild, for one who manages it. @throws {Unfit} */
export function managedGuild(interaction: CommandInteraction): string {
  if (interaction.guildId === null) throw new Unfit('guild-only');
  if (!mayManage(interaction)) throw new Unfit('not-allowed');
  return interaction.guildId;
}

/** Whom a rule is for. @throws {Unfit} unless exactly one is given */
export function readTarget({ options, guildId }: CommandInteraction): RuleTarget {
  const targets = ['user', 'role', 'channel', 'everyone'].flatMap((name) => {
    const value = options.get(name);
    return value === undefined ? [] : [targetOf(name, value, guildId)];
  });
  const [target, ...others] = targets;
  if (!target) throw new Unfit('no-target');
  if (others.length > 0) throw new Unfit('several-targets');
  return target;
}

function targetOf(name: string, value: string | number | boolean, guildId: string | null): RuleTarget {
  if (name === 'everyone') {
    if (value === 'each') return { kind: 'everyone' };
    if (value === 'together') return { kind: 'server' };
    throw new Unfit('bad-option');
  }
  const id = snowflake(value);
  if (name === 'user' || name === 'channel') return { kind: name, id };
  // The role @everyone has the guild's id, and no member carries it.
  return id === guildId ? { kind: 'everyone' } : { kind: 'role', id };
}

/** @throws {Unfit} */
export function readAllowance({ options }: CommandInteraction): Allowance {
  const per = PERIODS.find((period) => period === options.get('per'));
  if (!per) throw new Unfit('bad-option');
  return { credits: readCredits(options, RULE_CREDITS), per };
}

/** Of a grant. @throws {Unfit} */
export function readGranted({ options }: CommandInteraction): Centicredits {
  return readCredits(options, GRANT_CREDITS);
}

function readCredits(options: CommandInteraction['options'], { min, max }: { min: number; max: number }): Centicredits {
  const credits = options.get('credits');
  if (typeof credits !== 'number' || !(credits >= min && credits <= max)) throw new Unfit('bad-credits');
  return Math.round(credits * 100);
}

/** Whoever `who` names; `undefined` when it names nobody. Their roles, if Discord sent them along. @throws {Unfit} */
export function readWho({ options, resolved }: CommandInteraction): { readonly userId: string; readonly roleIds: readonly string[] | undefined } | undefined {
  const who = options.get('who');
  if (who === undefined) return undefined;
  const userId = snowflake(who);
  return { userId, roleIds: resolved.members.get(userId)?.roleIds };
}

export function readReason({ options }: CommandInteraction): string | null {
  const reason = options.get('reason');
  if (typeof reason !== 'string') return null;
  return shorten(oneLine(reason), MAX_REASON_LENGTH) || null;
}

function snowflake(value: string | number | boolean): string {
  if (typeof value !== 'string' || !/^\d{1,20}$/.test(value)) throw new Unfit('bad-option');
  return value;
}
