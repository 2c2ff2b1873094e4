import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');

describe("the worker's container", () => {
  it('has every file of ours that the worker and its model host import', () => {
    const dockerfile = readFileSync(join(ROOT, 'gpu-worker/Dockerfile'), 'utf8');
    const copied = [...dockerfile.matchAll(/^COPY ((?!--)[^\n]+) \S+$/gm)].flatMap(([, sources = '']) => sources.split(' '));
    const needed = [...importsFrom('gpu-worker/main.ts'), ...importsFrom('gpu-worker/sdxl/session/model-host-main.ts')];
    expect(needed.length).toBeGreaterThan(100);
    expect(needed.filter((file) => !copied.some((source) => file === source || file.startsWith(`${source}/`)))).toEqual([]);
  });
});

/** A file and all that it imports by a relative path, directly or not; types too, which cost nothing. */
function importsFrom(entry: string): ReadonlySet<string> {
  const found = new Set<string>();
  const open = [entry];
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (found.has(file)) continue;
    found.add(file);
    const text = readFileSync(join(ROOT, file), 'utf8');
    for (const [, specifier = ''] of text.matchAll(/(?:from|import\()\s*'(\.[^']+\.ts)'/g)) {
      const target = relative(ROOT, join(ROOT, dirname(file), specifier));
      if (existsSync(join(ROOT, target))) open.push(target);
    }
  }
  return found;
}
