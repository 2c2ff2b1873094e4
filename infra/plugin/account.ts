/** What the plugin asks of the AWS account, and does in it. */
import { CloudFormationClient, DescribeStackResourceCommand, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DescribeImagesCommand, ECRClient } from '@aws-sdk/client-ecr';
import { DeleteServiceCommand, DescribeClustersCommand, DescribeServicesCommand, DescribeTaskDefinitionCommand, ECSClient } from '@aws-sdk/client-ecs';
import { GetAccountSettingsCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { GetServiceQuotaCommand, ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { GetParameterCommand, ParameterNotFound, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import type { AwsCredentialIdentity, AwsCredentialIdentityProvider } from '@aws-sdk/types';

/** As every AWS client takes it; the Serverless Framework gives the operator's own. */
export interface AwsConfig {
  readonly region?: string;
  readonly credentials?: AwsCredentialIdentity | AwsCredentialIdentityProvider;
}

export type Account = ReturnType<typeof openAccount>;

export function openAccount(config: AwsConfig) {
  const cloudFormation = new CloudFormationClient(config);
  const ssm = new SSMClient(config);
  const sqs = new SQSClient(config);
  const dynamodb = new DynamoDBClient(config);
  const ecs = new ECSClient(config);
  const ecr = new ECRClient(config);
  const s3 = new S3Client({ ...config, forcePathStyle: process.env.AWS_ENDPOINT_URL_S3 !== undefined });
  const quotas = new ServiceQuotasClient(config);
  const lambda = new LambdaClient(config);

  return {
    /** A stack's outputs by name; undefined where there is no such stack. */
    async stackOutputs(StackName: string): Promise<ReadonlyMap<string, string> | undefined> {
      const { Stacks = [] } = await noneIf(isValidationError, cloudFormation.send(new DescribeStacksCommand({ StackName })));
      return Stacks[0] && new Map((Stacks[0].Outputs ?? []).map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]));
    },
    /** Whether the stack has a resource of that logical id now. */
    async hasResource(StackName: string, LogicalResourceId: string): Promise<boolean> {
      const { StackResourceDetail: found } = await noneIf(isValidationError, cloudFormation.send(new DescribeStackResourceCommand({ StackName, LogicalResourceId })));
      return found !== undefined && found.ResourceStatus !== 'DELETE_COMPLETE';
    },
    async parameter(Name: string): Promise<string | undefined> {
      const { Parameter } = await noneIf(isParameterNotFound, ssm.send(new GetParameterCommand({ Name, WithDecryption: true })));
      return Parameter?.Value;
    },
    async putParameter(Name: string, Value: string, Type: 'String' | 'SecureString'): Promise<void> {
      await ssm.send(new PutParameterCommand({ Name, Value, Type, Overwrite: true }));
    },
    async waiting(QueueUrl: string): Promise<number> {
      const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['ApproximateNumberOfMessages'] }));
      return Number(Attributes?.ApproximateNumberOfMessages ?? 0);
    },
    async tableStatus(TableName: string): Promise<string> {
      return (await dynamodb.send(new DescribeTableCommand({ TableName }))).Table?.TableStatus ?? 'unknown';
    },
    /** The image that the service's containers run, of the container with the service's name; undefined without such a service. */
    async serviceImage(cluster: string, service: string): Promise<{ readonly image: string; readonly desired: number; readonly running: number } | undefined> {
      const { services = [] } = await ecs.send(new DescribeServicesCommand({ cluster, services: [service] }));
      const found = services.find(({ status }) => status === 'ACTIVE');
      if (!found) return undefined;
      const { taskDefinition } = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: found.taskDefinition }));
      const image = taskDefinition?.containerDefinitions?.find(({ name }) => name === service)?.image ?? '';
      return { image, desired: found.desiredCount ?? 0, running: found.runningCount ?? 0 };
    },
    /** Whether a registry of this account has an image `HOST/REPOSITORY:TAG`. */
    async hasImage(image: string): Promise<boolean> {
      const [, repositoryName = '', imageTag = ''] = /^[^/]+\/(.+):([^:]+)$/.exec(image) ?? [];
      const { imageDetails = [] } = await noneIf(isImageNotFound, ecr.send(new DescribeImagesCommand({ repositoryName, imageIds: [{ imageTag }] })));
      return imageDetails.length > 0;
    },
    async hasObjects(Bucket: string, Prefix: string): Promise<boolean> {
      const { KeyCount = 0 } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix, MaxKeys: 1 }));
      return KeyCount > 0;
    },
    /** https://docs.aws.amazon.com/general/latest/gr/ec2-service.html; in vCPUs for instance types. */
    async quota(QuotaCode: string): Promise<number> {
      return (await quotas.send(new GetServiceQuotaCommand({ ServiceCode: 'ec2', QuotaCode }))).Quota?.Value ?? 0;
    },
    /** How many executions no function has reserved for itself. */
    async unreservedConcurrency(): Promise<number> {
      return (await lambda.send(new GetAccountSettingsCommand({}))).AccountLimit?.UnreservedConcurrentExecutions ?? 0;
    },
    async deleteService(cluster: string, service: string): Promise<void> {
      await ecs.send(new DeleteServiceCommand({ cluster, service, force: true }));
    },
    async machines(cluster: string): Promise<number> {
      const { clusters = [] } = await ecs.send(new DescribeClustersCommand({ clusters: [cluster] }));
      return clusters[0]?.registeredContainerInstancesCount ?? 0;
    },
    close(): void {
      for (const client of [cloudFormation, ssm, sqs, dynamodb, ecs, ecr, s3, quotas, lambda]) client.destroy();
    },
  };
}

/** What was asked for, or nothing when AWS says that there is none. */
async function noneIf<T extends object>(isNone: (error: unknown) => boolean, asked: Promise<T>): Promise<Partial<T>> {
  try {
    return await asked;
  } catch (error) {
    if (isNone(error)) return {};
    throw error;
  }
}

/** How CloudFormation says that there is no such stack. */
function isValidationError(error: unknown): boolean {
  return error instanceof Error && error.name === 'ValidationError';
}

function isParameterNotFound(error: unknown): boolean {
  return error instanceof ParameterNotFound;
}

function isImageNotFound(error: unknown): boolean {
  return error instanceof Error && (error.name === 'ImageNotFoundException' || error.name === 'RepositoryNotFoundException');
}
