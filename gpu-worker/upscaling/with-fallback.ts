import { ModelHostDied } from '../sdxl/session/model-host-died.ts';
import { firstLine } from '../sdxl/provider/first-line.ts';
import { LANCZOS, type Upscaler } from './upscaler.ts';

/**
 * An upscaler that never keeps a painted picture from its asker: where its process dies it tries once more, and where it still cannot be run,
 * Lanczos does the work. What ran stands in the result; `onRemark` is told why.
 */
export function withFallback(upscaler: Upscaler, onRemark: (remark: string) => void): Upscaler {
  return {
    enlarge: async (picture, size, watch = {}) => {
      const attempt = () => upscaler.enlarge(picture, size, watch);
      try {
        return await attempt().catch((error: unknown) => {
          if (error instanceof ModelHostDied) return attempt();
          throw error;
        });
      } catch (error) {
        watch.signal?.throwIfAborted();
        onRemark(`Lanczos enlarges instead: ${firstLine(error)}`);
        return LANCZOS.enlarge(picture, size, watch);
      }
    },
    close: () => upscaler.close(),
  };
}
