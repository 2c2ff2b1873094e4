/** Mistakes that CloudFormation would refuse, each put into the template that was packaged. */

/** A template that may be spoilt. */
export type Draft = { Resources: Record<string, { Type: string; Condition?: string; DependsOn?: unknown; Properties: Record<string, unknown> }>; Outputs: Record<string, unknown> };

interface Fault {
  readonly name: string;
  spoil(draft: Draft): void;
  /** The resource and a part of what is said of it. */
  readonly found: readonly [where: string, problem: RegExp];
}

function properties(draft: Draft, name: string): Record<string, unknown> {
  const resource = draft.Resources[name];
  if (!resource) throw new Error(`the template has no ${name} to spoil`);
  return resource.Properties;
}

export const FAULTS: readonly Fault[] = [
  { name: 'a property that does not exist', spoil: (draft) => (properties(draft, 'JobsQueue').VisibilityTimout = 60), found: ['JobsQueue', /no such property/] },
  { name: 'an unknown property deep inside', spoil: (draft) => Object.assign(Object(properties(draft, 'WorkerService').DeploymentConfiguration), { MaxPercent: 100 }), found: ['WorkerService', /no such property/] },
  { name: 'a word where a number belongs', spoil: (draft) => (properties(draft, 'JobsQueue').VisibilityTimeout = 'a minute'), found: ['JobsQueue', /whole number/] },
  { name: 'one value where a list belongs', spoil: (draft) => (properties(draft, 'WorkerTask').ContainerDefinitions = 'worker'), found: ['WorkerTask', /must be a list/] },
  { name: 'a required property that is missing', spoil: (draft) => delete properties(draft, 'Table').KeySchema, found: ['Table', /required and missing/] },
  { name: 'a value that is not among the allowed', spoil: (draft) => (properties(draft, 'WorkerService').PropagateTags = 'ALWAYS'), found: ['WorkerService', /none of/] },
  { name: 'a reference to nothing', spoil: (draft) => (properties(draft, 'GatewayService').TaskDefinition = { Ref: 'GatewayTaks' }), found: ['GatewayService', /no resource or parameter GatewayTaks/] },
  { name: 'an attribute that its resource lacks', spoil: (draft) => (properties(draft, 'WorkerTask').TaskRoleArn = { 'Fn::GetAtt': ['WorkerTaskRole', 'Name'] }), found: ['WorkerTask', /no attribute Name/] },
  { name: 'an unknown name within a text', spoil: (draft) => (properties(draft, 'Alarms').DisplayName = { 'Fn::Sub': 'Refinery ${Tabel.Arn}' }), found: ['Alarms', /Tabel/] },
  { name: 'a resource type that does not exist', spoil: (draft) => Object.assign(draft.Resources.Cluster ?? {}, { Type: 'AWS::ECS::Clusters' }), found: ['Cluster', /no resource type/] },
  { name: 'a condition that is not defined', spoil: (draft) => Object.assign(draft.Resources.Alarms ?? {}, { Condition: 'HasAlarms' }), found: ['Alarms', /no condition HasAlarms/] },
  { name: 'what is always there pointing to what is not', spoil: (draft) => (draft.Outputs.Worker = { Value: { 'Fn::GetAtt': ['WorkerService', 'Name'] } }), found: ['Worker', /only if HasWorkerImage/] },
  { name: 'resources that wait for each other', spoil: (draft) => Object.assign(draft.Resources.JobsQueue ?? {}, { DependsOn: ['ReceiveInteractionRole'] }), found: ['ReceiveInteractionRole', /waits for itself/] },
  { name: 'an order after something that is not there', spoil: (draft) => Object.assign(draft.Resources.Table ?? {}, { DependsOn: 'Bucket' }), found: ['Table', /no resource Bucket/] },
];
