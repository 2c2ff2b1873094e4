import type { Account } from '../account.ts';
import type { ParameterNames } from '../parameter-names.ts';
import { type Check, type Verdict, absent, ill, well } from './check.ts';

export interface AwsPatient {
  readonly account: Account;
  readonly names: ParameterNames;
  /** Of the stack; undefined before it is deployed. */
  readonly outputs: ReadonlyMap<string, string> | undefined;
  readonly model: string;
  readonly maxWorkers: number;
  readonly region: string;
}

/** https://docs.aws.amazon.com/ec2/latest/instancetypes/ec2-instance-quotas.html, both in vCPUs. */
const GPU_QUOTAS = { Spot: 'L-3819A6DF', 'on-demand': 'L-DB2E81BA' } as const;
/** Of a g6.xlarge or g5.xlarge, the smallest that are used. */
const VCPUS_A_WORKER = 4;

/** Everything about the stack in the AWS account. */
export function awsChecks(patient: AwsPatient): readonly Check[] {
  const { account, names, outputs } = patient;
  /** A check of something that the stack has. */
  const deployed = (name: string, output: string, look: (value: string) => Promise<Verdict>): Check => ({
    name,
    look: async () => {
      const value = outputs?.get(output);
      return value === undefined ? absent('the stack is not deployed', 'npx serverless deploy') : look(value);
    },
  });

  return [
    {
      name: 'key for buttons',
      async look() {
        const key = await account.parameter(names.customIdKey);
        return key === undefined ? ill('SSM has none: tasks cannot start', 'npx serverless discord token') : well('SSM has one');
      },
    },
    deployed('job queue', 'JobsQueueUrl', async (url) => well(`${await account.waiting(url)} jobs wait`)),
    deployed('dead letters', 'DeadLetterQueueUrl', async (url) => {
      const waiting = await account.waiting(url);
      return waiting === 0 ? well('none') : ill(`${waiting} wait`, 'the log of report-dead-letter says why they could not be reported');
    }),
    deployed('table', 'TableName', async (table) => {
      const status = await account.tableStatus(table);
      return status === 'ACTIVE' ? well('active') : ill(`it is ${status}`, 'wait while it is UPDATING; else look at it in the DynamoDB console');
    }),
    deployed('worker image', 'ClusterName', (cluster) => image(cluster, 'worker', patient)),
    deployed('gateway image', 'ClusterName', (cluster) => image(cluster, 'gateway', patient)),
    deployed('weights', 'ModelsBucket', async (bucket) => {
      const there = await account.hasObjects(bucket, `${patient.model}/base/`);
      return there ? well(`${patient.model} is in the bucket`) : absent(`the bucket has no ${patient.model}/base`, `npm run models -- pull ${patient.model}, then aws s3 sync models/${patient.model} s3://${bucket}/${patient.model}`);
    }),
    ...Object.entries(GPU_QUOTAS).map(([kind, code]): Check => ({
      name: `GPU quota, ${kind}`,
      look: () => quota(code, patient),
    })),
  ];
}

async function image(cluster: string, service: 'worker' | 'gateway', { account, outputs }: AwsPatient): Promise<Verdict> {
  const repository = outputs?.get(service === 'worker' ? 'WorkerRepositoryUri' : 'GatewayRepositoryUri') ?? 'the repository';
  const mend = `docker push ${repository}:TAG, then npx serverless deploy --param="${service}-image=TAG"`;
  const found = await account.serviceImage(cluster, service);
  if (!found) return absent('no image is deployed yet', mend);
  if (!(await account.hasImage(found.image))) return ill(`the registry has no ${found.image}`, mend);
  return well(`${found.image.split(':').at(-1)}; ${found.running} of ${found.desired} tasks run`);
}

async function quota(code: string, { account, maxWorkers, region }: AwsPatient): Promise<Verdict> {
  const vcpus = await account.quota(code);
  const workers = Math.floor(vcpus / VCPUS_A_WORKER);
  if (workers >= maxWorkers) return well(`${vcpus} vCPUs: ${workers} workers at once`);
  const wanted = maxWorkers * VCPUS_A_WORKER;
  return ill(
    `${vcpus} vCPUs: ${workers === 0 ? 'no worker can start' : `${workers} of ${maxWorkers} workers can start`}`,
    `aws service-quotas request-service-quota-increase --service-code ec2 --quota-code ${code} --desired-value ${wanted} --region ${region}`,
  );
}
