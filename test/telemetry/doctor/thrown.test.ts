import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { DeploymentTelemetryOptions } from '../../../src/telemetry/options/options.ts';
import { startDeploymentTelemetry } from '../../../src/telemetry/start.ts';
import { formsIn, plantedEnvironment } from './secrets.ts';

test('what is thrown for bad options names no address and no header, whatever stands in them', async () => {
  await fc.assert(
    fc.asyncProperty(plantedEnvironment, async ({ secret, env }) => {
      const values = Object.values(env);
      // Where a secret belongs, or is put by those who mistake one option for the other.
      const headers = Object.fromEntries(values.map((value, i) => [`x-key-${i}`, i % 2 === 0 ? value : [value]]));
      const exports = [{ endpoint: values[0] }, { headers }, { headers: values }, { endpoint: values }];
      for (const given of exports) {
        const options = { env: { OTEL_SDK_DISABLED: 'true' }, export: given } as unknown as DeploymentTelemetryOptions;
        try {
          await startDeploymentTelemetry(options).shutdown();
        } catch (error) {
          expect(formsIn(`${String(error)} ${(error as Error).stack} ${JSON.stringify(error)}`, secret)).toEqual([]);
        }
      }
    }),
    { numRuns: 50 },
  );
});
