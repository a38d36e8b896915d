/**
 * Reads Prometheus' text format (version 0.0.4) as strictly as it is written down: whatever a scraper might refuse, or might
 * take for something else, throws.
 */

export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface Family {
  readonly name: string;
  readonly help: string | undefined;
  readonly type: string;
  readonly samples: readonly Sample[];
}

const METRIC = /^[a-zA-Z_:][a-zA-Z0-9_:]*/;
const LABEL = /^[a-zA-Z_][a-zA-Z0-9_]*/;
const VALUE = /^(?:[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?|[+-]Inf|NaN)$/;
const TYPES = ['counter', 'gauge', 'histogram', 'summary', 'untyped'];

interface OpenFamily {
  name: string;
  help?: string;
  type?: string;
  samples: Sample[];
}

export function parsePrometheusText(text: string): Family[] {
  if (!text.endsWith('\n')) throw new Error('the last line has no line feed');
  const families = new Map<string, OpenFamily>();
  const series = new Set<string>();
  let open: OpenFamily | undefined;

  const enter = (name: string): OpenFamily => {
    if (open?.name === name) return open;
    if (families.has(name)) throw new Error(`${name} is not in one piece`);
    open = { name, samples: [] };
    families.set(name, open);
    return open;
  };

  for (const line of text.slice(0, -1).split('\n')) {
    const [, keyword, name = '', rest = ''] = /^# (HELP|TYPE) (\S+) ?(.*)$/.exec(line) ?? [];
    if (keyword !== undefined) {
      if (METRIC.exec(name)?.[0] !== name) throw new Error(`bad name: ${line}`);
      const family = enter(name);
      if (family.samples.length > 0) throw new Error(`after its samples: ${line}`);
      if (keyword === 'HELP') {
        if (family.help !== undefined) throw new Error(`twice: ${line}`);
        family.help = unescaped(rest, /\\(.?)/g, { '\\': '\\', n: '\n' });
      } else {
        if (family.type !== undefined) throw new Error(`twice: ${line}`);
        if (!TYPES.includes(rest)) throw new Error(`no type: ${line}`);
        family.type = rest;
      }
    } else if (!line.startsWith('#')) {
      const sample = parseSample(line);
      const key = JSON.stringify([sample.name, Object.entries(sample.labels).toSorted()]);
      if (series.has(key)) throw new Error(`twice: ${line}`);
      series.add(key);
      const family = open !== undefined && belongs(sample.name, open) ? open : enter(sample.name);
      if (family.type === undefined) throw new Error(`no TYPE before it: ${line}`);
      family.samples.push(sample);
    }
  }
  const all = [...families.values()].map(({ name, help, type = 'untyped', samples }) => ({
    name,
    help,
    type,
    samples,
  }));
  for (const family of all) if (family.type === 'histogram') checkHistogram(family);
  return all;
}

function belongs(sample: string, { name, type }: OpenFamily): boolean {
  if (type !== 'histogram') return sample === name;
  return [`${name}_bucket`, `${name}_sum`, `${name}_count`].includes(sample);
}

function parseSample(line: string): Sample {
  const name = METRIC.exec(line)?.[0];
  if (name === undefined) throw new Error(`no metric name: ${line}`);
  let rest = line.slice(name.length);
  const labels = new Map<string, string>();
  if (rest.startsWith('{')) {
    rest = rest.slice(1);
    while (!rest.startsWith('}')) {
      const label = LABEL.exec(rest)?.[0];
      if (label === undefined) throw new Error(`no label name: ${line}`);
      if (labels.has(label)) throw new Error(`label ${label} is there twice: ${line}`);
      const [quoted] = /^="(?:[^"\\\n]|\\.)*"/.exec(rest.slice(label.length)) ?? [];
      if (quoted === undefined) throw new Error(`no label value: ${line}`);
      labels.set(label, unescaped(quoted.slice(2, -1), /\\(.)/g, { '\\': '\\', '"': '"', n: '\n' }));
      rest = rest.slice(label.length + quoted.length);
      if (rest.startsWith(',')) rest = rest.slice(1);
      else if (!rest.startsWith('}')) throw new Error(`no comma between labels: ${line}`);
    }
    rest = rest.slice(1);
  }
  const value = rest.slice(1);
  if (!rest.startsWith(' ') || !VALUE.test(value)) throw new Error(`no value: ${line}`);
  return { name, labels: Object.fromEntries(labels), value: Number(value.replace('Inf', 'Infinity')) };
}

function unescaped(text: string, escapes: RegExp, meanings: Record<string, string>): string {
  return text.replaceAll(escapes, (sequence, letter: string) => {
    const meaning = meanings[letter];
    if (meaning === undefined) throw new Error(`no escape: ${sequence}`);
    return meaning;
  });
}

function checkHistogram({ name, samples }: Family): void {
  const groups = new Map<string, { buckets: [number, number][]; count?: number; sum?: number }>();
  for (const sample of samples) {
    const { le, ...labels } = sample.labels;
    const key = JSON.stringify(Object.entries(labels).toSorted());
    const group = groups.get(key) ?? { buckets: [] };
    groups.set(key, group);
    if (sample.name.endsWith('_bucket')) {
      if (le === undefined) throw new Error(`${name}: a bucket without le`);
      group.buckets.push([Number(le.replace('Inf', 'Infinity')), sample.value]);
    } else if (sample.name.endsWith('_count')) group.count = sample.value;
    else group.sum = sample.value;
  }
  for (const [key, { buckets, count, sum }] of groups) {
    if (count === undefined || sum === undefined) throw new Error(`${name} ${key}: no count or no sum`);
    for (const [index, [bound, value]] of buckets.entries()) {
      const [boundBefore, valueBefore] = buckets[index - 1] ?? [Number.NEGATIVE_INFINITY, 0];
      if (!(bound > boundBefore) || value < valueBefore) throw new Error(`${name} ${key}: buckets out of order`);
    }
    const last = buckets.at(-1);
    if (last?.[0] !== Number.POSITIVE_INFINITY || last[1] !== count)
      throw new Error(`${name} ${key}: +Inf is not count`);
  }
}
