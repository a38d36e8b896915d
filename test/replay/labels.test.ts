/** Labels say which deployments were bad: read strictly, since a misspelt one would turn a miss into a success. */
import { describe, expect, it } from 'vitest';
import { LabelBook, parseLabels } from '../../src/replay/labels.ts';

describe('parseLabels', () => {
  it('returns a copy of sound labels, whatever the deployments are called', () => {
    const document = JSON.parse(
      '{"a": {"outcome": "good"}, "shop/b": {"outcome": "bad", "badFromMs": 5}, "__proto__": {"outcome": "bad"}}',
    ) as Record<string, unknown>;
    const labels = parseLabels(document);
    expect(Object.entries(labels)).toEqual(Object.entries(document));
    expect(labels['a']).not.toBe(document['a']);
  });

  it.each([
    ['no object', [], 'labels (got array of 0). Use an object with a label for each deployment id.'],
    ['a word', { a: 'good' }, 'a (got "good"). Use { "outcome": "good" }'],
    ['nothing', { a: null }, 'a (got null)'],
    ['another outcome', { a: { outcome: 'fine' } }, 'a.outcome (got "fine"). Use { "outcome": "good" }'],
    [
      'a misspelt field',
      { a: { outcome: 'bad', badFrom: 1 } },
      'a.badFrom (got "badFrom"). Known options: outcome, badFromMs.',
    ],
    ['a good one that went bad', { a: { outcome: 'good', badFromMs: 1 } }, 'a.badFromMs'],
    [
      'a time that is none',
      { a: { outcome: 'bad', badFromMs: '12:00' } },
      'a.badFromMs (got "12:00"). Use a finite number.',
    ],
    ['no name', { '': { outcome: 'good' } }, 'labels (got ""). Name the deployment.'],
  ])('refuses %s', (_what, document, message) => {
    expect(() => parseLabels(document)).toThrow(`parseLabels: invalid value at ${message}`);
  });
});

describe('a book of labels', () => {
  const book = (): LabelBook =>
    new LabelBook({ 'shop/1': { outcome: 'bad' }, 1: { outcome: 'good' }, 9: { outcome: 'good' } });

  it('prefers the label that names the service', () => {
    expect(book().labelOf({ service: 'shop', deploymentId: '1' })).toEqual({ outcome: 'bad' });
    expect(book().labelOf({ service: 'cart', deploymentId: '1' })).toEqual({ outcome: 'good' });
    expect(book().labelOf({ service: 'cart', deploymentId: '2' })).toBeNull();
    expect(book().labelOf({ service: 'cart', deploymentId: 'toString' })).toBeNull();
  });

  it('names those that nobody asked for', () => {
    const labels = book();
    expect(labels.unused).toEqual(['1', '9', 'shop/1']);
    labels.labelOf({ service: 'shop', deploymentId: '1' });
    labels.labelOf({ service: 'cart', deploymentId: '1' });
    expect(labels.unused).toEqual(['9']);
  });
});
