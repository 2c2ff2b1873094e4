import { parseArgs } from 'node:util';
import pc from 'picocolors';
import { reportTable, type TopicReport } from './report.ts';
import { runTopics, type TopicName, TOPICS } from './run-topics.ts';

const HELP = `Runs the engine on recorded numbers of the reference implementation and compares.

  npm run conformance -- DIR [--topic NAME]…

  DIR           folder with index.json, TOPIC.json, TOPIC.bin and models/{base,refiner}
  --topic NAME  only this topic, any of: ${TOPICS.join(', ')}; may be repeated
  --help        this text

Exit code: 0 when nothing failed, 1 when a case failed, 2 when nothing could be run.`;

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { topic: { type: 'string', multiple: true }, help: { type: 'boolean', short: 'h' } },
  });
  const [folder] = positionals;
  if (values.help === true || folder === undefined) {
    console.log(HELP);
    return values.help === true ? 0 : 2;
  }
  const unknown = values.topic?.find((name) => !isTopic(name));
  if (unknown !== undefined) {
    console.error(`There is no topic "${unknown}". Topics: ${TOPICS.join(', ')}.`);
    return 2;
  }
  const isTerminal = process.stdout.isTTY === true;
  const reports: TopicReport[] = [];
  try {
    const names = TOPICS.filter((name) => values.topic === undefined || values.topic.includes(name));
    for await (const report of runTopics(folder, names, isTerminal ? showProgress : undefined)) reports.push(report);
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    return 2;
  }
  if (isTerminal) process.stdout.write('\r\u001b[K');
  if (reports.length === 0) {
    console.error(`${folder} has none of these topics.`);
    return 2;
  }
  console.log(reportTable(reports, pc.createColors(isTerminal && pc.isColorSupported)));
  return reports.some(({ results }) => results.some(({ outcome }) => outcome === 'failed')) ? 1 : 0;
}

function isTopic(name: string): name is TopicName {
  return TOPICS.some((topic) => topic === name);
}

function showProgress(topic: TopicName, _: unknown, done: number, of: number): void {
  process.stdout.write(`\r\u001b[K${topic} ${done}/${of}`);
}
