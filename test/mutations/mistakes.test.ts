import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { makeMistake } from './mistake.ts';
import { MISTAKES } from './mistakes.ts';

const path = (relative: string) => fileURLToPath(new URL(`../../${relative}`, import.meta.url));

describe('the list of deliberate mistakes', () => {
  test.each(MISTAKES)('can still be made: $what', ({ file, ...mistake }) => {
    const source = readFileSync(path(`gpu-worker/sdxl/${file}`), 'utf8');
    expect(makeMistake({ file, ...mistake }, source)).not.toBe(source);
    for (const catcher of mistake.catchers) expect(existsSync(path(`test/gpu-worker/sdxl/${catcher.file}`))).toBe(true);
  });

  test('has twenty and more, all different', () => {
    expect(new Set(MISTAKES.map(({ file, wrong }) => `${file} ${wrong}`)).size).toBe(MISTAKES.length);
    expect(MISTAKES.length).toBeGreaterThanOrEqual(20);
  });
});
