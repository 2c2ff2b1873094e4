import { randomUUID } from 'node:crypto';
import { AwsError } from '../aws-error.ts';
import type { Broker } from './broker.ts';
import type { Message } from './message.ts';
import type { MoveTask } from './move-task.ts';
import type { Queue } from './queue.ts';
import { queueNameOfArn, redrivePolicy } from './queue-attributes.ts';
import type { Entry, Queues } from './queues.ts';

const STEP_MS = 100;
const MAX_PER_SECOND = 500;

/** Runs the tasks that take messages out of dead-letter queues; one that was running when the process died goes on. */
export class MoveTasks {
  readonly #timers = new Map<string, NodeJS.Timeout>();

  constructor(
    private readonly queues: Queues,
    private readonly broker: Broker,
    private readonly commit: (entry: Entry) => void,
    private readonly now: () => number,
  ) {}

  resume(): void {
    for (const { handle, status } of this.queues.tasks.values()) if (status === 'RUNNING') this.#step(handle);
  }

  /** Throws when the source is nobody's dead-letter queue or is being moved already. */
  start(source: Queue, destination: Queue | undefined, maxPerSecond: number | undefined): MoveTask {
    const sources = Array.from(this.queues.byName.values()).filter(({ attributes }) => redrivePolicy(attributes)?.deadLetterQueue === source.name);
    if (sources.length === 0) throw new AwsError('InvalidParameterValue', 'Source queue must be configured as a Dead Letter Queue.');
    if (this.list(source.name).some(({ status }) => status === 'RUNNING')) {
      throw new AwsError('UnsupportedOperation', 'There is already a task running. Only one active task is allowed for a source queue arn at a given time.');
    }
    const task: MoveTask = {
      handle: Buffer.from(JSON.stringify({ taskId: randomUUID(), source: source.name })).toString('base64'),
      source: source.name,
      destination: destination?.name,
      maxPerSecond,
      status: 'RUNNING',
      moved: 0,
      toMove: source.messages.size,
      startedAt: this.now(),
    };
    this.commit({ op: 'task', task });
    this.#wait(task.handle, 0);
    return task;
  }

  /** The tasks of a source queue, latest first. */
  list(source: string): readonly MoveTask[] {
    return [...this.queues.tasks.values()].filter((task) => task.source === source).toReversed();
  }

  /** Throws ResourceNotFoundException unless the task is running. */
  cancel(handle: string): MoveTask {
    const task = this.queues.tasks.get(handle);
    if (task?.status !== 'RUNNING') throw new AwsError('ResourceNotFoundException', 'There is no running task with that handle.', 404);
    clearTimeout(this.#timers.get(handle));
    this.commit({ op: 'task', task: { ...task, status: 'CANCELLED' } });
    return task;
  }

  close(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
  }

  #wait(handle: string, ms: number): void {
    this.#timers.set(handle, setTimeout(() => this.#step(handle), ms).unref());
  }

  /** Moves a tenth of a second's worth, then waits for the next. */
  #step(handle: string): void {
    const task = this.queues.tasks.get(handle);
    if (task?.status !== 'RUNNING') return;
    const source = this.queues.byName.get(task.source);
    const now = this.now();
    const due = Math.floor(((now - task.startedAt + STEP_MS) / 1000) * (task.maxPerSecond ?? MAX_PER_SECOND)) + 1 - task.moved;
    const available = Array.from(source?.messages.values() ?? []).filter(({ visibleAt, sentAt }) => visibleAt <= now && sentAt <= task.startedAt);
    const messages = available.slice(0, Math.max(0, due));
    let moved = task.moved;
    for (const message of messages) {
      const destination = this.#destination(task, message);
      if (source === undefined || destination === undefined) {
        const failureReason = 'CouldNotDetermineMessageSource';
        this.commit({ op: 'task', task: { ...task, moved, status: 'FAILED', failureReason } });
        return;
      }
      const fresh = { id: randomUUID(), sentAt: now, receiveCount: 0, firstReceivedAt: undefined, deadLetterSourceArn: undefined };
      this.broker.move(source, destination, [message], () => fresh);
      moved += 1;
    }
    const isDone = messages.length === available.length;
    this.commit({ op: 'task', task: { ...task, moved, status: isDone ? 'COMPLETED' : 'RUNNING' } });
    if (!isDone) this.#wait(handle, STEP_MS);
  }

  #destination(task: MoveTask, message: Message): Queue | undefined {
    const name = task.destination ?? (message.deadLetterSourceArn && queueNameOfArn(message.deadLetterSourceArn));
    return name === undefined ? undefined : this.queues.byName.get(name);
  }
}
