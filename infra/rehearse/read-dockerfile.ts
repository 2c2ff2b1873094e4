import { DockerfileParser } from 'dockerfile-ast';

/** One instruction: `RUN`, and what follows with its lines joined and without comments. */
export interface Step {
  readonly keyword: string;
  readonly text: string;
}

/** From one `FROM` to the next. */
export interface Stage {
  readonly base: string;
  readonly name: string | undefined;
  readonly steps: readonly Step[];
}

/** A Dockerfile's stages, in its order. */
export function readDockerfile(text: string): readonly Stage[] {
  const stages: { base: string; name: string | undefined; steps: Step[] }[] = [];
  for (const instruction of DockerfileParser.parse(text).getInstructions()) {
    const keyword = instruction.getKeyword();
    const words = withoutComments(instruction.getTextContent()).slice(keyword.length).trim();
    if (keyword === 'FROM') {
      const [base = '', , name] = words.split(/\s+/);
      stages.push({ base, name, steps: [] });
    } else stages.at(-1)?.steps.push({ keyword, text: words });
  }
  return stages;
}

/** Lines that begin with # are comments even within a command; a backslash joins the line to the next. */
function withoutComments(text: string): string {
  return text
    .split('\n')
    .filter((line) => !line.trim().startsWith('#'))
    .map((line) => line.replace(/\\\s*$/, ' '))
    .join(' ')
    .replaceAll(/\s+/g, ' ');
}
