/** How quota rules are named. Mentions of roles and channels stand in embeds, where they show a name and ping nobody. */
import type { Allowance, AppliedRule, RuleTarget } from '../../core/quota/rule.ts';
import { credits } from './wording.ts';

/** `20 credits a day`. */
export function allowanceWords({ credits: amount, per }: Allowance): string {
  return `${credits(amount)} a ${per}`;
}

/** Whom a rule is for: `each person`, `@Painters, each`, `#gallery, all together`. */
export function targetWords(target: RuleTarget): string {
  switch (target.kind) {
    case 'user':
      return `<@${target.id}>`;
    case 'role':
      return `<@&${target.id}>, each`;
    case 'channel':
      return `<#${target.id}>, all together`;
    case 'everyone':
      return 'everyone, each';
    case 'server':
      return 'everyone, all together';
  }
}

/** The rule that somebody stands under, as told to them. */
export function ruleWords(rule: AppliedRule): string {
  const amount = allowanceWords(rule);
  switch (rule.target.kind) {
    case 'default':
      return `${amount}, as there is no other rule`;
    case 'user':
      return `${amount}, a rule of your own`;
    case 'role':
      return `${amount}, as <@&${rule.target.id}>`;
    case 'everyone':
      return `${amount}, as everyone here`;
    case 'channel':
      return `${amount} for all of <#${rule.target.id}> together`;
    case 'server':
      return `${amount} for the whole server together`;
  }
}

/** Whether a rule is for a pot that many share. */
export function isShared({ target }: { readonly target: AppliedRule['target'] }): boolean {
  return target.kind === 'channel' || target.kind === 'server';
}
