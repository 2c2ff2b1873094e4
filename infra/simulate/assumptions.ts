/**
 * What the simulation takes for granted: prices and times in one place. None of it was measured on AWS by us.
 * Prices: us-east-1, Linux, list prices as known in November 2026, USD; Spot prices move, so look at yours
 * (EC2 console → Spot Requests → Pricing history). Taxes are left out.
 */

export const PRICES = {
  region: 'us-east-1',
  asOf: '2026-11',
  /** g6.xlarge: one NVIDIA L4 with 24 GB, 4 vCPU, 16 GiB, 250 GB of NVMe. An hour. */
  onDemandPerHour: 0.8048,
  /** An hour on Spot: half of the list price, on the cautious side. */
  spotPerHour: 0.4024,
  /** 60 GB of gp3 for the machine's root while it lives: $0.08 a GB-month. */
  diskPerHour: (60 * 0.08) / 730,
  /** A public IPv4 address of a machine, an hour. */
  addressPerHour: 0.005,
  /**
   * One picture outside the GPU: about 40 DynamoDB write units ($0.625 a million), 20 SQS requests ($0.40 a million), some Lambda,
   * 8 MB kept on S3 for 90 days ($0.023 a GB-month) and once sent to Discord ($0.09 a GB; the first 100 GB a month are free).
   */
  servicesPerPicture: 40 * 0.625e-6 + 20 * 0.4e-6 + 0.00001 + 0.008 * 3 * 0.023 + 0.008 * 0.09,
  /**
   * A day, whether anybody paints or not: the gateway (Fargate, ARM, 0.25 vCPU and 0.5 GB, with its address), the function that
   * looks every minute, twelve alarms, a dashboard beyond the free ones, twelve metrics of our own, 20 GB of weights on S3.
   */
  fixedPerDay: 24 * (0.25 * 0.03238 + 0.5 * 0.00356 + 0.005) + (12 * 0.1 + 12 * 0.3 + 20 * 0.023 + 0.3) / 30,
} as const;

export const TIMES = {
  /** GPU-seconds of one credit (SDXL 1024², 30 steps, base and refiner, upscaled and uploaded) on an L4. */
  secondsPerCredit: 20,
  /** How much jobs of the same cost differ: the standard deviation of the logarithm. */
  jobSpread: 0.1,
  /** From a task without a machine until ECS asks for one. */
  requestSeconds: 60,
  /** From there to the first job: EC2 60, agent 15, image 75, 13 GB of weights to the NVMe 45, opening the model 45. */
  bootSeconds: 240,
  bootSpread: 0.2,
  /** A new task on a machine that has image and weights. */
  warmStartSeconds: 60,
  /** An empty machine stays for so long: ECS's managed scaling wants fifteen minutes in a row before it lets one go. */
  lingerSeconds: 15 * 60,
  /** Between two looks of `scale-workers`. */
  lookSeconds: 60,
  /** From Spot's notice until the machine is gone; it is paid for until then. */
  noticeSeconds: 120,
  /** From the notice until the job is back on the queue: the step in hand, and its checkpoint. */
  handBackSeconds: 5,
  /** What a job costs more for each time it is taken up again: reading the checkpoint. */
  resumeSeconds: 3,
} as const;

export const RISKS = {
  /** Interruptions a Spot machine meets an hour. AWS's own advisor calls more than 20 % a *month* frequent; this is far worse. */
  interruptionsPerHour: 0.05,
  /** The share of the time in which Spot has no machine to give. */
  spotShortage: 0.05,
  /** How long such a time is on average, in seconds. */
  shortageSeconds: 3600,
} as const;
