import type pc from 'picocolors';
import type { CaseResult } from './case-result.ts';

/** How a topic came out. */
export interface TopicReport {
  readonly name: string;
  readonly results: readonly CaseResult[];
  readonly seconds: number;
}

type Colors = ReturnType<typeof pc.createColors>;

/** One row a topic, and under it what failed and why what was skipped was skipped. */
export function reportTable(reports: readonly TopicReport[], colors: Colors): string {
  const rows = reports.map(({ name, results, seconds }) => {
    const count = (outcome: CaseResult['outcome']) => results.filter((result) => result.outcome === outcome).length;
    return { name, cases: results.length, passed: count('passed'), failed: count('failed'), skipped: count('skipped'), error: largestError(results), seconds };
  });
  const head = ['topic', 'cases', 'passed', 'failed', 'skipped', 'largest error', 'seconds'];
  const cells = rows.map((row) => [row.name, row.cases, row.passed, row.failed, row.skipped, row.error === undefined ? '–' : row.error === 0 ? '0' : row.error.toExponential(1), row.seconds.toFixed(1)].map(String));
  const widths = head.map((title, i) => Math.max(title.length, ...cells.map((row) => row[i]?.length ?? 0)));
  const line = (row: readonly string[]) => row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join('  ').trimEnd();
  const body = rows.map((row, i) => {
    const text = line(cells[i] ?? []);
    if (row.failed > 0) return colors.red(text);
    return row.passed > 0 ? colors.green(text) : colors.dim(text);
  });
  const notes = reports.flatMap((report) => notesOf(report, colors));
  return [colors.bold(line(head)), colors.dim(widths.map((width) => '─'.repeat(width)).join('  ')), ...body, ...(notes.length > 0 ? ['', ...notes] : [])].join('\n');
}

function largestError(results: readonly CaseResult[]): number | undefined {
  const errors = results.flatMap((result) => (result.outcome !== 'skipped' && result.error !== undefined ? [result.error] : []));
  return errors.length === 0 ? undefined : errors.reduce((largest, error) => (largest >= error ? largest : error));
}

/** What failed, then what was skipped; cases with the same reason share a line. */
function notesOf({ name, results }: TopicReport, colors: Colors): readonly string[] {
  const failed = byReason(results, 'failed').map(({ ids, why }) => colors.red(`✗ ${name} ${ids}: ${why}`));
  const skipped = byReason(results, 'skipped').map(({ ids, why }) => colors.yellow(`- ${name} ${ids} skipped: ${why}`));
  return [...failed, ...skipped];
}

function byReason(results: readonly CaseResult[], outcome: 'failed' | 'skipped'): readonly { readonly ids: string; readonly why: string }[] {
  const reasons = new Map<string, string[]>();
  for (const result of results) {
    if (result.outcome === outcome) reasons.set(result.why, [...(reasons.get(result.why) ?? []), result.id]);
  }
  return [...reasons].map(([why, ids]) => ({ ids: ids.length > 4 ? `${ids.slice(0, 3).join(', ')} and ${ids.length - 3} more` : ids.join(', '), why }));
}
