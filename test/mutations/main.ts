import { fileURLToPath } from 'node:url';
import pc from 'picocolors';
import { copyEngine, type EngineCopy } from './copy-engine.ts';
import { makeMistake, type Mistake } from './mistake.ts';
import { MISTAKES } from './mistakes.ts';
import { type Failure, runTests } from './run-tests.ts';

const HELP = `Makes deliberate mistakes in a copy of the engine, one at a time, and looks which test notices.

  npm run mutations            all ${MISTAKES.length}: some minutes
  npm run mutations -- crop    those whose description has the word
  npm run mutations -- --help

Exit code: 0 when every mistake was caught, 1 when one was missed, 2 when nothing could be tried.`;

const colors = pc.createColors(process.stdout.isTTY === true && pc.isColorSupported);

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  if (args.includes('--help')) {
    console.log(HELP);
    return 0;
  }
  const mistakes = MISTAKES.filter(({ what, file }) => args.every((word) => `${what} ${file}`.toLowerCase().includes(word.toLowerCase())));
  if (mistakes.length === 0) {
    console.error(`No mistake is described by "${args.join(' ')}". npm run mutations -- --help`);
    return 2;
  }
  const engine = await copyEngine(fileURLToPath(new URL('../../', import.meta.url)));
  try {
    await mustPass(engine, mistakes);
    let missed = 0;
    for (const [i, mistake] of mistakes.entries()) {
      const caught = await findCatcher(engine, mistake);
      if (caught === undefined) missed++;
      console.log(describe(i + 1, mistake, caught));
    }
    console.log(`\n${mistakes.length - missed} of ${mistakes.length} mistakes caught`);
    return missed === 0 ? 0 : 1;
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    return 2;
  } finally {
    await engine.remove();
  }
}

/** A test that fails without any mistake would catch all of them. */
async function mustPass({ folder }: EngineCopy, mistakes: readonly Mistake[]): Promise<void> {
  const catchers = new Map(mistakes.flatMap(({ catchers: each }) => each.map((catcher) => [JSON.stringify(catcher), catcher])));
  for (const catcher of catchers.values()) {
    const { failed } = await runTests(folder, catcher);
    if (failed.length > 0) throw new Error(`Without any mistake a test fails already, mend that first: ${failed[0]?.test ?? ''}: ${failed[0]?.why ?? ''}`);
  }
}

interface Caught {
  readonly file: string;
  readonly failed: readonly Failure[];
}

/** The first tests that fail with the mistake made. */
async function findCatcher(engine: EngineCopy, mistake: Mistake): Promise<Caught | undefined> {
  const right = await engine.read(mistake.file);
  await engine.write(mistake.file, makeMistake(mistake, right));
  try {
    for (const catcher of mistake.catchers) {
      const { failed } = await runTests(engine.folder, catcher);
      if (failed.length > 0) return { file: catcher.file, failed };
    }
    return undefined;
  } finally {
    await engine.write(mistake.file, right);
  }
}

function describe(number: number, { what, file, right, wrong, catchers }: Mistake, caught: Caught | undefined): string {
  const [first] = caught?.failed ?? [];
  const verdict = caught === undefined ? colors.red('MISSED') : colors.green('caught');
  const by = caught === undefined ? `not by ${catchers.map((catcher) => catcher.file).join(', ')}` : `by ${caught.file}, "${first?.test ?? ''}"${caught.failed.length > 1 ? ` and ${caught.failed.length - 1} more` : ''}`;
  const lines = [`${String(number).padStart(2)}  ${verdict}  ${what}`, `${file}: ${right} → ${wrong}`, by, ...(first === undefined ? [] : [first.why])];
  return lines.join('\n            ');
}
