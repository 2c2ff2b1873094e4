import { parseArgs } from 'node:util';
import pc from 'picocolors';
import { reportTable, type TopicReport } from './report.ts';
import { runTopics, type TopicName, TOPICS } from './run-topics.ts';

const HELP = `Runs the engine on recorded numbers of the reference implementation and compares.

  npm run conformance -- DIR [--topic NAME]…

  DIR           folder with TOPIC.json, TOPIC.bin and models/{base,refiner}, such as test/reference
  --topic NAME  only this topic, any of: ${TOPICS.join(', ')}; may be repeated
  --help        this text

Exit code: 0 when nothing failed, 1 when a case failed, 2 when nothing could be run.`;

const isTerminal = process.stdout.isTTY === true;
process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  try {
    const asked = parse(args);
    if (asked === undefined) {
      console.log(HELP);
      return 0;
    }
    const reports: TopicReport[] = [];
    for await (const report of runTopics(asked.folder, asked.topics, isTerminal ? showProgress : undefined)) reports.push(report);
    if (isTerminal) process.stdout.write('\r\u001b[K');
    if (reports.length === 0) throw new Error(`${asked.folder} has none of the topics ${asked.topics.join(', ')}.`);
    console.log(reportTable(reports, pc.createColors(isTerminal && pc.isColorSupported)));
    return reports.some(({ results }) => results.some(({ outcome }) => outcome === 'failed')) ? 1 : 0;
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    return 2;
  }
}

/** `undefined`: the person asked for help. Throws an Error that says what to write instead. */
function parse(args: readonly string[]): { readonly folder: string; readonly topics: readonly TopicName[] } | undefined {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { topic: { type: 'string', multiple: true }, help: { type: 'boolean', short: 'h' } },
  });
  if (values.help === true) return undefined;
  const [folder, ...others] = positionals;
  if (folder === undefined || others.length > 0) throw new Error('Name one folder: npm run conformance -- test/reference');
  const unknown = values.topic?.find((name) => !TOPICS.some((topic) => topic === name));
  if (unknown !== undefined) throw new Error(`There is no topic "${unknown}". Topics: ${TOPICS.join(', ')}.`);
  return { folder, topics: TOPICS.filter((name) => values.topic === undefined || values.topic.includes(name)) };
}

function showProgress(topic: TopicName, _: unknown, done: number, of: number): void {
  process.stdout.write(`\r\u001b[K${topic} ${done}/${of}`);
}
