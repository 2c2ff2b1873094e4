/** infra/THREATS.md names tests; each must be there. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const THREATS = ['Forged interactions', 'Replay', 'A stolen token', 'A poisoned queue message', 'Malicious weights and pictures', 'SSRF by attachment URL', 'Prompt abuse', 'Cost attack'];
const sections = readFileSync('infra/THREATS.md', 'utf8').split(/^## /m).slice(1);

describe('the threats considered', () => {
  it('are these', () => {
    expect(sections.map((section) => section.split('\n')[0])).toEqual(THREATS);
  });

  it.each(sections.map((section) => [section.split('\n')[0], section] as const))('%s: each test that covers it is there', (_title, section) => {
    const tests = [...section.matchAll(/^- `([^`]+)`(?:: (.+))?$/gm)];
    expect(tests.length).toBeGreaterThan(0);
    for (const [, file = '', name] of tests) expect(readFileSync(file, 'utf8')).toContain(name ?? 'test');
  });
});
