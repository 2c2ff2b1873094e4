import { createHash } from 'node:crypto';

const DIGITS = 10;

/**
 * 40 bits of a job's id as 10 hexadecimal digits: what a picture bears of it. Whoever has the job can tell that the picture is its; from
 * the picture alone nobody learns the job, when it was asked for, or by whom.
 */
export function shortJobId(jobId: string): string {
  return createHash('sha256').update(jobId).digest('hex').slice(0, DIGITS);
}
