/** `npm run bench`: measures. Nothing here is a test: these figures depend on the machine. */
import { parseArgs } from 'node:util';
import { benchPicture } from './picture.ts';

const HELP = `npm run bench -- [NAME …]

Measures on this machine; compare figures of one run with each other, not with another machine's.

  picture    share of time outside the networks for one picture, and memory of each process (demo model)
`;

const BENCHES: Readonly<Record<string, () => Promise<void>>> = { picture: benchPicture };

const { values, positionals } = parseArgs({ allowPositionals: true, options: { help: { type: 'boolean', short: 'h' } } });
const unknown = positionals.filter((name) => !Object.hasOwn(BENCHES, name));
if (values.help) process.stdout.write(HELP);
else if (unknown.length > 0) {
  process.stderr.write(`there is no bench ${unknown.join(', ')}\n\n${HELP}`);
  process.exitCode = 2;
} else {
  for (const name of positionals.length > 0 ? positionals : ['picture']) await BENCHES[name]?.();
}
