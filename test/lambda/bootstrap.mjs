// What Lambda's Node runtime does, in its own process: import the handler, then ask for events and send answers until killed.
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const api = `http://${process.env.AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime`;
const post = (where, body) => fetch(`${api}${where}`, { method: 'POST', body: JSON.stringify(body) });
const described = (error) => ({ errorType: error?.name ?? 'Error', errorMessage: String(error?.message ?? error) });

const { _HANDLER: wanted = '' } = process.env;
const [module, name] = wanted.split(/\.(?=[^.]+$)/);
let handler;
try {
  const startedAt = performance.now();
  const cpuBefore = process.cpuUsage();
  handler = (await import(pathToFileURL(path.join(process.env.LAMBDA_TASK_ROOT, `${module}.mjs`)).href))[name];
  if (typeof handler !== 'function') throw new TypeError(`${wanted} is undefined or not exported`);
  const { user, system } = process.cpuUsage(cpuBefore);
  await post('/init/ready', { wallMs: performance.now() - startedAt, cpuMs: (user + system) / 1000 });
} catch (error) {
  await post('/init/error', described(error));
  process.exit(1);
}

for (;;) {
  const next = await fetch(`${api}/invocation/next`);
  const id = next.headers.get('lambda-runtime-aws-request-id');
  try {
    await post(`/invocation/${id}/response`, (await handler(await next.json(), { awsRequestId: id })) ?? null);
  } catch (error) {
    await post(`/invocation/${id}/error`, described(error));
  }
}
