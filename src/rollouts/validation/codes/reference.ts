/** Codes of references from one object to another, each with its rule in a line without a full stop. */

export type ReferenceCode = 'reference-missing' | 'reference-unknown';

export const REFERENCE_RULES: Readonly<Record<ReferenceCode, string>> = {
  'reference-missing': 'What an object refers to is among the objects, when these are all',
  'reference-unknown': 'What an object refers to is spelt like one of the objects that are given',
};
