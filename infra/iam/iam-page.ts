import type { Role } from './roles.ts';
import { reasonFor } from './wildcards.ts';

const HEAD = `# What each role may do

Made from the packaged template by \`npm run iam -- --write\`; a test holds it. One role for each function and each task, one statement for
each need, nothing that a need does not use, and none of AWS's managed policies. Every action is checked against AWS's own list: \`*\` alone
stands only where AWS takes no resource. Names are those of the template; accounts and regions are the stack's own.
`;

/** The page `infra/IAM.md`. */
export function iamPage(roles: readonly Role[]): string {
  return [HEAD, ...roles.map(roleSection), explanations(roles)].join('\n');
}

function roleSection({ name, takenBy, grants }: Role): string {
  const rows = grants.map(({ need, actions, resources, conditions }) => {
    const where = [resources.map(code).join('<br>'), ...conditions.map((condition) => `if ${code(condition)}`)].join('<br>');
    return `| ${inWords(need)} | ${actions.map(code).join('<br>')} | ${where} |`;
  });
  return `## ${name}\n\nTaken by \`${takenBy}\`.\n\n| need | actions | resources |\n| --- | --- | --- |\n${rows.join('\n')}\n`;
}

function explanations(roles: readonly Role[]): string {
  const rows = roles.flatMap(({ name, grants }) =>
    grants
      .filter(({ resources }) => resources.some((resource) => resource.includes('*')))
      .map(({ need, resources }) => `| ${name} | ${inWords(need)} | ${resources.map(code).join('<br>')} | ${reasonFor(name, need) ?? 'nobody said'} |`),
  );
  return `## Every \`*\`, and why\n\n| role | need | resources | why |\n| --- | --- | --- | --- |\n${rows.join('\n')}\n`;
}

/** `KeepTheLedger` → `keep the ledger`. */
function inWords(need: string): string {
  return need.replaceAll(/(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/g, ' ').toLowerCase();
}

function code(text: string): string {
  return `\`${text}\``;
}
