/** `npm run local-discord`: a Discord on this machine, alone. */
import { parseArgs } from 'node:util';
import { startLocalDiscord } from './local-discord.ts';

const HELP = `A Discord on this machine: REST and gateway v10 for one bot, and a web page for people.

  npm run local-discord -- [--port 4810] [--data .refinery/discord]

  --port N     where to listen on 127.0.0.1; 0 takes any free port
  --data DIR   folder for messages, files and settings; delete it to start afresh
`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '4810' },
      data: { type: 'string', default: '.refinery/discord' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error(`--port ${values.port}: give a number from 0 to 65535`);
  const discord = await startLocalDiscord({ port, dataDir: values.data });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void discord.close());
  console.log(`The page is at ${discord.url}\n\nIn the shell of the bot and of the worker:\n`);
  console.log(`export DISCORD_API_BASE=${discord.apiBase}`);
  console.log(`export DISCORD_APPLICATION_ID=${discord.applicationId}`);
  console.log(`export DISCORD_PUBLIC_KEY=${discord.publicKey}`);
  console.log(`export DISCORD_TOKEN=${discord.token}`);
}

try {
  await main();
} catch (error) {
  // What can go wrong here is the caller's to mend: the sentence, not where in our code it was noticed.
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
