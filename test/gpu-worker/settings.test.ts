import { describe, expect, it } from 'vitest';
import { describeWorkerSettings, readWorkerSettings } from '../../gpu-worker/settings.ts';

const needed = { JOBS_QUEUE_URL: 'http://127.0.0.1/jobs', TABLE_NAME: 'refinery', PICTURES_BUCKET: 'pictures', DISCORD_TOKEN: 'a-token' };

describe("the worker's settings", () => {
  it('need no more than the stack and the bot token', () => {
    expect(readWorkerSettings(needed)).toMatchObject({
      REFINERY_MODEL: 'demo',
      REFINERY_SLOTS: 1,
      VISIBILITY_TIMEOUT_SECONDS: 60,
      DISCORD_API_BASE: 'https://discord.com/api',
    });
  });

  it.each([
    ['TABLE_NAME', '', 'TABLE_NAME is not set'],
    ['VISIBILITY_TIMEOUT_SECONDS', '1', 'VISIBILITY_TIMEOUT_SECONDS cannot be used'],
    ['VISIBILITY_TIMEOUT_SECONDS', 'long', 'VISIBILITY_TIMEOUT_SECONDS cannot be used'],
    ['REFINERY_SLOTS', '0', 'how many jobs to work on at once, 1 to 10'],
    ['REFINERY_PROVIDER', 'abacus', 'REFINERY_PROVIDER cannot be used'],
    ['LOG_LEVEL', 'loud', 'LOG_LEVEL cannot be used'],
  ])('are refused with a word on what to set: %s=%s', (name, value, text) => {
    expect(() => readWorkerSettings({ ...needed, [name]: value })).toThrow(text);
  });

  it('never repeat a value, which may be a secret', () => {
    expect(() => readWorkerSettings({ ...needed, TABLE_NAME: '', DISCORD_API_BASE: 'secret words' })).toThrow(/^(?!.*secret)/s);
  });

  it('are all explained', () => {
    const lines = describeWorkerSettings().split('\n');
    expect(lines.length).toBeGreaterThan(10);
    for (const line of lines) expect(line).toMatch(/^ {2}[A-Z0-9_]+ +\S.+/);
  });
});
