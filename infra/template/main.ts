/** Second half of `npm run package`: checks the packaged template against AWS's own resource schemas, offline. */
import { parseArgs } from 'node:util';
import pc from 'picocolors';
import { checkTemplate } from './check-template.ts';
import { loadSchema } from './schema.ts';
import { PACKAGED_TEMPLATE, readTemplate } from './template.ts';

const HELP = `npm run package -- [FILE]

Packages the functions and the CloudFormation template to .serverless/, without an account, and checks the template against AWS's
resource schemas. \`npm run check-template -- FILE\` checks another template (JSON) alone.

Exits 1 with a line for each finding, 2 when there is no template to read.
`;

const { values, positionals } = parseArgs({ allowPositionals: true, options: { help: { type: 'boolean', short: 'h' } } });
if (values.help) process.stdout.write(HELP);
else process.exitCode = await check(positionals[0] ?? PACKAGED_TEMPLATE);

async function check(file: string): Promise<number> {
  const template = await readTemplate(file).catch((error: unknown) => {
    process.stderr.write(`${file} cannot be read as a template: ${error instanceof Error ? error.message : String(error)}\n`);
  });
  if (!template) return 2;
  const findings = checkTemplate(template, await loadSchema());
  for (const { where, path, problem } of findings) process.stderr.write(`${pc.red('✖')} ${where} ${pc.dim(path)}: ${problem}\n`);
  const summary = `${Object.keys(template.Resources).length} resources, ${findings.length} findings`;
  process.stdout.write(`${findings.length === 0 ? pc.green('✔') : pc.red('✖')} ${file}: ${summary}\n`);
  return findings.length === 0 ? 0 : 1;
}
