import * as v from 'valibot';
import { AwsError } from '../infra/local/aws/aws-error.ts';
import { type Operation, serveAwsJson } from '../infra/local/aws/aws-json.ts';
import { listenOnLoopback } from '../infra/local/aws/loopback-server.ts';
import { LOCAL_CREDENTIALS } from '../infra/local/aws/start-local-aws.ts';

const update = v.object({ service: v.string(), desiredCount: v.number() });

/** The workers' two ECS services on loopback, for the real client: what the scaling asks of ECS and nothing else. */
export async function startEcsStandIn(service = 'workers') {
  const state = { desired: 0, running: 0, onDemand: { desired: 0, running: 0 }, machines: 0, updates: new Array<number>(), isDown: false };
  const shown = (serviceName: string, { desired, running }: { readonly desired: number; readonly running: number }) => [{ serviceName, status: 'ACTIVE', desiredCount: desired, runningCount: running }];
  const onDemand = `${service}-on-demand`;
  const find = (name: unknown) => (name === service ? shown(service, state) : name === onDemand ? shown(onDemand, state.onDemand) : []);
  const operations = new Map<string, Operation>([
    ['DescribeServices', (input) => ({ services: v.parse(v.object({ services: v.array(v.string()) }), input).services.flatMap(find), failures: [] })],
    ['DescribeClusters', () => ({ clusters: [{ clusterName: 'cluster', registeredContainerInstancesCount: state.machines }] })],
    [
      'UpdateService',
      (input) => {
        const wanted = v.parse(update, input);
        if (wanted.service === onDemand) state.onDemand.desired = wanted.desiredCount;
        else {
          state.desired = wanted.desiredCount;
          state.updates.push(wanted.desiredCount);
        }
        return { service: find(wanted.service)[0] };
      },
    ],
  ]);
  const refused = (): never => {
    throw new AwsError('ServerException', 'ECS is down', 500);
  };
  const server = await listenOnLoopback(
    serveAwsJson({
      operations: new Map([...operations].map(([name, act]) => [name, (input, call) => (state.isDown ? refused() : act(input, call))])),
      credentials: LOCAL_CREDENTIALS,
      maxBodyBytes: 1_000_000,
      settled: async () => undefined,
      describeError: ({ code }) => ({ type: code }),
      refuse: () => undefined,
      now: Date.now,
    }),
    0,
  );
  return { state, url: server.url, close: server.close };
}
