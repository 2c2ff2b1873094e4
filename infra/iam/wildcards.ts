/** Why a role's resource ends in `*`. Nothing else may: a test compares this list with the template, and `*` alone with AWS's own. */

/** By `Role.Need`, or `Need` where several roles share it. */
const REASONS: Readonly<Record<string, string>> = {
  LogInToRegistry: 'AWS forces it: a registry login is for no repository in particular. What may be pulled stands in PullImage.',
  FindEcs: 'AWS forces it: the agent asks where ECS is before it knows its own instance.',
  TakeOrders: 'A machine gets its id when it joins; bound to this cluster by the path and by the condition.',
  ProtectItselfWhilePainting: 'A task gets its id when it starts; bound to this cluster by the path.',
  KeepPictures: 'Every picture is an object of its own in this one bucket.',
  ForgetAPersonsPictures: 'Every picture is an object of its own in this one bucket.',
  FetchWeights: 'Every file of a model is an object of its own in this one bucket.',
};

/** @returns why this need may have a `*` among its resources, if anybody said so */
export function reasonFor(role: string, need: string): string | undefined {
  return REASONS[`${role}.${need}`] ?? REASONS[need];
}

/** Every `Role.Need` or `Need` that has a reason. */
export const EXPLAINED: readonly string[] = Object.keys(REASONS);
