import pc from 'picocolors';
import { Unready } from '../unready.ts';
import { type Check, type Verdict, ill } from './check.ts';

/** Runs each check in turn and says what it found. @returns how many are ill */
export async function runDoctor(checks: readonly Check[], print: (line: string) => void): Promise<number> {
  let sick = 0;
  for (const { name, look } of checks) {
    const verdict = await look().catch(cannotLook);
    if (verdict.kind === 'ill') sick += 1;
    print(`${MARKS[verdict.kind]} ${pc.bold(name)}: ${verdict.says}`);
    if (verdict.kind !== 'well') print(pc.dim(`    → ${verdict.mend}`));
  }
  print(sick === 0 ? pc.green('nothing is wrong') : pc.red(`${sick} ${sick === 1 ? 'thing needs' : 'things need'} mending`));
  return sick;
}

const MARKS = { well: pc.green('✔'), ill: pc.red('✖'), absent: pc.yellow('○') } as const;

/** A check that could not be made is no good news. What AWS says of it may name resources and never secrets. */
function cannotLook(error: unknown): Verdict {
  if (error instanceof Unready) return ill('it could not be looked at', error.message);
  const name = error instanceof Error ? error.name : 'unknown error';
  return ill(`it could not be looked at (${name})`, /AccessDenied|NotAuthorized/.test(name) ? 'your AWS credentials may not read this: use those that deploy' : 'see that your AWS credentials and region are right, and try again');
}
