/** The command line as it was typed, checked against what the command knows, with values read strictly. */
import { parseArgs } from 'node:util';
import { parseDuration } from '../duration.ts';
import { RolloutGuardError } from '../errors.ts';
import { nearestName } from '../nearest.ts';
import { type NumberBounds, OptionCheck } from '../options.ts';

/** An option as the help shows it and the parser reads it. */
export interface OptionSpec {
  /** What its value is called in the help, such as `FILE`; a flag has none. */
  readonly argument?: string;
  /** May be given more than once. */
  readonly repeatable?: true;
  readonly help: string;
}

/** What the words behind a command may be. */
export interface Vocabulary {
  readonly name: string;
  /** What stands behind the name, such as `--policy FILE [options]`. */
  readonly usage: string;
  /** By their long names. `help` comes by itself. */
  readonly options: Readonly<Record<string, OptionSpec>>;
  /** What stands in place of options, such as `FILE...`, or `null` when nothing may. */
  readonly operands: string | null;
}

const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;
const ISO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d)$/;

/** Options and operands of one call of a command. Every refusal names the option, its value and the mend. */
export class Invocation {
  readonly operands: readonly string[];
  readonly #values: ReadonlyMap<string, readonly (string | true)[]>;
  readonly #caller: string;
  readonly #check: OptionCheck;

  private constructor(caller: string, values: ReadonlyMap<string, readonly (string | true)[]>, operands: string[]) {
    this.#caller = caller;
    this.#check = new OptionCheck('INVALID_OPTION', caller);
    this.#values = values;
    this.operands = operands;
  }

  /**
   * Reads what stands behind the name of a command.
   *
   * @throws RolloutGuardError `INVALID_OPTION` - an unknown option (with the nearest known one), one without its value,
   * one given twice, or an operand where none belongs.
   */
  static parse(command: Vocabulary, words: readonly string[]): Invocation {
    const caller = `rolloutguard ${command.name}`;
    const options: Readonly<Record<string, OptionSpec>> = { ...command.options, help: { help: 'shows this text' } };
    const names = Object.keys(options);
    const { tokens } = parseArgs({
      args: [...words],
      strict: false,
      tokens: true,
      options: {
        ...Object.fromEntries(
          Object.entries(options).map(([name, spec]) => [name, { type: 'argument' in spec ? 'string' : 'boolean' }]),
        ),
        help: { type: 'boolean', short: 'h' },
      },
    });
    const values = new Map<string, (string | true)[]>();
    const operands: string[] = [];
    for (const token of tokens) {
      if (token.kind === 'positional') operands.push(token.value);
      if (token.kind !== 'option') continue;
      const { name, rawName, value, inlineValue } = token;
      const spec = Object.hasOwn(options, name) ? options[name] : undefined;
      if (spec === undefined) throw unknownOption(caller, rawName, names);
      values.set(name, [...(values.get(name) ?? []), readValue(caller, rawName, spec, value, inlineValue)]);
      if (values.get(name)!.length > 1 && !spec.repeatable)
        throw wrong(caller, `${rawName} is given twice`, 'Give it once.');
    }
    const stray = operands[0];
    if (stray !== undefined && command.operands === null && !values.has('help')) {
      throw wrong(caller, `${JSON.stringify(stray)} is no option`, `Usage: ${caller} ${command.usage}`);
    }
    return new Invocation(caller, values, operands);
  }

  /** Operands and the values of all options. */
  get words(): string[] {
    return [...this.operands, ...[...this.#values.values()].flat().filter((value) => value !== true)];
  }

  has(option: string): boolean {
    return this.#values.has(option);
  }

  /** The value of an option that may be left out. */
  text(option: string): string | undefined {
    const value = this.#values.get(option)?.[0];
    if (value === '') this.fail(option, value, 'Give a value.');
    return value === true ? undefined : value;
  }

  /** The value of an option that must be there. */
  required(option: string, mend: string): string {
    const text = this.text(option);
    if (text === undefined) throw wrong(this.#caller, `--${option} is missing`, mend);
    return text;
  }

  /** All values of a repeatable option, in their order. */
  texts(option: string): string[] {
    return (this.#values.get(option) ?? []).filter((value) => value !== true);
  }

  word<T extends string>(option: string, words: readonly T[], fallback: T): T {
    return this.#check.oneOf(`--${option}`, this.text(option), fallback, words);
  }

  /** A number, or `undefined` when the option is not given. */
  number(option: string, bounds: NumberBounds = {}): number | undefined {
    const text = this.text(option);
    return text === undefined ? undefined : this.#number(option, text, text, bounds);
  }

  /** A share of 0 to 1, written as `0.01` or as `1%`. */
  share(option: string, bounds: NumberBounds = { min: 0, max: 1 }): number | undefined {
    const text = this.text(option);
    if (text === undefined) return undefined;
    if (!text.endsWith('%')) return this.#number(option, text, text, bounds);
    const percent = this.#number(option, text, text.slice(0, -1), {});
    return this.#check.number(`--${option}`, percent / 100, 0, bounds);
  }

  /** Numbers with commas between them; a percent sign behind each is allowed and changes nothing. */
  percents(option: string, bounds: NumberBounds): number[] | undefined {
    const text = this.text(option);
    return text?.split(',').map((part) => this.#number(option, text, part.trim().replace(/%$/, ''), bounds));
  }

  numbers(option: string, bounds: NumberBounds): number[] | undefined {
    const text = this.text(option);
    return text?.split(',').map((part) => this.#number(option, text, part.trim(), bounds));
  }

  /** Seconds of a duration above zero. */
  seconds(option: string): number | undefined {
    const text = this.text(option);
    if (text === undefined) return undefined;
    const seconds = parseDuration(text);
    if (seconds === null || seconds <= 0) this.fail(option, text, 'Use a duration such as 90s, 30m or 1h30m.');
    return seconds;
  }

  /** Unix milliseconds of a time: ISO 8601 with its zone, or Unix milliseconds, or `now`. */
  time(option: string, now: () => number): number | undefined {
    const text = this.text(option);
    if (text === undefined) return undefined;
    if (text === 'now') return now();
    const ms = /^\d{1,16}$/.test(text) ? Number(text) : isoTime(text);
    // The last day that a Date can hold.
    if (!(ms <= 8.64e15))
      this.fail(option, text, 'Use a time such as 2026-11-23T09:00:00Z, Unix milliseconds, or now.');
    return ms;
  }

  /** Throws an error about an option. */
  fail(option: string, value: unknown, mend: string): never {
    this.#check.fail(`--${option}`, value, mend);
  }

  #number(option: string, given: string, text: string, bounds: NumberBounds): number {
    // What is no number is shown as it was typed, with the bounds as its mend.
    return this.#check.number(`--${option}`, NUMBER.test(text) ? Number(text) : given, 0, bounds);
  }
}

/** NaN for what is no time. `Date.parse` takes the 30th of February for the 2nd of March. */
function isoTime(text: string): number {
  const isDay =
    ISO_TIME.test(text) && new Date(`${text.slice(0, 10)}T00:00Z`).getUTCDate() === Number(text.slice(8, 10));
  return isDay ? Date.parse(text) : Number.NaN;
}

function readValue(
  caller: string,
  rawName: string,
  spec: OptionSpec,
  value: string | undefined,
  inline: boolean | undefined,
): string | true {
  if (spec.argument === undefined) {
    if (value !== undefined) throw wrong(caller, `${rawName} takes no value`, 'Leave the value out.');
    return true;
  }
  if (value === undefined) throw wrong(caller, `${rawName} needs a value`, `Write ${rawName} ${spec.argument}.`);
  if (!inline && value.length > 1 && value.startsWith('-')) {
    throw wrong(
      caller,
      `${rawName} needs a value, and ${value} looks like an option`,
      `Write ${rawName}=${value} if it is the value.`,
    );
  }
  return value;
}

function unknownOption(caller: string, rawName: string, names: readonly string[]): RolloutGuardError {
  const nearest = nearestName(rawName.replace(/^-+/, ''), names);
  const mend =
    nearest === null ? `Known options: ${names.map((name) => `--${name}`).join(', ')}.` : `Did you mean --${nearest}?`;
  return wrong(caller, `there is no option ${rawName}`, mend);
}

function wrong(caller: string, message: string, mend: string): RolloutGuardError {
  return new RolloutGuardError('INVALID_OPTION', `${caller}: ${message}`, { mend });
}
