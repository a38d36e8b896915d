/** Codes of the shape of an object: what the schema of its kind says, each with its rule in a line without a full stop. */

export type ShapeCode = 'not-an-object';

export const SHAPE_RULES: Readonly<Record<ShapeCode, string>> = {
  'not-an-object': 'A document is an object with apiVersion and kind',
};
