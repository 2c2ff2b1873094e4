/** What happened when ECS was asked to protect this task, or to stop protecting it. */
export interface ProtectionEvent {
  readonly name: 'task:protect:ok' | 'task:protect:failed' | 'task:unprotect:ok' | 'task:unprotect:failed';
  readonly error?: unknown;
}

/** Keeps ECS from scaling this task in while jobs are in hand. */
export interface TaskProtection {
  /** Tell it whenever the number of jobs in hand changes. */
  busy(jobsInHand: number): void;
  stop(): Promise<void>;
}

const EXPIRES_MINUTES = 10;
const RENEW_MS = 4 * 60_000;
const TIMEOUT_MS = 5000;

/**
 * Task scale-in protection through the container agent
 * (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-scale-in-protection-endpoint.html).
 * A failure is reported and never stops a job: without protection the task may be drained, which is survived.
 * @param agentUri the `ECS_AGENT_URI` that ECS sets
 */
export function protectTask(
  agentUri: string,
  report: (event: ProtectionEvent) => void,
  { fetch: request = fetch, renewMs = RENEW_MS }: { readonly fetch?: typeof fetch; readonly renewMs?: number } = {},
): TaskProtection {
  let wanted = false;
  let timer: NodeJS.Timeout | undefined;
  /** One call at a time, in order: a late answer must not undo a newer wish. */
  let last: Promise<void> = Promise.resolve();

  async function put(enabled: boolean): Promise<void> {
    const verb = enabled ? 'protect' : 'unprotect';
    try {
      const response = await request(`${agentUri}/task-protection/v1/state`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(enabled ? { ProtectionEnabled: true, ExpiresInMinutes: EXPIRES_MINUTES } : { ProtectionEnabled: false }),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      const text = await response.text();
      // The agent answers 200 with a `failure` or `error` object when ECS itself refused.
      if (!response.ok || /"(failure|error)"\s*:/.test(text)) throw new Error(`ECS answered ${response.status}: ${text.slice(0, 300)}`);
      report({ name: `task:${verb}:ok` });
    } catch (error) {
      report({ name: `task:${verb}:failed`, error });
    }
  }

  function want(enabled: boolean): void {
    if (enabled === wanted) return;
    wanted = enabled;
    clearInterval(timer);
    last = last.then(() => put(enabled));
    if (enabled) timer = setInterval(() => (last = last.then(() => (wanted ? put(true) : undefined))), renewMs);
  }

  return {
    busy: (jobsInHand) => want(jobsInHand > 0),
    stop: () => {
      want(false);
      return last;
    },
  };
}
