import { GetParametersCommand, SSMClient } from '@aws-sdk/client-ssm';

/** A call that hangs must fail while Lambda's ten seconds for a start last. */
const CALL_TIMEOUTS = { connectionTimeout: 1000, requestTimeout: 3000, throwOnRequestTimeout: true } as const;

/** Parameters of SSM by name, decrypted; those that are not there are left out. Throws what the AWS client throws. */
export async function readParameters(names: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const ssm = new SSMClient({ requestHandler: CALL_TIMEOUTS });
  try {
    const { Parameters = [] } = await ssm.send(new GetParametersCommand({ Names: [...names], WithDecryption: true }));
    return new Map(Parameters.map(({ Name = '', Value = '' }) => [Name, Value]));
  } finally {
    ssm.destroy();
  }
}
