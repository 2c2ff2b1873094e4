import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { customIdKeys } from '../../../bot/custom-id/custom-id-keys.ts';
import { MAX_CUSTOM_ID_LENGTH, createCustomIds } from '../../../bot/custom-id/custom-ids.ts';

const customIds = createCustomIds(['a key']);
const action = fc.stringMatching(/^[a-z][a-z-]{0,19}$/);
const args = fc.array(fc.stringMatching(/^[A-Za-z0-9_-]{1,20}$/), { maxLength: 2 });

describe('a custom id', () => {
  test('says what it was written with, within 100 characters', () => {
    fc.assert(
      fc.property(action, args, (name, given) => {
        const written = customIds.write(name, ...given);
        expect(written.length).toBeLessThanOrEqual(MAX_CUSTOM_ID_LENGTH);
        expect(customIds.read(written)).toEqual({ kind: 'ours', action: name, args: given });
      }),
    );
  });

  test('with any character changed, dropped or added is not ours', () => {
    fc.assert(
      fc.property(action, args, fc.nat(), fc.constantFrom('', 'x', '.', '-', '0', 'Ω'), (name, given, at, put) => {
        const written = customIds.write(name, ...given);
        const place = at % written.length;
        for (const forged of [written.slice(0, place) + put + written.slice(place + 1), written.slice(0, place) + (put || 'x') + written.slice(place)]) {
          if (forged !== written) expect(customIds.read(forged).kind).not.toBe('ours');
        }
      }),
    );
  });

  test('of any text is read without an error, and none is taken for ours', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 120 }), (text) => {
        expect(customIds.read(text).kind).not.toBe('ours');
      }),
    );
  });

  test('of another version is told apart from one that nobody signed', () => {
    expect(customIds.read('2.refine.123.0.abcdefghijklmnop')).toEqual({ kind: 'other-version' });
    expect(customIds.read('1.refine.123.0.abcdefghijklmnop')).toEqual({ kind: 'not-signed' });
    expect(createCustomIds(['another key']).read(customIds.write('refine', '1'))).toEqual({ kind: 'not-signed' });
  });

  test('that does not fit is never written', () => {
    for (const bad of [() => customIds.write('Refine'), () => customIds.write('refine', 'a.b'), () => customIds.write('refine', ''), () => customIds.write('refine', 'x'.repeat(90))]) {
      expect(bad).toThrow(RangeError);
    }
  });
});

describe('the key', () => {
  test('is the bot token, or what the operator set instead', () => {
    expect(customIdKeys({ DISCORD_TOKEN: 'token' })).toEqual(['token']);
    expect(customIdKeys({ DISCORD_TOKEN: 'token', CUSTOM_ID_KEY: ' , ' })).toEqual(['token']);
    expect(customIdKeys({ DISCORD_TOKEN: 'token', CUSTOM_ID_KEY: 'new, old' })).toEqual(['new', 'old']);
  });
  test('can be changed while buttons of before still work', () => {
    const before = createCustomIds(['old']).write('vary', '1', '0');
    const after = createCustomIds(['new', 'old']);
    expect(after.read(before)).toEqual({ kind: 'ours', action: 'vary', args: ['1', '0'] });
    expect(createCustomIds(['new']).read(after.write('vary', '1')).kind).toBe('ours');
  });
  test('survives a reset of the token when it was set', () => {
    const keys = (token: string) => createCustomIds(customIdKeys({ DISCORD_TOKEN: token, CUSTOM_ID_KEY: 'kept' }));
    expect(keys('reset').read(keys('first').write('edit', '1')).kind).toBe('ours');
  });
});
