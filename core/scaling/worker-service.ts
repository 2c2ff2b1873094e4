import { DescribeClustersCommand, DescribeServicesCommand, type ECSClient, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import type { Tasks } from './choose-capacity.ts';

/** Where the workers run. */
export interface WorkerServiceName {
  readonly cluster: string;
  /** Its tasks run on Spot. */
  readonly service: string;
  /** Its tasks run on demand; none: all are the other's. Two services, as changing one's capacity provider would start all of its tasks anew. */
  readonly onDemandService?: string | undefined;
}

/** The workers as ECS sees them. */
export interface WorkersSeen {
  /** As many tasks as there are to be. */
  readonly desired: Tasks;
  readonly running: Tasks;
  /** Machines in the cluster, each paid for whether something runs on it or not. */
  readonly machines: number;
}

/** The ECS service does not exist. Nothing runs, and nothing can be started. */
export class NoWorkerService extends Error {
  override readonly name = 'NoWorkerService';
  constructor({ cluster }: WorkerServiceName, service: string) {
    super(`there is no ECS service ${service} in the cluster ${cluster}: WORKER_CLUSTER, WORKER_SERVICE and ON_DEMAND_SERVICE must name the workers' own`);
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

  /** What is to be on demand is put on Spot where there is no service for it. @param before as it was seen: what stays is not set again */
  async setTasks({ spot, onDemand }: Tasks, before: Tasks): Promise<void> {
    const { cluster, service, onDemandService } = this.#name;
    const set = (name: string, desiredCount: number) => this.#client.send(new UpdateServiceCommand({ cluster, service: name, desiredCount }));
    if (onDemandService === undefined) {
      if (spot + onDemand !== before.spot) await set(service, spot + onDemand);
      return;
    }
    // What is added first: if the other call fails, there are too many rather than too few.
    const changes = [{ name: service, from: before.spot, to: spot }, { name: onDemandService, from: before.onDemand, to: onDemand }].filter(({ from, to }) => from !== to);
    for (const { name, to } of changes.toSorted((a, b) => b.to - b.from - (a.to - a.from))) await set(name, to);
  }

  /**
   * Starts a first task where there is to be none; more than that is left to whoever sees the whole line.
   * @returns whether one was started
   * @throws {NoWorkerService}
   */
  async wake(): Promise<boolean> {
    const { desired } = await this.#describe();
    if (desired.spot + desired.onDemand > 0) return false;
    await this.setTasks({ spot: 1, onDemand: 0 }, desired);
    return true;
  }

  async #describe(): Promise<Pick<WorkersSeen, 'desired' | 'running'>> {
    const { cluster, service, onDemandService } = this.#name;
    const { services = [] } = await this.#client.send(new DescribeServicesCommand({ cluster, services: [service, ...(onDemandService === undefined ? [] : [onDemandService])] }));
    const find = (name: string) => {
      const found = services.find(({ serviceName, status }) => serviceName === name && status === 'ACTIVE');
      if (!found) throw new NoWorkerService(this.#name, name);
      return { desired: found.desiredCount ?? 0, running: found.runningCount ?? 0 };
    };
    const onSpot = find(service);
    const onDemand = onDemandService === undefined ? { desired: 0, running: 0 } : find(onDemandService);
    return { desired: { spot: onSpot.desired, onDemand: onDemand.desired }, running: { spot: onSpot.running, onDemand: onDemand.running } };
  }
}
