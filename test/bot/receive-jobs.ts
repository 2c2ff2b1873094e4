import type { JobQueue } from '../../core/job-queue.ts';
import type { Job } from '../../core/job.ts';
import { parseJob } from '../../core/job.ts';

/** Takes every job that is on the queue now, as a worker would parse them. */
export async function receiveJobs(queue: JobQueue): Promise<readonly Job[]> {
  const jobs: Job[] = [];
  for (;;) {
    const received = await queue.receive({ max: 10, waitSeconds: 0, visibilitySeconds: 30 });
    if (received.length === 0) return jobs;
    for (const { body, receiptHandle } of received) {
      jobs.push(parseJob(body));
      await queue.delete(receiptHandle);
    }
  }
}
