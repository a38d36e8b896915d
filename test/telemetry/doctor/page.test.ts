import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { doctorPage } from './page.ts';

const PAGE = new URL('../../../docs/telemetry-doctor.md', import.meta.url);

test('docs/telemetry-doctor.md is what the doctor says of itself (UPDATE=1 npx vitest run test/telemetry/doctor/page.test.ts writes it)', () => {
  const page = doctorPage();
  if (process.env['UPDATE'] === '1') writeFileSync(PAGE, page);
  expect(readFileSync(PAGE, 'utf8') === page, 'UPDATE=1 npx vitest run test/telemetry/doctor/page.test.ts').toBe(true);
});
