import { describe, expect, it } from 'vitest';
import { BadSettings, DISCORD_SETTINGS, STACK_SETTINGS, readSettings } from '../../core/settings.ts';

describe('settings', () => {
  it('come from the environment, with defaults where there are any', () => {
    const env = { DISCORD_TOKEN: 't', DISCORD_APPLICATION_ID: '1', DISCORD_API_BASE: '', PATH: '/bin' };
    expect(readSettings(DISCORD_SETTINGS, env)).toEqual({
      DISCORD_TOKEN: 't',
      DISCORD_APPLICATION_ID: '1',
      DISCORD_API_BASE: 'https://discord.com/api',
    });
  });

  it('name every variable that is missing and what it is for', () => {
    const attempt = () => readSettings(STACK_SETTINGS, { TABLE_NAME: 'refinery' });
    expect(attempt).toThrow(BadSettings);
    expect(attempt).toThrow(/JOBS_QUEUE_URL is not set: it must be the URL of the SQS queue/);
    expect(attempt).toThrow(/PICTURES_BUCKET is not set/);
  });

  it('never quote a value, since it may be a secret', () => {
    const env = { DISCORD_TOKEN: 't', DISCORD_APPLICATION_ID: '1', DISCORD_API_BASE: 'my secret, pasted in the wrong place' };
    expect(() => readSettings(DISCORD_SETTINGS, env)).toThrow(/DISCORD_API_BASE cannot be used/);
    expect(() => readSettings(DISCORD_SETTINGS, env)).not.toThrow(/my secret/);
  });
});
