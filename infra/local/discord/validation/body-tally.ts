/** Counts the bodies that were held against Discord's schemas and rules, and remembers what was wrong with those that did not fit. */
import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { DiscordError } from '../rest/discord-error.ts';

/** Names a folder: every local Discord of this process and its children adds its lines there, whatever becomes of it. */
export const BODIES_FOLDER = 'LOCAL_DISCORD_BODIES';

/** A line of that folder's files. */
export interface CheckedBody {
  readonly route: string;
  /** Absent on a body that fits. Field names and Discord's codes, never values: those may be somebody's words. */
  readonly wrong?: string;
  /** The sender set out to be refused. */
  readonly onPurpose?: boolean;
}

export interface BodyTally {
  /** Bodies so far. */
  readonly checked: number;
  /** One text for each that did not fit, or that holds a field which Discord does not know. */
  readonly wrong: readonly string[];
  add(route: string, wrong?: string): void;
}

export function openBodyTally(onPurpose: boolean, folder = process.env[BODIES_FOLDER]): BodyTally {
  const wrongs: string[] = [];
  let checked = 0;
  if (folder) mkdirSync(folder, { recursive: true });
  return {
    get checked() {
      return checked;
    },
    wrong: wrongs,
    add: (route, wrong) => {
      checked += 1;
      if (wrong !== undefined) wrongs.push(`${route}: ${wrong}`);
      const line: CheckedBody = { route, ...(wrong !== undefined && { wrong, onPurpose }) };
      if (folder) appendFileSync(join(folder, `${process.pid}.jsonl`), `${JSON.stringify(line)}\n`);
    },
  };
}

/** Discord's codes for a body that is at fault, whatever state the world is in: a wrong form, an empty message, no JSON. */
const BODY_IS_WRONG: ReadonlySet<number> = new Set([50006, 50035, 50109]);

/** Said of an address that does not answer Discord's probe yet: the body is well. */
const NOT_OF_THE_BODY = 'APPLICATION_INTERACTIONS_ENDPOINT_URL_INVALID';

/** What is wrong with the body of a refused request; `undefined` when it was refused for another reason. */
export function whatIsWrong({ code, message, fields }: DiscordError): string | undefined {
  if (!BODY_IS_WRONG.has(code) || fields.some((field) => field.code === NOT_OF_THE_BODY)) return undefined;
  return fields.length === 0 ? message : fields.map((field) => `${field.path.join('.')} ${field.code}`).join(', ');
}
