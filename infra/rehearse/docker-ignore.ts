/** Which files a .dockerignore keeps out, by path from the context's root; the last line that fits decides (https://docs.docker.com/build/concepts/context/#dockerignore-files). */
export function readDockerIgnore(text: string): (path: string) => boolean {
  const rules = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => ({ isKept: line.startsWith('!'), pattern: patternOf(line.replace(/^!/, '')) }));
  return (path) => rules.findLast(({ pattern }) => pattern.test(path))?.isKept === false;
}

/** What fits a folder fits all in it. */
function patternOf(glob: string): RegExp {
  const source = glob
    .replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
    .replaceAll(/\*\*\/|\*|\?/g, (wild) => (wild === '**/' ? '(?:.*/)?' : wild === '*' ? '[^/]*' : '[^/]'));
  return new RegExp(`^${source}(?:/.*)?$`);
}
