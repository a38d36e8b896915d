/** Reads Markdown as far as it means something: what is left of it when escaped characters and words are taken away. */

/** The characters of a page that mean something in Markdown or HTML, line by line; words and escaped characters are gone. */
export function markdownSkeleton(page: string): string[] {
  return page.split('\n').map((line) =>
    line
      .replace(/\\[!-/:-@[-`{-~]/g, '')
      .replace(/&(amp|lt|gt|#96|#91|#93);/g, '')
      .replaceAll('<!-- -->', '')
      .replace(/[^\\`*_{}[\]#|~$^<>&\n]/g, ''),
  );
}

/** What renderers turn into links without any markup: addresses and mentions. */
export function linksItself(page: string): string[] {
  return page.match(/\w+:\/\/|www\.|@[\w-]+/gi) ?? [];
}
