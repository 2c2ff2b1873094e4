import type { Account } from './account.ts';
import type { ParameterNames } from './parameter-names.ts';
import { Unready } from './unready.ts';

/** What Lambda keeps for functions that reserve nothing: https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html */
const LEFT_UNRESERVED = 100;

export interface Deployment {
  readonly stackName: string;
  readonly names: ParameterNames;
  /** Tags of the images to run; empty for none. */
  readonly workerImage: string;
  readonly gatewayImage: string;
  /** What functions want for themselves; 0 where none is to be reserved. */
  readonly reservedConcurrency: number;
}

type Asked = Pick<Account, 'parameter' | 'hasResource' | 'unreservedConcurrency' | 'stackOutputs'>;

/** Looks before a deployment for what would make it fail half-way, or take away what runs. @throws {Unready} */
export async function prepare({ stackName, names, workerImage, gatewayImage, reservedConcurrency }: Deployment, account: Asked): Promise<void> {
  const missing = [];
  for (const name of [names.token, names.publicKey, names.customIdKey]) if ((await account.parameter(name)) === undefined) missing.push(name);
  if (missing.length > 0) throw new Unready(`SSM lacks ${missing.join(', ')}: run \`npx serverless discord token\` first.`);

  for (const [service, param, image] of [['WorkerService', 'worker-image', workerImage], ['GatewayService', 'gateway-image', gatewayImage]] as const) {
    if (image !== '' || !(await account.hasResource(stackName, service))) continue;
    throw new Unready(`The stack has a ${service}, and this deployment names no image for it, which would remove it. Give --param="${param}=TAG", or set it under params in serverless.yml.`);
  }

  const isNew = (await account.stackOutputs(stackName)) === undefined;
  if (!isNew || reservedConcurrency === 0) return;
  if ((await account.unreservedConcurrency()) - reservedConcurrency < LEFT_UNRESERVED) {
    throw new Unready('This account may run too few functions at once to reserve any (new accounts: 10). Deploy with --param="reserve-concurrency=no", or ask AWS for more: Service Quotas, Lambda, “Concurrent executions”.');
  }
}
