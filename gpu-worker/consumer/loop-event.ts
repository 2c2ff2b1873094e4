/** What happened to a message or a job; ids only, never a prompt or a token. */
export interface LoopEvent {
  readonly name: LoopEventName;
  readonly messageId?: string;
  readonly jobId?: string;
  readonly receiveCount?: number;
  /** How long the message stays hidden before it is offered again. */
  readonly hiddenSeconds?: number;
  /** Why, in words for the operator. */
  readonly reason?: string;
  readonly error?: unknown;
}

/** `subject:verb:outcome`. */
export type LoopEventName =
  | 'consumer:start:ok'
  | 'consumer:drain:started'
  | 'consumer:drain:overdue'
  | 'consumer:stop:ok'
  | 'queue:receive:ok'
  | 'queue:receive:failed'
  /** Not a job of this version, or one that was never admitted: left to be redriven to the dead-letter queue. */
  | 'message:parse:malformed'
  | 'message:delete:ok'
  | 'message:delete:failed'
  | 'message:hide:failed'
  | 'message:give-back:ok'
  | 'message:send-again:ok'
  | 'message:send-again:failed'
  /** Another worker has the model; the job goes to it. */
  | 'job:route:elsewhere'
  | 'job:route:failed'
  | 'job:claim:claimed'
  | 'job:claim:resume-post'
  | 'job:claim:finished'
  | 'job:claim:running-elsewhere'
  | 'job:claim:unknown'
  | 'job:claim:failed'
  | 'job:heartbeat:ok'
  | 'job:heartbeat:failed'
  | 'job:heartbeat:lost'
  | 'job:heartbeat:cancelled'
  | 'job:work:done'
  | 'job:work:refused'
  | 'job:work:stopped'
  /** Somebody asked to wait for longer than a slot should be held. */
  | 'job:work:put-off'
  | 'job:work:failed'
  | 'job:refuse:failed'
  | 'job:release:failed';

export type Report = (event: LoopEvent) => void;
