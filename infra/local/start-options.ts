import { parseArgs } from 'node:util';

/** The command line is wrong; the text says how. */
export class BadUsage extends Error {
  override readonly name = 'BadUsage';
}

export interface StartOptions {
  readonly help: boolean;
  /** Loopback port of the local Discord and its page; 0 lets the system choose. */
  readonly port: number;
  /** Where everything is kept; undefined for a headless run, which leaves nothing behind. */
  readonly dataDir: string | undefined;
  readonly logs: 'plain' | 'json';
  /** How the local Discord delivers interactions: to the gateway's bot, or by signed requests to the functions, as on AWS. */
  readonly delivery: 'gateway' | 'http';
  /** Paint one picture without a page, then end. */
  readonly once: { readonly prompt: string; readonly out: string; readonly options: Readonly<Record<string, string>> } | undefined;
}

export const START_HELP = `Brings up the whole of Refinery on this machine.

Usage
  npm start                                          the local Discord, with its page in the browser
  npm start -- --once "PROMPT" --out FILE.png        one picture by the same way, without a page
  DISCORD_TOKEN=… DISCORD_APPLICATION_ID=… npm start your own Discord instead of the local one

Options
  --port N           port of the page, 127.0.0.1 only (default 4810)
  --data DIR         where jobs, credits, pictures and messages are kept (default .refinery)
  --once PROMPT      post /imagine PROMPT as the local user Ada, wait, save what was posted
  --out FILE         with --once: where to save it
  --option NAME=VALUE  with --once, repeatable: an option of /imagine, e.g. --option seed=7 --option steps=30
  --http             deliver interactions by signed HTTP requests to the Lambda function, as on AWS
  --json             log lines as JSON
  --help             this text

Settings (environment)
  DISCORD_TOKEN, DISCORD_APPLICATION_ID   a bot of yours; README, "With your Discord", has the two-minute set-up
  MODELS_DIR                              a folder with sdxl/base and sdxl/refiner; README, "With your GPU"
  REFINERY_MODEL                          which model /imagine uses: demo (default) or sdxl

Exit codes
  0 ended as asked   1 it failed, the last line says why   2 wrong usage
`;

/** @throws {BadUsage} */
export function parseStartOptions(args: readonly string[]): StartOptions {
  const { values } = parse(args);
  const port = Number(values.port ?? (values.once === undefined ? 4810 : 0));
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new BadUsage(`--port takes a number from 0 to 65535, not "${values.port}"`);
  if (values.once === undefined && values.out !== undefined) throw new BadUsage('--out goes with --once "PROMPT"');
  if (values.once !== undefined && values.out === undefined) throw new BadUsage('--once needs --out FILE.png to save the picture to');
  if (values.once?.trim() === '') throw new BadUsage('--once needs a prompt');
  return {
    help: values.help ?? false,
    port,
    dataDir: values.data ?? (values.once === undefined ? '.refinery' : undefined),
    logs: values.json ? 'json' : 'plain',
    delivery: values.http ? 'http' : 'gateway',
    once:
      values.once === undefined || values.out === undefined
        ? undefined
        : { prompt: values.once, out: values.out, options: Object.fromEntries((values.option ?? []).map(splitOption)) },
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        help: { type: 'boolean', short: 'h' },
        port: { type: 'string' },
        data: { type: 'string' },
        once: { type: 'string' },
        out: { type: 'string' },
        option: { type: 'string', multiple: true },
        json: { type: 'boolean' },
        http: { type: 'boolean' },
      },
    });
  } catch (error) {
    throw new BadUsage(error instanceof Error ? error.message : String(error));
  }
}

function splitOption(text: string): readonly [string, string] {
  const split = text.indexOf('=');
  if (split < 1) throw new BadUsage(`--option takes NAME=VALUE, not "${text}"`);
  return [text.slice(0, split), text.slice(split + 1)];
}
