/**
 * Measures the table of endings for the documents: `node test/processes/shutdown/table.ts` prints it as Markdown. Each cell:
 * exit code, what arrived (spans/points/log records), milliseconds from the cause to the end. Default deadline and timeouts.
 */
import { type SinkMode, startSink } from '../../telemetry/otlp-sink.ts';
import { ENDINGS, type Ending, end } from './endings.ts';
import { exportingTo } from './exporting.ts';

const MODES: readonly SinkMode[] = ['ok', 'hang', '503', 'refused', 'reset'];
const { signal } = new AbortController();

async function cell(ending: Ending, mode: SinkMode): Promise<string> {
  await using sink = await startSink({ mode });
  const { code, ms } = await end(ending, { env: exportingTo(sink, 5_000), signal });
  const arrived = `${sink.spans().length}/${sink.points().length}/${sink.logs().length}`;
  return mode === 'ok' ? `${code}, ${arrived}, ${Math.round(ms)} ms` : `${code}, ${Math.round(ms)} ms`;
}

const rows = new Map<Ending, Promise<string>[]>();
let last: Promise<unknown> = Promise.resolve();
for (const ending of ENDINGS) {
  // Row after row: what runs at the same time is slow, and the columns of a row are to be compared.
  await last;
  const cells = MODES.map((mode) => cell(ending, mode));
  rows.set(ending, cells);
  last = Promise.all(cells);
}
const line = (cells: readonly string[]): void => void process.stdout.write(`| ${cells.join(' | ')} |\n`);
line(['ending', 'without telemetry', ...MODES]);
line(['---', '---', ...MODES.map(() => '---')]);
for (const [ending, cells] of rows) line([ending.name, String(ending.bare), ...(await Promise.all(cells))]);
