import { ECSClient } from '@aws-sdk/client-ecs';
import { WorkerService, type WorkerServiceName } from './worker-service.ts';

/** Somebody may be waiting: a call that hangs is given up, as the next look comes within a minute. */
const CALL_TIMEOUTS = { connectionTimeout: 500, requestTimeout: 2000, throwOnRequestTimeout: true } as const;

/** The service with a client of its own; region, credentials and endpoint come from the environment, as the AWS SDK reads them. */
export function openWorkerService(name: WorkerServiceName): WorkerService {
  return new WorkerService(new ECSClient({ requestHandler: CALL_TIMEOUTS }), name);
}
