/** What expr itself said of the expressions in `sources.ts`: how it was asked is in `test/fixtures/expression/README.md`. */
import { readFileSync } from 'node:fs';
import type { Grammar } from '../../../src/rollouts/expression/syntax.ts';
import { NIL, type Value, type ValueType } from '../../../src/rollouts/expression/value-type.ts';

/** `syntax`, `type` (it does not compile), `error` (it fails when it runs), or `= value`. */
export type Outcome = string;

type Said = Outcome | Readonly<Record<string, Outcome>>;

function fixture<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`../../fixtures/expression/${name}.json`, import.meta.url), 'utf8')) as T;
}

export const GRAMMARS: readonly Grammar[] = ['1.15', '1.17'];

const ANY: ValueType = { kind: 'any' };
const NUMBER: ValueType = { kind: 'number' };
const TEXT: ValueType = { kind: 'string' };

/** The results that expr was given, and what a provider would call them. */
export const RESULTS: Readonly<
  Record<string, { readonly value: unknown; readonly type: ValueType; readonly is: Value }>
> = {
  number: { value: 0.5, type: NUMBER, is: { kind: 'number' } },
  NaN: { value: Number.NaN, type: NUMBER, is: { kind: 'number', is: Number.NaN } },
  vector: { value: [0.01, 0.2], type: { kind: 'array', of: NUMBER }, is: { kind: 'array', of: { kind: 'number' } } },
  empty: { value: [], type: { kind: 'array', of: NUMBER }, is: { kind: 'array', of: { kind: 'number' }, length: 0 } },
  nil: { value: null, type: { kind: 'nil' }, is: NIL },
  object: {
    value: { value: 3, name: 'ok', list: [1, 2, null], none: null, in: { a: true } },
    type: { kind: 'map', of: ANY },
    is: { kind: 'map', of: { kind: 'any' } },
  },
  rows: { value: [{ a: 1 }, { a: 2 }], type: { kind: 'array', of: ANY }, is: { kind: 'array', of: { kind: 'any' } } },
  text: { value: '12', type: TEXT, is: { kind: 'string' } },
  series: seriesOf({
    ...{ Id: TEXT, Label: TEXT, StatusCode: TEXT, Timestamps: { kind: 'array', of: { kind: 'time' } } },
    Values: { kind: 'array', of: NUMBER },
  }),
};

function seriesOf(fields: Readonly<Record<string, ValueType>>): (typeof RESULTS)[string] {
  const value = [{ Id: 'm1', Label: null, StatusCode: 'Complete', Timestamps: [], Values: [7, 8] }];
  return {
    value,
    type: { kind: 'array', of: { kind: 'struct', fields } },
    is: { kind: 'array', of: { kind: 'struct', fields } },
  };
}

/** All that expr said of the written expressions, one a line. */
export function written(): { source: string; grammar: Grammar; result: string; outcome: Outcome }[] {
  const said = fixture<Record<string, Said | readonly [Said, Said]>>('written');
  return Object.entries(said).flatMap(([source, both]) =>
    GRAMMARS.flatMap((grammar, index) => {
      const one = Array.isArray(both) ? (both[index] as Said) : (both as Said);
      return Object.keys(RESULTS).map((result) => ({
        ...{ source, grammar, result },
        outcome: typeof one === 'string' ? one : one[result]!,
      }));
    }),
  );
}

/** The first letter of what expr said for the result 0.5, by grammar. */
export function letters(): Readonly<Record<'crossed' | 'soups', Readonly<Record<Grammar, string>>>> {
  return fixture('letters');
}
