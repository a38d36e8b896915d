import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escapeHtml, html, Markup, type Piece, preformatted } from '../../src/report/escape.ts';
import { visibleText } from '../../src/visible-text.ts';
import { readMarkup } from './markup-check.ts';

describe('html', () => {
  it('escapes text and leaves markup alone', () => {
    const inner = html`<b>${'<i>&"\''}</b>`;
    expect(html`<p title="${'"><x>'}">${inner}${[1, '<', null, false, undefined]}</p>`.toString()).toBe(
      '<p title="&quot;&gt;&lt;x&gt;"><b>&lt;i&gt;&amp;&quot;&#39;</b>1&lt;</p>',
    );
  });

  it('does not take an object from JSON for markup', () => {
    const forged = { toString: () => '<x>', markup: '<x>' } as unknown as Piece;
    expect(html`${forged}`.toString()).toBe('&lt;x&gt;');
  });

  it('any text comes back as it was, and adds no element (property)', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
        const page = readMarkup(html`<p title="${text}">${text}</p>`.toString());
        expect(page.tags.map((tag) => tag.name)).toEqual(['p']);
        expect(page.text).toBe(visibleText(text));
        expect(page.tags[0]!.attributes.get('title')).toBe(visibleText(text));
      }),
    );
  });
});

describe('visibleText', () => {
  it.each([
    ['\u001b[31mred', '\\u{1b}[31mred'],
    ['a\r\n::error::b', 'a ::error::b'],
    ['exe\u202etxt', 'exe\\u{202e}txt'],
    ['half \ud800 pair', 'half \\u{d800} pair'],
    ['\u0000\u009b', '\\u{0}\\u{9b}'],
    ['łódź 日本 🚀 “ok” – 1 %', 'łódź 日本 🚀 “ok” – 1 %'],
  ])('%j becomes %j', (text, visible) => {
    expect(visibleText(text)).toBe(visible);
  });
});

describe('preformatted', () => {
  it('keeps line breaks and escapes the rest', () => {
    expect(preformatted('a\n</pre><x>').toString()).toBe('a\n&lt;/pre&gt;&lt;x&gt;');
  });
});

describe('escapeHtml', () => {
  it('escapes the ampersand once', () => {
    expect(escapeHtml('&lt;')).toBe('&amp;lt;');
  });

  it('is what a Markup is not: a Markup is trusted as it is', () => {
    expect(html`${new Markup('<br/>')}`.toString()).toBe('<br/>');
  });
});
