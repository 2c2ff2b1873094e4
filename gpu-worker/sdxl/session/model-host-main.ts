/** A model host: a child process that owns sessions, runs them when asked, and leaves when its parent is gone. */
import { FeedReceiver } from './kept-feeds.ts';
import { killWithParent } from './kill-with-parent.ts';
import { LocalSession } from './local-session.ts';
import { parseRequest } from './model-host-messages.ts';
import type { HostAnswer, HostRequest } from './model-host-messages.ts';

const sessions = new Map<number, { readonly local: LocalSession; readonly feeds: FeedReceiver }>();

async function answer(request: HostRequest): Promise<HostAnswer> {
  const { id, session } = request;
  if (request.kind === 'open') {
    sessions.set(session, { local: await LocalSession.create(request.source), feeds: new FeedReceiver() });
    return { kind: 'done', id };
  }
  const open = sessions.get(session);
  if (open === undefined) return { kind: 'failed', id, message: 'that session is closed' };
  if (request.kind === 'run') return { kind: 'ran', id, ...(await open.local.run(open.feeds.unpack(request.feeds), request.outputs)) };
  sessions.delete(session);
  await open.local.release();
  return { kind: 'done', id };
}

function send(message: HostAnswer): void {
  if (process.connected) process.send?.(message);
}

// Ctrl-C in a terminal reaches the whole group, `kill` of a group too: the parent decides when the step in hand is the last.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
process.on('disconnect', () => process.exit());
killWithParent();

process.on('message', (message) => {
  const request = parseRequest(message);
  answer(request).then(send, (error: unknown) => {
    send({ kind: 'failed', id: request.id, message: error instanceof Error ? error.message : String(error) });
  });
});
