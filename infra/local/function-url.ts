/**
 * Serves a Lambda function of ours over HTTP on loopback, as API Gateway does: each request becomes an event of payload
 * format 2.0 (https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html).
 *
 * Settings are the function's own, and PORT.
 */
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { handler } from '../../functions/receive-interaction.ts';

async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const answer = await handler(await toEvent(request));
  response.writeHead(answer.statusCode, answer.headers).end(answer.body);
}

async function toEvent(request: IncomingMessage) {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: url.pathname,
    rawQueryString: url.search.slice(1),
    headers: Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)])),
    requestContext: { http: { method: request.method, path: url.pathname, sourceIp: '127.0.0.1' } },
    body: (await buffer(request)).toString('base64'),
    isBase64Encoded: true,
  };
}

const server = createServer((request, response) => {
  serve(request, response).catch((error: unknown) => {
    process.stderr.write(`the function failed: ${error instanceof Error ? error.name : 'unknown error'}\n`);
    response.writeHead(500).end();
  });
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit());
server.listen(Number(process.env.PORT ?? 0), '127.0.0.1');
