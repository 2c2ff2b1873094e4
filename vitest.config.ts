import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    globalSetup: ['test/discord-bodies.ts', 'test/build-for-tests.ts'],
    include: ['test/**/*.test.ts'],
    // onnxruntime-node is a native addon: it wants a process, not a thread, to itself.
    pool: 'forks',
    // Every file would import the whole product again: a third of the time. So a test leaves nothing behind that others would trip over.
    isolate: false,
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    teardownTimeout: 10_000,
  },
});
