import { DescribeClustersCommand, DescribeServicesCommand, type ECSClient, UpdateServiceCommand } from '@aws-sdk/client-ecs';

/** Where the workers run. */
export interface WorkerServiceName {
  readonly cluster: string;
  readonly service: string;
}

/** The workers as ECS sees them. */
export interface WorkersSeen {
  /** As many tasks as there are to be. */
  readonly desired: number;
  readonly running: number;
  /** Machines in the cluster, each paid for whether something runs on it or not. */
  readonly machines: number;
}

/** The ECS service does not exist. Nothing runs, and nothing can be started. */
export class NoWorkerService extends Error {
  override readonly name = 'NoWorkerService';
  constructor({ cluster, service }: WorkerServiceName) {
    super(`there is no ECS service ${service} in the cluster ${cluster}: WORKER_CLUSTER and WORKER_SERVICE must name the workers' own`);
  }
}

/** The ECS service that the workers are tasks of. */
export class WorkerService {
  readonly #client: ECSClient;
  readonly #name: WorkerServiceName;

  constructor(client: ECSClient, name: WorkerServiceName) {
    this.#client = client;
    this.#name = name;
  }

  /** @throws {NoWorkerService} */
  async look(): Promise<WorkersSeen> {
    const { cluster } = this.#name;
    const [service, clusters] = await Promise.all([this.#describe(), this.#client.send(new DescribeClustersCommand({ clusters: [cluster] }))]);
    return { ...service, machines: clusters.clusters?.[0]?.registeredContainerInstancesCount ?? 0 };
  }

  async setTasks(tasks: number): Promise<void> {
    await this.#client.send(new UpdateServiceCommand({ ...this.#name, desiredCount: tasks }));
  }

  /**
   * Starts a first task where there is to be none; more than that is left to whoever sees the whole line.
   * @returns whether one was started
   * @throws {NoWorkerService}
   */
  async wake(): Promise<boolean> {
    const { desired } = await this.#describe();
    if (desired > 0) return false;
    await this.setTasks(1);
    return true;
  }

  async #describe(): Promise<Pick<WorkersSeen, 'desired' | 'running'>> {
    const { cluster, service } = this.#name;
    const { services = [] } = await this.#client.send(new DescribeServicesCommand({ cluster, services: [service] }));
    const [found] = services;
    if (found?.status !== 'ACTIVE') throw new NoWorkerService(this.#name);
    return { desired: found.desiredCount ?? 0, running: found.runningCount ?? 0 };
  }
}
