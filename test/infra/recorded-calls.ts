import { type IncomingMessage, type ServerResponse, request as forward } from 'node:http';
import { buffer } from 'node:stream/consumers';
import type { Role } from '../../infra/iam/roles.ts';
import { type LoopbackServer, listenOnLoopback } from '../../infra/local/aws/loopback-server.ts';

/** What IAM would be asked: may this role do this to that. */
export interface AwsCall {
  /** `dynamodb:GetItem` */
  readonly action: string;
  /** As infra/IAM.md names it: `Table`, `Table/index/open`, `Pictures/*`. */
  readonly resource: string;
}

/** Hands requests on to a stand-in and keeps what was asked of it. @param names the template's names by those of this stack */
export function recordingProxy(target: string, names: ReadonlyMap<string, string>, onCall: (call: AwsCall) => void): Promise<LoopbackServer> {
  const { hostname, port } = new URL(target);
  const pass = async (request: IncomingMessage, response: ServerResponse) => {
    const body = await buffer(request);
    for (const call of callsOf(request, body, (name) => names.get(name) ?? name)) onCall(call);
    const onward = forward({ hostname, port, method: request.method, path: request.url, headers: request.headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    onward.end(body);
  };
  return listenOnLoopback((request, response) => void pass(request, response), 0);
}

/** Whether one of the role's statements allows the call. */
export function allows({ grants }: Role, { action, resource }: AwsCall): boolean {
  const fits = (pattern: string) => (pattern.endsWith('/*') ? resource.startsWith(pattern.slice(0, -1)) : pattern === resource);
  return grants.some(({ actions, resources }) => actions.includes(action) && resources.some(fits));
}

interface Input {
  readonly QueueUrl?: string;
  readonly TableName?: string;
  readonly IndexName?: string;
  readonly RequestItems?: Readonly<Record<string, unknown>>;
  readonly TransactItems?: readonly Readonly<Record<string, { readonly TableName: string }>>[];
  readonly Names?: readonly string[];
  readonly cluster?: string;
  readonly clusters?: readonly string[];
  readonly service?: string;
  readonly services?: readonly string[];
}

const PREFIXES: Readonly<Record<string, string>> = { AmazonSQS: 'sqs', DynamoDB_20120810: 'dynamodb', AmazonSSM: 'ssm', AmazonEC2ContainerServiceV20141113: 'ecs' };
/** What a member of a transaction is to IAM: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html */
const IN_TRANSACTION: Readonly<Record<string, string>> = { Put: 'PutItem', Update: 'UpdateItem', Delete: 'DeleteItem', ConditionCheck: 'ConditionCheckItem', Get: 'GetItem' };

function callsOf(request: IncomingMessage, body: Buffer, nameOf: (name: string) => string): readonly AwsCall[] {
  const [service = '', operation = ''] = String(request.headers['x-amz-target'] ?? '').split('.');
  if (operation === '') return [s3Call(request, nameOf)];
  const input = JSON.parse(body.toString()) as Input;
  const action = `${PREFIXES[service] ?? service}:${operation.replace(/Batch$/, '')}`;
  return resourcesOf(input, operation, nameOf).map((found) => ({ action, ...found }));
}

function resourcesOf(input: Input, operation: string, nameOf: (name: string) => string): readonly (Partial<AwsCall> & Pick<AwsCall, 'resource'>)[] {
  const { QueueUrl, TableName, IndexName, RequestItems, TransactItems, Names, cluster, clusters, service, services } = input;
  if (QueueUrl !== undefined) return [{ resource: nameOf(QueueUrl.split('/').at(-1) ?? '') }];
  if (TransactItems) return TransactItems.flatMap((item) => Object.entries(item).map(([kind, on]) => ({ action: `dynamodb:${IN_TRANSACTION[kind] ?? kind}`, resource: nameOf(on.TableName) })));
  if (RequestItems) return Object.keys(RequestItems).map((table) => ({ resource: nameOf(table) }));
  if (TableName !== undefined) return [{ resource: nameOf(TableName) + (IndexName === undefined ? '' : `/index/${IndexName}`) }];
  if (Names) return Names.map((name) => ({ resource: `parameter${name}` }));
  if (clusters) return clusters.map((name) => ({ resource: nameOf(name) }));
  const named = services ?? (service === undefined ? [] : [service]);
  if (cluster !== undefined && named.length > 0) return named.map((name) => ({ resource: `service/${nameOf(cluster)}/${name}` }));
  throw new Error(`${operation}: nobody knows what it is done to`);
}

/** With the bucket in the path. */
function s3Call({ method = '', url = '' }: IncomingMessage, nameOf: (name: string) => string): AwsCall {
  const [path = '', query = ''] = url.split('?');
  const [, bucket = '', ...key] = path.split('/');
  const onObject = key.join('/') !== '';
  if (method === 'POST' && query.startsWith('delete')) return { action: 's3:DeleteObject', resource: `${nameOf(bucket)}/many` };
  if (!onObject) return { action: method === 'GET' || method === 'HEAD' ? 's3:ListBucket' : `s3:${method}`, resource: nameOf(bucket) };
  const verbs: Readonly<Record<string, string>> = { GET: 'GetObject', HEAD: 'GetObject', PUT: 'PutObject', DELETE: 'DeleteObject' };
  return { action: `s3:${verbs[method] ?? method}`, resource: `${nameOf(bucket)}/${key.join('/')}` };
}
