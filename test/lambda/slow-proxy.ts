import { type IncomingMessage, type ServerResponse, request as forward } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { type LoopbackServer, listenOnLoopback } from '../../infra/local/aws/loopback-server.ts';

/** Hands requests on to a server on loopback, each after a while, as a far or busy AWS would answer. The host header stays: it is signed. */
export function slowProxy(target: string, delayMs: number): Promise<LoopbackServer> {
  const { hostname, port } = new URL(target);
  const pass = async (request: IncomingMessage, response: ServerResponse) => {
    await sleep(delayMs);
    const onward = forward({ hostname, port, method: request.method, path: request.url, headers: request.headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    request.pipe(onward);
  };
  return listenOnLoopback((request, response) => void pass(request, response), 0);
}
