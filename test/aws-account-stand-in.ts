/** The parts of an AWS account that have no stand-in of their own, on loopback, for the real clients: CloudFormation, SSM, ECS, ECR, quotas, Lambda's settings. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { listenOnLoopback } from '../infra/local/aws/loopback-server.ts';

export interface AccountState {
  /** Outputs of the one stack; undefined: it is not deployed. */
  outputs: Readonly<Record<string, string>> | undefined;
  /** Logical ids that the stack has. */
  resources: Set<string>;
  readonly parameters: Map<string, { value: string; type: string }>;
  /** By service name. */
  readonly services: Map<string, { image: string; desired: number; running: number }>;
  /** `repository:tag`. */
  readonly images: Set<string>;
  readonly quotas: Map<string, number>;
  unreservedConcurrency: number;
  /** GPU machines that are left; one fewer each time that somebody looks, after the workers' service is gone. */
  machines: number;
}

interface Input {
  readonly Name?: string;
  readonly Names?: readonly string[];
  readonly Value?: string;
  readonly Type?: string;
  readonly services?: readonly string[];
  readonly service?: string;
  readonly taskDefinition?: string;
  readonly repositoryName?: string;
  readonly imageIds?: readonly { readonly imageTag?: string }[];
  readonly QuotaCode?: string;
}
type Operation = (input: Input) => object;

class Refusal extends Error {
  constructor(readonly code: string) {
    super(code);
  }
}

export async function startAccountStandIn() {
  const state: AccountState = { outputs: undefined, resources: new Set(), parameters: new Map(), services: new Map(), images: new Set(), quotas: new Map(), unreservedConcurrency: 1000, machines: 0 };

  const operations: Readonly<Record<string, Operation>> = {
    GetParameter({ Name = '' }) {
      const found = state.parameters.get(Name);
      if (!found) throw new Refusal('ParameterNotFound');
      return { Parameter: { Name, Value: found.value, Type: found.type } };
    },
    GetParameters({ Names = [] }) {
      const found = Names.filter((name) => state.parameters.has(name));
      return { Parameters: found.map((Name) => ({ Name, Value: state.parameters.get(Name)?.value })), InvalidParameters: Names.filter((name) => !found.includes(name)) };
    },
    PutParameter({ Name = '', Value = '', Type = '' }) {
      state.parameters.set(Name, { value: Value, type: Type });
      return { Version: 1 };
    },
    DescribeServices({ services = [] }) {
      const found = services.flatMap((name) => {
        const service = state.services.get(name);
        return service ? [{ serviceName: name, status: 'ACTIVE', taskDefinition: name, desiredCount: service.desired, runningCount: service.running }] : [];
      });
      return { services: found };
    },
    DescribeTaskDefinition({ taskDefinition = '' }) {
      const worker = { name: taskDefinition, image: state.services.get(taskDefinition)?.image };
      return { taskDefinition: { containerDefinitions: [{ name: 'models', image: 'aws-cli' }, worker] } };
    },
    DeleteService({ service = '' }) {
      state.services.delete(service);
      return {};
    },
    DescribeClusters() {
      const registeredContainerInstancesCount = state.machines;
      if (!state.services.has('worker') && state.machines > 0) state.machines -= 1;
      return { clusters: [{ registeredContainerInstancesCount }] };
    },
    DescribeImages({ repositoryName = '', imageIds = [] }) {
      const [{ imageTag = '' } = {}] = imageIds;
      if (!state.images.has(`${repositoryName}:${imageTag}`)) throw new Refusal('ImageNotFoundException');
      return { imageDetails: [{ imageTags: [imageTag] }] };
    },
    GetServiceQuota({ QuotaCode = '' }) {
      return { Quota: { QuotaCode, Value: state.quotas.get(QuotaCode) ?? 0 } };
    },
  };

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = (await buffer(request)).toString();
    const [, operation = ''] = String(request.headers['x-amz-target'] ?? '').split('.');
    if (operation) return answerJson(response, operation, body);
    if (request.url?.startsWith('/2016-08-19/account-settings')) {
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ AccountLimit: { UnreservedConcurrentExecutions: state.unreservedConcurrency } }));
      return;
    }
    answerQuery(response, new URLSearchParams(body));
  }

  function answerJson(response: ServerResponse, name: string, body: string): void {
    try {
      const output = operations[name]?.(JSON.parse(body));
      if (!output) throw new Refusal('UnknownOperationException');
      response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(output));
    } catch (error) {
      const code = error instanceof Refusal ? error.code : 'InternalFailure';
      response.writeHead(400, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify({ __type: code, message: String(error) }));
    }
  }

  /** CloudFormation speaks the older query protocol. */
  function answerQuery(response: ServerResponse, query: URLSearchParams): void {
    const action = query.get('Action') ?? '';
    const refuse = () => response.writeHead(400, { 'content-type': 'text/xml' }).end('<ErrorResponse><Error><Type>Sender</Type><Code>ValidationError</Code><Message>does not exist</Message></Error></ErrorResponse>');
    const answer = (xml: string) => response.writeHead(200, { 'content-type': 'text/xml' }).end(`<${action}Response><${action}Result>${xml}</${action}Result></${action}Response>`);
    if (!state.outputs) return void refuse();
    if (action === 'DescribeStacks') {
      const outputs = Object.entries(state.outputs).map(([key, value]) => `<member><OutputKey>${key}</OutputKey><OutputValue>${value}</OutputValue></member>`);
      return void answer(`<Stacks><member><StackName>refinery-live</StackName><CreationTime>2026-01-01T00:00:00Z</CreationTime><StackStatus>UPDATE_COMPLETE</StackStatus><Outputs>${outputs.join('')}</Outputs></member></Stacks>`);
    }
    const id = query.get('LogicalResourceId') ?? '';
    if (!state.resources.has(id)) return void refuse();
    answer(`<StackResourceDetail><LogicalResourceId>${id}</LogicalResourceId><ResourceType>T</ResourceType><LastUpdatedTimestamp>2026-01-01T00:00:00Z</LastUpdatedTimestamp><ResourceStatus>CREATE_COMPLETE</ResourceStatus></StackResourceDetail>`);
  }

  const server = await listenOnLoopback((request, response) => void serve(request, response), 0);
  return { state, url: server.url, close: server.close };
}
