import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { print, readYaml } from '../../../src/rollouts/yaml/index.ts';
import { RUNS } from '../../helpers/runs.ts';

// biome-ignore lint/suspicious/noExplicitAny: drafts of anything
type Draft = Record<string, any>;

/** The text after a change of one of its objects, which the text then holds. */
function changed(text: string, change: (object: Draft) => unknown, index = 0): string {
  const file = readYaml(text);
  const object = structuredClone(file.documents[index]!.object) as Draft;
  const after = change(object) ?? object;
  const result = file.documents[index]!.replace(after);
  expect(result.documents[index]!.object).toEqual(JSON.parse(JSON.stringify(after)));
  expect(result.problems.filter(({ severity }) => severity === 'rejected')).toEqual([]);
  return result.text;
}

const ROLLOUT = `# who: team checkout
apiVersion: argoproj.io/v1alpha1
kind: Rollout   # of Argo

metadata:
  labels: {app: api, "tier": 'web'}   # two
  name: api
spec:
  replicas: 50 # many

  # the course
  strategy:
    canary:
      steps:
        # a little
        - setWeight: 5
        - pause: { duration: 2m }   # wait

        # half
        - setWeight: 50
          note: x
  query: |
    one
    two
  quoted: "a"
  empty:
  single: 'it''s'
# end
---
kind: Other # untouched
`;

/** Asserts that only these lines differ: those that begin with - are gone, those with + have come. */
function expectDiff(before: string, after: string, lines: readonly string[]): void {
  const [a, b] = [before.split('\n'), after.split('\n')];
  const gone = a.filter((line) => !b.includes(line)).map((line) => `-${line}`);
  const come = b.filter((line) => !a.includes(line)).map((line) => `+${line}`);
  expect([...gone, ...come].sort()).toEqual([...lines].sort());
  // What stays is in its order.
  const stays = a.filter((line) => b.includes(line));
  expect(b.filter((line) => a.includes(line))).toEqual(stays);
}

describe('a change touches the lines that it is about, and no others', () => {
  test.each<[string, (rollout: Draft) => void, string[]]>([
    ['nothing', () => {}, []],
    [
      'a number',
      (r) => {
        r['spec'].replicas = 3;
      },
      ['-  replicas: 50 # many', '+  replicas: 3 # many'],
    ],
    [
      'a text in double quotes',
      (r) => {
        r['spec'].quoted = 'b';
      },
      ['-  quoted: "a"', '+  quoted: "b"'],
    ],
    [
      'a text in single quotes',
      (r) => {
        r['spec'].single = "i's";
      },
      ["-  single: 'it''s'", "+  single: 'i''s'"],
    ],
    [
      'a text that needs quotes now',
      (r) => {
        r['metadata'].name = 'yes';
      },
      ['-  name: api', '+  name: "yes"'],
    ],
    [
      'a value in braces',
      (r) => {
        r['metadata'].labels.app = 'b';
      },
      [`-  labels: {app: api, "tier": 'web'}   # two`, `+  labels: {app: b, "tier": 'web'}   # two`],
    ],
    [
      'a key in braces',
      (r) => {
        r['metadata'].labels.v = 1;
      },
      [`-  labels: {app: api, "tier": 'web'}   # two`, '+  labels: {app: api, tier: web, v: 1}   # two'],
    ],
    [
      'a step in braces',
      (r) => {
        r['spec'].strategy.canary.steps[1].pause.duration = '5m';
      },
      ['-        - pause: { duration: 2m }   # wait', '+        - pause: { duration: 5m }   # wait'],
    ],
    [
      'a block of text',
      (r) => {
        r['spec'].query = 'one\nthree\n';
      },
      ['-    two', '+    three'],
    ],
    [
      'a block that becomes a word',
      (r) => {
        r['spec'].query = 'x';
      },
      ['-  query: |', '-    one', '-    two', '+  query: x'],
    ],
    [
      'a value where nothing was',
      (r) => {
        r['spec'].empty = { a: [1] };
      },
      ['+    a:', '+      - 1'],
    ],
    [
      'a new key, behind the one that it follows',
      (r) => {
        r['spec'] = { replicas: 50, paused: true, ...r['spec'] };
      },
      ['+  paused: true'],
    ],
    [
      'a new key at the end',
      (r) => {
        r['spec'].last = 'x\ny\n';
      },
      ['+  last: |', '+    x', '+    y'],
    ],
    ['a key less', (r) => delete r['spec'].replicas, ['-  replicas: 50 # many']],
    [
      'a map less',
      (r) => delete r['metadata'],
      ['-metadata:', `-  labels: {app: api, "tier": 'web'}   # two`, '-  name: api'],
    ],
    [
      'the first key of an item',
      (r) => delete r['spec'].strategy.canary.steps[2].setWeight,
      ['-        - setWeight: 50', '-          note: x', '+        - note: x'],
    ],
    [
      'a step more, in the middle',
      (r) => r['spec'].strategy.canary.steps.splice(2, 0, { setWeight: 20 }),
      ['+        - setWeight: 20'],
    ],
    [
      'a step more, in front',
      (r) => r['spec'].strategy.canary.steps.unshift({ setWeight: 1 }),
      ['+        - setWeight: 1'],
    ],
    [
      'steps more, behind',
      (r) => r['spec'].strategy.canary.steps.push({ setWeight: 80 }, { pause: {} }),
      ['+        - setWeight: 80', '+        - pause: {}'],
    ],
    [
      'a step less',
      (r) => r['spec'].strategy.canary.steps.splice(1, 1),
      ['-        - pause: { duration: 2m }   # wait'],
    ],
    [
      'a step that becomes a word',
      (r) => {
        r['spec'].strategy.canary.steps[0] = 'x';
      },
      ['-        - setWeight: 5', '+        - x'],
    ],
  ])('%s', (_name, change, lines) => {
    const mutate = (object: Draft): void => void change(object);
    expectDiff(ROLLOUT, changed(ROLLOUT, mutate), lines);
    const crlf = ROLLOUT.replaceAll('\n', '\r\n');
    expect(changed(crlf, mutate)).toBe(changed(ROLLOUT, mutate).replaceAll('\n', '\r\n'));
  });

  test('a list that is emptied, and a map', () => {
    expect(changed('a:\n  - 1\n  - 2\nb:\n  c: 1\nd: 1\n', (o) => ({ ...o, a: [], b: {} }))).toBe(
      'a: []\nb: {}\nd: 1\n',
    );
  });

  test('an item of a List', () => {
    const text = 'kind: List\nitems:\n# first\n- kind: A # a\n- kind: B\n  m: 1 # b\n';
    expect(
      changed(
        text,
        (o) => {
          o['m'] = 2;
        },
        1,
      ),
    ).toBe(text.replace('m: 1', 'm: 2'));
  });

  test('JSON stays JSON, with its indent', () => {
    const text = '{\n    "kind": "A",\n    "n": 1\n}\n';
    expect(
      changed(text, (o) => {
        o['n'] = 'x';
      }),
    ).toBe(text.replace('1', '"x"'));
    expect(
      changed(text, (o) => {
        o['m'] = { a: [1] };
      }),
    ).toBe(`${JSON.stringify({ kind: 'A', n: 1, m: { a: [1] } }, null, 4)}\n`);
  });

  test('several documents, one after the other', () => {
    const file = readYaml('a: 1 # a\n---\nb: 1 # b\n').documents[0]!.replace({ a: 2 }).documents[1]!.replace({ b: 2 });
    expect(file.text).toBe('a: 2 # a\n---\nb: 2 # b\n');
  });
});

describe('what has no place in the text', () => {
  test('a change of what others are aliases of writes the document anew, and the others stay', () => {
    const text = '# x\na: &a {x: 1}\nb: *a\n---\nc: 1 # c\n';
    expect(changed(text, (o) => ({ a: { x: 2 }, b: o['b'] }))).toBe(
      '\na:\n  x: 2\nb:\n  x: 1\n---\nc: 1 # c\n'.trimStart(),
    );
    expect(changed(text, (o) => ({ a: o['a'], b: { x: 2 } }))).toBe('# x\na: &a {x: 1}\nb:\n  x: 2\n---\nc: 1 # c\n');
  });

  test('what is no object is refused', () => {
    const [document] = readYaml('a: 1\n').documents;
    for (const wrong of [null, 5, [], { a: 10n }])
      expect(() => document!.replace(wrong)).toThrow(
        expect.objectContaining({ code: 'INVALID_OPTION', path: 'object' }),
      );
  });
});

/** Objects with every kind of value, and any other one in their place. */
const { json } = fc.letrec((tie) => ({
  json: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom<unknown>('a', 'yes', 'a: b', 'x\ny\n', 'x\n\n', '', '# c', 1, -1.5, true, null),
    fc.array(tie('json'), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom('a', 'b', 'c', 'on', '__proto__'), tie('json'), {
      maxKeys: 4,
      noNullPrototype: true,
    }),
  ),
}));
const object = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), json, { noNullPrototype: true });

test('whatever becomes of an object, the text says it then (property)', () => {
  fc.assert(
    fc.property(object, object, (before, after) => {
      const file = readYaml(`# head\n${print(before)}# end\n---\nz: 1 # z\n`).documents[0]!.replace(after);
      expect(file.documents.map((one) => one.object)).toEqual([after, { z: 1 }]);
      expect(file.problems).toEqual([]);
      expect(file.text.endsWith('---\nz: 1 # z\n')).toBe(true);
    }),
    { numRuns: 10 * RUNS },
  );
});

test('a change of one value keeps every other line, with its comment (property)', () => {
  const leaf = fc.constantFrom<unknown>('a', 'yes', 'a: b', '', 1, -1.5, true, null);
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { depthSize: 'small' },
      leaf,
      fc.array(tie('tree'), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom('a', 'b', 'c'), tie('tree'), { maxKeys: 3, noNullPrototype: true }),
    ),
  }));
  fc.assert(
    fc.property(
      fc.dictionary(fc.constantFrom('a', 'b'), tree, { minKeys: 1, noNullPrototype: true }),
      fc.nat(),
      leaf,
      (before, seed, value) => {
        let n = 0;
        const text = print(before).replace(/$/gm, (_, at: number, all: string) =>
          at === all.length ? '' : ` # ${n++}`,
        );
        const after = structuredClone(before);
        if (!setLeaf(after, seed, value)) return;
        const lines = readYaml(text).documents[0]!.replace(after).text.split('\n');
        const old = text.split('\n');
        expect(lines).toHaveLength(old.length);
        expect(lines.filter((line, i) => line !== old[i]).length).toBeLessThanOrEqual(1);
      },
    ),
    { numRuns: 10 * RUNS },
  );
});

/** Puts a value in the place of one of the scalars. */
function setLeaf(root: object, seed: number, value: unknown): boolean {
  const places: [Record<string, unknown>, string][] = [];
  const walk = (node: object): void => {
    for (const [key, child] of Object.entries(node)) {
      if (typeof child === 'object' && child !== null) walk(child);
      else places.push([node as Record<string, unknown>, key]);
    }
  };
  walk(root);
  if (places.length === 0) return false;
  const [parent, key] = places[seed % places.length]!;
  parent[key] = value;
  return true;
}
