import { parseArgs } from 'node:util';
import { CATALOGUE } from './catalogue.ts';

/** The command line cannot be understood; the message says what to write instead. */
export class BadUsage extends Error {
  override readonly name = 'BadUsage';
}

/** What was asked for on the command line. */
export type Command =
  | { readonly name: 'help' }
  | { readonly name: 'pull'; readonly id: string; readonly revisions: ReadonlyMap<string, string>; readonly licenceAccepted: boolean; readonly rehash: boolean }
  | { readonly name: 'list' }
  | { readonly name: 'check'; readonly id: string | undefined }
  | { readonly name: 'remove'; readonly id: string; readonly confirmed: boolean };

export const HELP = `Gets, lists, checks and removes the weights of models.

  npm run models -- pull sdxl       fetches a model; run again, it goes on where it stopped
  npm run models -- list            what is there, and what can be pulled
  npm run models -- check [ID]      compares every file with its checksum
  npm run models -- remove ID       deletes a model that was pulled

What can be pulled:
${CATALOGUE.map(({ id, title, gigabytes }) => `  ${id.padEnd(15)}${`${gigabytes} GB`.padEnd(9)}${title}`).join('\n')}

  --accept-licence     pull: you have read the licence and accept it; asked for on a terminal when left out
  --revision REV       pull: branch, tag or commit to take instead of main; for a model that comes
                       from several repositories FOLDER=REV, once for each: --revision base=4621659…
  --check              pull: reads the files that are there, too, and fetches those that are broken again
  --yes                remove: does not ask
  --help               this text

Environment:
  MODELS_DIR           the folder that holds the models               models, where the command is run
  HF_ENDPOINT          address of the hub or of a mirror of it        https://huggingface.co
  HF_TOKEN             access token; the models above need none. It is sent to HF_ENDPOINT only

Exit code: 0 done, 1 not done or not sound, 2 the command line is wrong, 130 stopped by Ctrl-C (143 by SIGTERM).`;

/** Reads the command line. @throws {BadUsage} */
export function parseCommand(args: readonly string[]): Command {
  const { values, positionals } = parse(args);
  const [name, ...rest] = positionals;
  if (values.help === true || (name === undefined && args.length === 0)) return { name: 'help' };
  const belongs: Readonly<Record<string, string>> = { 'accept-licence': 'pull', 'accept-license': 'pull', revision: 'pull', check: 'pull', yes: 'remove' };
  const stray = Object.keys(values).find((option) => belongs[option] !== name);
  if (name === 'list') return only({ name }, rest, 0, stray);
  if (name === 'check') return only({ name, id: rest[0] }, rest, 1, stray);
  if (name !== 'pull' && name !== 'remove') {
    throw new BadUsage(`${name === undefined ? 'No command is given' : `There is no command ${name}`}: give one of pull, list, check, remove.`);
  }
  const id = rest[0];
  if (id === undefined) throw new BadUsage(`Say which model to ${name}: npm run models -- ${name} sdxl.`);
  if (name === 'remove') return only({ name, id, confirmed: values.yes === true }, rest, 1, stray);
  const licenceAccepted = values['accept-licence'] === true || values['accept-license'] === true;
  return only({ name, id, licenceAccepted, rehash: values.check === true, revisions: parseRevisions(id, values.revision ?? []) }, rest, 1, stray);
}

function parse(args: readonly string[]) {
  const flag = { type: 'boolean' } as const;
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        'accept-licence': flag,
        'accept-license': flag,
        revision: { type: 'string', multiple: true },
        check: flag,
        yes: { ...flag, short: 'y' },
        help: { ...flag, short: 'h' },
      },
    });
  } catch (error) {
    throw new BadUsage(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

function only(command: Command, rest: readonly string[], most: number, stray: string | undefined): Command {
  if (rest.length > most) throw new BadUsage(`${command.name} does not take ${JSON.stringify(rest[most])}.`);
  if (stray !== undefined) throw new BadUsage(`${command.name} does not take --${stray}.`);
  return command;
}

/** By folder. A bare revision will do where there is one repository only. */
function parseRevisions(id: string, texts: readonly string[]): ReadonlyMap<string, string> {
  const folders = CATALOGUE.find((entry) => entry.id === id)?.sources.map(({ folder }) => folder) ?? [];
  return new Map(
    texts.map((text) => {
      const [, folder, revision] = /^(?:([^=]*)=)?([\w][\w./-]*)$/.exec(text) ?? [];
      if (revision === undefined) throw new BadUsage(`--revision is ${JSON.stringify(text)}: give a branch, tag or commit.`);
      if (folder === undefined && folders.length === 1 && folders[0] !== undefined) return [folders[0], revision] as const;
      if (folder !== undefined && folders.includes(folder)) return [folder, revision] as const;
      throw new BadUsage(`--revision ${text}: ${id} comes from several repositories; say for which: ${folders.map((each) => `${each}=${revision}`).join(', ')}.`);
    }),
  );
}
