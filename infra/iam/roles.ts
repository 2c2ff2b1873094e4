import * as v from 'valibot';
import { type Json, type JsonObject, type Template, asIntrinsic, isObject } from '../template/template.ts';

/** One need of a role, and what it takes. */
export interface Grant {
  /** The statement's Sid: the need in a word or four. */
  readonly need: string;
  readonly actions: readonly string[];
  /** As a person reads them: `Table`, `Pictures/*`, `service/Cluster/worker`. */
  readonly resources: readonly string[];
  readonly conditions: readonly string[];
}

export interface Role {
  readonly name: string;
  /** The AWS service that may take the role. */
  readonly takenBy: string;
  readonly grants: readonly Grant[];
}

const textOrTexts = v.pipe(
  v.union([v.string(), v.array(v.string())]),
  v.transform((one) => (typeof one === 'string' ? [one] : one)),
);
const anything = v.custom<Json>((value) => value !== undefined);
/** Strict: a statement with NotAction, NotResource or Deny is not one that this table could tell. */
const statement = v.strictObject({
  Sid: v.string(),
  Effect: v.literal('Allow'),
  Action: textOrTexts,
  Resource: anything,
  Condition: v.optional(v.record(v.string(), v.record(v.string(), anything)), {}),
});
const role = v.object({
  AssumeRolePolicyDocument: v.object({ Statement: v.tuple([v.object({ Principal: v.object({ Service: v.string() }) })]) }),
  /** AWS's managed policies allow more than one need. */
  ManagedPolicyArns: v.optional(v.tuple([]), []),
  Policies: v.array(v.object({ PolicyDocument: v.object({ Statement: v.array(statement) }) })),
});

/** The template's roles and what each may do, in the template's order. @throws {v.ValiError} for a role that says more than the table can */
export function rolesOf({ Resources }: Template): readonly Role[] {
  return Object.entries(Resources)
    .filter(([, { Type }]) => Type === 'AWS::IAM::Role')
    .map(([name, { Properties }]) => readRole(name, Properties));
}

function readRole(name: string, properties: JsonObject): Role {
  const { AssumeRolePolicyDocument, Policies } = v.parse(role, properties);
  const [{ Principal }] = AssumeRolePolicyDocument.Statement;
  const grants = Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement).map(({ Sid, Action, Resource, Condition }) => ({
    need: Sid,
    actions: Action,
    resources: Array.isArray(Resource) ? Resource.map(describeResource) : [describeResource(Resource)],
    conditions: Object.entries(Condition).flatMap(([operator, keys]) => Object.entries(keys).map(([key, value]) => `${key} ${operator} ${describeResource(value)}`)),
  }));
  return { name, takenBy: Principal.Service, grants };
}

/** An ARN in the words of the template; accounts and regions are the stack's own. */
function describeResource(resource: Json): string {
  const intrinsic = asIntrinsic(resource);
  if (!intrinsic) return isObject(resource) || Array.isArray(resource) ? JSON.stringify(resource) : String(resource);
  const { name, argument } = intrinsic;
  if (name === 'Ref') return String(argument);
  if (name === 'Fn::GetAtt') return String(Array.isArray(argument) ? argument[0] : String(argument).split('.')[0]);
  if (name === 'Fn::Sub' && typeof argument === 'string') {
    return argument
      .replace(/^arn:\$\{AWS::Partition\}:[^:]*:(\$\{AWS::Region\})?:(\$\{AWS::AccountId\})?:/, '')
      .replaceAll(/\$\{([^}.]+)(\.Arn)?\}/g, '$1');
  }
  return JSON.stringify(resource);
}
