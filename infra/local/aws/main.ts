import { parseArgs } from 'node:util';
import { clientsFor } from '../aws-clients.ts';
import { createStack } from '../create-stack.ts';
import { LOCAL_CREDENTIALS, LOCAL_REGION, startLocalAws } from './start-local-aws.ts';

const HELP = `SQS, S3 and DynamoDB on this machine, for unmodified AWS clients, with the queues, table and bucket of Refinery.

Usage: npm run local-aws -- [options]

  --sqs-port N       default 4100; 0 takes any free port
  --s3-port N        default 4101
  --dynamodb-port N  default 4102
  --data DIR         where everything is kept; default .refinery/aws
  --help

Clients must sign with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY as they are set here,
or else with ${LOCAL_CREDENTIALS.accessKeyId} and ${LOCAL_CREDENTIALS.secretAccessKey}. Only 127.0.0.1 is listened on.`;

const { values } = parseArgs({
  options: {
    'sqs-port': { type: 'string', default: '4100' },
    's3-port': { type: 'string', default: '4101' },
    'dynamodb-port': { type: 'string', default: '4102' },
    data: { type: 'string', default: '.refinery/aws' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log(HELP);
} else {
  await serve().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
}

async function serve(): Promise<void> {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_REGION: region = LOCAL_REGION } = process.env;
  const given = accessKeyId !== undefined && secretAccessKey !== undefined ? { accessKeyId, secretAccessKey } : undefined;
  const aws = await startLocalAws({
    dataDir: values.data,
    ports: { sqs: port(values['sqs-port']), s3: port(values['s3-port']), dynamodb: port(values['dynamodb-port']) },
    credentials: given ?? LOCAL_CREDENTIALS,
    region,
  });
  const clients = clientsFor(aws.env);
  const names = await createStack(clients).catch(async (error: unknown) => {
    await aws.close();
    throw error;
  });
  clients.destroy();
  console.log(`SQS listens on ${aws.sqs}`);
  console.log(`S3 listens on ${aws.s3}`);
  console.log(`DynamoDB listens on ${aws.dynamodb}`);
  console.log('\nThe queues, the table and the bucket are there. In the shell of the bot and of the worker:\n');
  const secret = given === undefined ? [] : ['AWS_SECRET_ACCESS_KEY'];
  for (const [name, value] of Object.entries({ ...aws.env, ...names })) if (!secret.includes(name)) console.log(`export ${name}=${value}`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void aws.close());
}

function port(text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 0 && number < 65_536) return number;
  throw new Error(`${text} is not a port: give a whole number from 0 to 65535`);
}
