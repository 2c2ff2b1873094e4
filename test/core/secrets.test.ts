import { describe, expect, test } from 'vitest';
import { openWithSecrets, readSecrets } from '../../core/secrets.ts';

const ENV = { DISCORD_TOKEN_PARAMETER: '/refinery/live/discord-token', TABLE_NAME: 'refinery' };

/** SSM, as far as it matters here, and what it was asked for. */
function parameters(values: Record<string, string>) {
  const asked: (readonly string[])[] = [];
  const read = async (names: readonly string[]) => {
    asked.push(names);
    return new Map(names.flatMap((name) => (Object.hasOwn(values, name) ? [[name, values[name] ?? ''] as const] : [])));
  };
  return { values, asked, read };
}

describe('secrets', () => {
  test('are read where the environment names a parameter', async () => {
    const { read } = parameters({ '/refinery/live/discord-token': 'secret' });
    expect(await readSecrets(ENV, read)).toMatchObject({ DISCORD_TOKEN: 'secret', TABLE_NAME: 'refinery' });
  });

  test('that are set themselves are not asked for', async () => {
    const { read, asked } = parameters({});
    expect(await readSecrets({ ...ENV, DISCORD_TOKEN: 'set' }, read)).toMatchObject({ DISCORD_TOKEN: 'set' });
    expect(asked).toEqual([]);
  });

  test('that are not there are named, with the command that puts them there', async () => {
    await expect(readSecrets(ENV, parameters({}).read)).rejects.toThrow(/\/refinery\/live\/discord-token.*DISCORD_TOKEN[^]*npx serverless discord token/);
  });
});

describe('what is open with secrets', () => {
  test('stays open while they are fresh, and while they are the same', async () => {
    const { read, asked } = parameters({ '/refinery/live/discord-token': 'one' });
    let now = 0;
    let openings = 0;
    const open = openWithSecrets(() => ++openings, { env: ENV, now: () => now, read });
    expect([await open(), await open()]).toEqual([1, 1]);
    now += 299_000;
    await open();
    expect(asked).toHaveLength(1);
    now += 2000;
    expect(await open()).toBe(1);
    expect(asked).toHaveLength(2);
  });

  test('is opened anew some minutes after the token was reset', async () => {
    const { read, values } = parameters({ '/refinery/live/discord-token': 'one' });
    let now = 0;
    const open = openWithSecrets((env) => env.DISCORD_TOKEN, { env: ENV, now: () => now, read });
    expect(await open()).toBe('one');
    values['/refinery/live/discord-token'] = 'two';
    now += 301_000;
    expect(await open()).toBe('two');
  });

  test('stays in use when SSM does not answer, and is not asked about at every turn', async () => {
    const ssm = parameters({ '/refinery/live/discord-token': 'one' });
    let broken = false;
    let asked = 0;
    let now = 0;
    const read = async (names: readonly string[]) => {
      asked += 1;
      if (broken) throw new Error('SSM is away');
      return ssm.read(names);
    };
    const open = openWithSecrets((env) => env.DISCORD_TOKEN, { env: ENV, now: () => now, read });
    await open();
    broken = true;
    now += 301_000;
    expect([await open(), await open()]).toEqual(['one', 'one']);
    expect(asked).toBe(2);
  });
});
