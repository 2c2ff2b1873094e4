/** `npm run iam`: what each role of the packaged template may do. */
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { PACKAGED_TEMPLATE, readTemplate } from '../template/template.ts';
import { auditRoles } from './audit.ts';
import { iamPage } from './iam-page.ts';
import { rolesOf } from './roles.ts';

const PAGE = 'infra/IAM.md';
const HELP = `npm run iam [-- --write]

Prints what each role of the packaged template (npm run package) may do, or writes it to ${PAGE}.

Exits 1 when a role has an action that AWS does not know, or a * that AWS does not force and nobody explained; 2 without a template.
`;

const { values } = parseArgs({ options: { help: { type: 'boolean', short: 'h' }, write: { type: 'boolean' } } });
if (values.help) process.stdout.write(HELP);
else process.exitCode = await tell();

async function tell(): Promise<number> {
  const template = await readTemplate(PACKAGED_TEMPLATE).catch(() => undefined);
  if (!template) {
    process.stderr.write(`there is no ${PACKAGED_TEMPLATE}: run \`npm run package\` first\n`);
    return 2;
  }
  const roles = rolesOf(template);
  if (values.write) await writeFile(PAGE, iamPage(roles));
  else process.stdout.write(iamPage(roles));
  const problems = await auditRoles(roles);
  for (const problem of problems) process.stderr.write(`${problem}\n`);
  return problems.length === 0 ? 0 : 1;
}
