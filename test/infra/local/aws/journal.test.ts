import { appendFile, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Journal, type Journaled } from '../../../../infra/local/aws/journal.ts';
import { lockFolder } from '../../../../infra/local/aws/lock-folder.ts';

type Entry = readonly [name: string, value: number];

class Numbers implements Journaled<Entry> {
  readonly all = new Map<string, number>();
  apply([name, value]: Entry): void {
    this.all.set(name, value);
  }
  snapshot(): Iterable<Entry> {
    return this.all;
  }
}

let folder: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'journal-'));
  file = join(folder, 'numbers.journal');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function openJournal(compactBytes?: number): Promise<{ journal: Journal<Entry>; state: Numbers }> {
  const state = new Numbers();
  const parse = (line: unknown): Entry => {
    if (Array.isArray(line) && typeof line[0] === 'string' && typeof line[1] === 'number') return [line[0], line[1]];
    throw new Error('not an entry');
  };
  return { state, journal: await Journal.open<Entry>({ file, state, parse, ...(compactBytes !== undefined && { compactBytes }) }) };
}

async function reopened(): Promise<Map<string, number>> {
  const { journal, state } = await openJournal();
  await journal.close();
  return state.all;
}

test('what was committed is in the state at once, and in the file when it is settled', async () => {
  const { journal, state } = await openJournal();
  journal.commit(['a', 1]);
  journal.commit(['b', 2]);
  expect(state.all.get('b')).toBe(2);
  await journal.settled();
  // No close: the process might be killed here.
  expect(await reopened()).toEqual(new Map([['a', 1], ['b', 2]]));
  await journal.close();
});

test('a last line that was torn is cut off, and writing goes on after it', async () => {
  const first = await openJournal();
  first.journal.commit(['a', 1]);
  await first.journal.close();
  await appendFile(file, '12345678 ["b",');
  const second = await openJournal();
  expect(second.state.all).toEqual(new Map([['a', 1]]));
  second.journal.commit(['c', 3]);
  await second.journal.close();
  expect(await reopened()).toEqual(new Map([['a', 1], ['c', 3]]));
});

test('damage in the middle is told, not passed over', async () => {
  const { journal } = await openJournal();
  journal.commit(['a', 1]);
  journal.commit(['b', 2]);
  await journal.close();
  await writeFile(file, (await readFile(file, 'utf8')).replace('"a"', '"x"'));
  await expect(openJournal()).rejects.toThrow(/is damaged at byte 0/);
});

test('a long file is rewritten from the state, and nothing that is written meanwhile is lost', async () => {
  const { journal, state } = await openJournal(2000);
  for (let i = 0; i < 3000; i += 1) {
    journal.commit([`key ${i % 7}`, i]);
    if (i % 100 === 0) await journal.settled();
  }
  await journal.settled();
  expect((await stat(file)).size).toBeLessThan(20_000);
  await journal.close();
  expect(await reopened()).toEqual(state.all);
});

test('once writing has failed nobody is told that it went well', async () => {
  const { journal } = await openJournal();
  await journal.close();
  journal.commit(['a', 1]);
  await expect(journal.settled()).rejects.toThrow();
  journal.commit(['b', 2]);
  await expect(journal.settled()).rejects.toThrow();
});

test('a folder belongs to one holder at a time, and is free again after it', async () => {
  const unlock = await lockFolder(folder);
  await expect(lockFolder(folder)).rejects.toThrow(/in use/);
  await unlock();
  await (await lockFolder(folder))();
});
