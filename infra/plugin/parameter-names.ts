/** What SSM keeps for a stage. The template names the same (serverless.yml). */
export interface ParameterNames {
  readonly token: string;
  readonly publicKey: string;
  readonly customIdKey: string;
}

export function parameterNames(stage: string): ParameterNames {
  return { token: `/refinery/${stage}/discord-token`, publicKey: `/refinery/${stage}/discord-public-key`, customIdKey: `/refinery/${stage}/custom-id-key` };
}
