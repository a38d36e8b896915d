import { parseArgs } from 'node:util';
import { DemoProblem } from './problem.ts';
import { isScenarioName, SCENARIO_NAMES, SCENARIOS, type ScenarioName } from './scenarios.ts';

/** What the command line asks for. */
export interface DemoArguments {
  readonly help: boolean;
  readonly scenario: ScenarioName;
  /** The scenario as which the run is judged: the one that runs, unless told otherwise. */
  readonly expect: ScenarioName;
  /** Judge this recorded outcome, and run nothing. */
  readonly outcomeFile: string | null;
  readonly seed: number;
  /** Port of the router, for a browser or curl of your own; 0 takes any free one. */
  readonly port: number;
  readonly reportFolder: string;
}

/** The text of `--help`. */
export const HELP: string = [
  'Shows rolloutguard at work: two versions of a service share live traffic, and the engine judges the new one.',
  '',
  'npm run demo [-- options]',
  '',
  '  --scenario <name>  what goes wrong (default errors):',
  ...SCENARIO_NAMES.map((name) => `      ${name.padEnd(9)} ${SCENARIOS[name].story}`),
  '  --expect <name>    judge the run as this scenario (default: the one that runs)',
  '  --outcome <file>   judge a recorded <scenario>.outcome.json, and run nothing',
  '  --seed <number>    repeat the random numbers of an earlier run (default: new ones)',
  '  --port <number>    port of the router (default 0: any free one)',
  '  --reports <dir>    where the report goes (default demo-report)',
  '',
  'Exit code: 0 the right thing happened, 1 it did not, 2 the command line is wrong.',
].join('\n');

/**
 * Reads the command line.
 *
 * @param newSeed The seed when none is given.
 * @throws DemoProblem `USAGE` with a message for the person at the keyboard.
 */
export function parseArguments(words: readonly string[], newSeed: number): DemoArguments {
  const values = parseWords(words);
  const scenario = scenarioName('--scenario', values.scenario ?? 'errors');
  return {
    help: values.help ?? false,
    scenario,
    expect: values.expect === undefined ? scenario : scenarioName('--expect', values.expect),
    outcomeFile: values.outcome ?? null,
    seed: values.seed === undefined ? newSeed : wholeNumber('--seed', values.seed, 2 ** 32 - 1),
    port: values.port === undefined ? 0 : wholeNumber('--port', values.port, 65_535),
    reportFolder: values.reports ?? 'demo-report',
  };
}

function parseWords(
  words: readonly string[],
): Partial<Record<Exclude<OptionName, 'help'>, string>> & { help?: boolean } {
  try {
    return parseArgs({ args: [...words], options: OPTIONS, strict: true }).values;
  } catch (error) {
    throw new DemoProblem('USAGE', error instanceof Error ? error.message : String(error));
  }
}

const OPTIONS = {
  help: { type: 'boolean', short: 'h' },
  scenario: { type: 'string' },
  expect: { type: 'string' },
  outcome: { type: 'string' },
  seed: { type: 'string' },
  port: { type: 'string' },
  reports: { type: 'string' },
} as const;
type OptionName = keyof typeof OPTIONS;

function scenarioName(option: string, name: string): ScenarioName {
  if (isScenarioName(name)) return name;
  const known = SCENARIO_NAMES.join(', ');
  throw new DemoProblem('USAGE', `${option}: there is no scenario named ${JSON.stringify(name)}. Known are ${known}.`);
}

function wholeNumber(option: string, text: string, most: number): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number <= most) return number;
  throw new DemoProblem('USAGE', `${option}: ${JSON.stringify(text)} is not a whole number from 0 to ${most}.`);
}
