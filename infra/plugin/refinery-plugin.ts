import { bundleFunction } from './bundle-function.ts';

/** As much of the Serverless Framework as the plugin uses (https://www.serverless.com/framework/docs/guides/plugins/creating-plugins). */
interface Serverless {
  readonly serviceDir: string;
  readonly service: { getAllFunctions(): readonly string[] };
}
interface PluginTools {
  readonly log: { notice(text: string): void };
}

/** Bundles the functions before they are packed. */
export class RefineryPlugin {
  readonly hooks: Readonly<Record<string, () => Promise<void>>>;

  constructor(serverless: Serverless, _options: unknown, { log }: PluginTools) {
    const bundleAll = async () => {
      for (const name of serverless.service.getAllFunctions()) {
        const bytes = await bundleFunction(serverless.serviceDir, name);
        log.notice(`bundled ${name}: ${Math.round(bytes / 1024)} KiB`);
      }
    };
    this.hooks = { 'before:package:createDeploymentArtifacts': bundleAll, 'before:deploy:function:packageFunction': bundleAll };
  }
}
