import { createHash } from 'node:crypto';
import type { LicenceNotice, Source } from './catalogue.ts';
import { CannotContinue } from './cannot-continue.ts';
import type { Hub } from './hub/hub.ts';
import type { Manifest } from './manifest.ts';
import { type Terminal, isYes } from './terminal.ts';

/** A licence as its repository words it. */
export interface Licence extends LicenceNotice {
  /** Which parts of the model come under it. */
  readonly folders: readonly string[];
  /** The first line of the licence, or the licence that the README names. */
  readonly title: string;
  /** Where to read it. */
  readonly link: string;
  /** Attachment A's list of forbidden uses, if there is one. */
  readonly restrictions: readonly string[];
  /** Of the licence's words: an acceptance holds for these only. */
  readonly sha256: string;
}

export type AcceptedLicence = Manifest['licences'][number];

/** Reads the licence of every source; sources under the same words share one. */
export async function readLicences(hub: Hub, sources: readonly (Source & { readonly commit: string })[], signal: AbortSignal): Promise<readonly Licence[]> {
  const licences = new Map<string, Licence>();
  for (const { folder, repo, commit, licence } of sources) {
    const file = await hub.readText(repo, commit, licence.file, signal);
    const words = licence.file === 'README.md' ? frontMatterLicence(file, repo) : file.trim();
    const sha256 = createHash('sha256').update(words).digest('hex');
    const known = licences.get(sha256);
    const title = words.split('\n').map((line) => line.replace(/^#+\s*/, '').trim()).find((line) => line !== '') ?? licence.name;
    licences.set(sha256, {
      ...licence,
      folders: [...(known?.folders ?? []), folder],
      title,
      link: known?.link ?? hub.pageOf(repo, commit, licence.file),
      restrictions: restrictionsIn(words),
      sha256,
    });
  }
  return [...licences.values()];
}

/** The `license…` lines of a README's YAML head (https://huggingface.co/docs/hub/repositories-licenses). */
function frontMatterLicence(readme: string, repo: string): string {
  const head = /^---\r?\n([\s\S]*?)\r?\n---/.exec(readme)?.[1] ?? '';
  const lines = head.split(/\r?\n/).filter((line) => line.startsWith('license'));
  if (lines.length === 0) throw new CannotContinue(`${repo} names no licence any more, so nothing is downloaded from it. An earlier commit may: see --revision.`);
  return lines.join('\n');
}

/** Open RAIL licences end in an Attachment A that lists what the model must not be used for, parted by semicolons. */
function restrictionsIn(words: string): readonly string[] {
  const attachment = /Attachment A\b[\s\S]*?:\s*([\s\S]+)$/.exec(words.slice(Math.max(0, words.lastIndexOf('Attachment A'))))?.[1];
  return (attachment ?? '')
    .split(';')
    .map((each) => each.replace(/\s+/g, ' ').replace(/^[-*\s]+|[\s.]+$/g, ''))
    .filter((each) => each !== '');
}

interface Acceptance {
  readonly terminal: Terminal;
  /** The command line says so already. */
  readonly accepted: boolean;
  readonly signal: AbortSignal;
}

/** Shows licences and has them accepted. Those whose words were accepted by an earlier pull are not asked for again. @throws {CannotContinue} */
export async function acceptLicences(
  licences: readonly Licence[],
  before: readonly AcceptedLicence[],
  { terminal, accepted, signal }: Acceptance,
): Promise<readonly AcceptedLicence[]> {
  const known = new Map(before.map((licence) => [licence.sha256, licence]));
  const open = licences.filter(({ sha256 }) => !known.has(sha256));
  for (const licence of open) terminal.notices.write(describe(licence));
  if (open.length > 0 && !accepted) {
    if (!terminal.ask) throw new CannotContinue('The licence has not been accepted. Read it, and if you accept it, run the same command with --accept-licence.');
    const question = `Do you accept ${open.length === 1 ? 'this licence' : 'these licences'}? [y/N] `;
    if (!isYes(await terminal.ask(question, signal))) {
      throw new CannotContinue('Nothing has been downloaded: the licence was not accepted.');
    }
  }
  const acceptedAt = new Date().toISOString();
  return licences.map(({ name, link, sha256 }) => known.get(sha256) ?? { name, link, sha256, acceptedAt });
}

function describe({ folders, title, link, gist, restrictions }: Licence): string {
  const list = restrictions.length === 0 ? '' : `  You agree not to use it:\n${restrictions.map((each) => `  - ${each}\n`).join('')}`;
  return `\nLicence of ${folders.join(' and ')}: ${title}\n  ${link}\n  ${gist}\n${list}\n`;
}
