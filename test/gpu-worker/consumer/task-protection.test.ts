import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { protectTask } from '../../../gpu-worker/consumer/task-protection.ts';

const open: { close(): void }[] = [];
afterEach(() => open.splice(0).forEach((server) => server.close()));

/** The ECS container agent's side of the socket. */
async function agent(answer: { status: number; body: unknown }) {
  const puts: unknown[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      puts.push([request.method, request.url, JSON.parse(text)]);
      response.writeHead(answer.status, { 'content-type': 'application/json' }).end(JSON.stringify(answer.body));
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  open.push(server);
  return { uri: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/x`, puts };
}

const protectedUntil = { protection: { ProtectionEnabled: true, ExpirationDate: '2030-01-01T00:00:00Z', TaskArn: 'arn' } };

describe('task scale-in protection', () => {
  it('is asked for when the first job comes and given up after the last', async () => {
    const { uri, puts } = await agent({ status: 200, body: protectedUntil });
    const names: string[] = [];
    const protection = protectTask(uri, ({ name }) => names.push(name));
    for (const jobs of [1, 2, 1, 0]) protection.busy(jobs);
    await protection.stop();
    expect(puts).toEqual([
      ['PUT', '/api/x/task-protection/v1/state', { ProtectionEnabled: true, ExpiresInMinutes: 10 }],
      ['PUT', '/api/x/task-protection/v1/state', { ProtectionEnabled: false }],
    ]);
    expect(names).toEqual(['task:protect:ok', 'task:unprotect:ok']);
  });

  it('is renewed while a job goes on', async () => {
    const { uri, puts } = await agent({ status: 200, body: protectedUntil });
    let renewed: () => void = () => undefined;
    const thrice = new Promise<void>((resolve) => (renewed = resolve));
    let times = 0;
    const protection = protectTask(uri, () => ++times === 3 && renewed(), { renewMs: 20 });
    protection.busy(1);
    await thrice;
    await protection.stop();
    expect(puts.length).toBeGreaterThanOrEqual(4);
    expect(puts.at(-1)).toEqual(['PUT', '/api/x/task-protection/v1/state', { ProtectionEnabled: false }]);
  });

  it.each([
    ['ECS refuses', { status: 200, body: { failure: { Arn: 'arn', Reason: 'DEPLOYMENT_BLOCKED' } } }, 'DEPLOYMENT_BLOCKED'],
    ['the agent fails', { status: 500, body: { error: { Code: 'ServerException' } } }, 'ECS answered 500'],
  ])('is reported as failed, and stops nothing, when %s', async (_, answer, text) => {
    const { uri } = await agent(answer);
    const errors: unknown[] = [];
    const protection = protectTask(uri, ({ name, error }) => name === 'task:protect:failed' && errors.push(error));
    protection.busy(1);
    await protection.stop();
    expect(String(errors[0])).toContain(text);
  });

  it('is reported as failed when no agent listens', async () => {
    const names: string[] = [];
    const protection = protectTask('http://127.0.0.1:9/', ({ name }) => names.push(name));
    protection.busy(1);
    await protection.stop();
    expect(names).toEqual(['task:protect:failed', 'task:unprotect:failed']);
  });
});
