/** AWS's own description of every resource type: https://github.com/cdklabs/awscdk-service-spec */
import { loadAwsServiceSpec } from '@aws-cdk/aws-service-spec';
import type { Attribute, PropertyType, ResourceProperties } from '@aws-cdk/service-spec-types';

export interface ResourceSchema {
  readonly properties: ResourceProperties;
  readonly attributes: Readonly<Record<string, Attribute>>;
}

export interface Schema {
  resource(type: string): ResourceSchema | undefined;
  /** The properties of a named structure within a resource. */
  structure(reference: Extract<PropertyType, { type: 'ref' }>): ResourceProperties;
}

/** Takes a second or two: 2 MB of compressed schemas. */
export async function loadSchema(): Promise<Schema> {
  const database = await loadAwsServiceSpec();
  return {
    resource: (type) => database.lookup('resource', 'cloudFormationType', 'equals', type)[0],
    structure: ({ reference }) => database.get('typeDefinition', reference).properties,
  };
}
