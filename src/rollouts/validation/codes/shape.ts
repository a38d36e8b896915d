/** Codes of the shape of an object: what the schema of its kind says, each with its rule in a line without a full stop. */

export type ShapeCode =
  | 'not-an-object'
  | 'wrong-api-version'
  | 'unknown-kind'
  | 'duplicate-object'
  | 'wrong-type'
  | 'missing-field'
  | 'unknown-field'
  | 'not-one-of'
  | 'bad-name'
  | 'bad-label'
  | 'bad-selector';

export const SHAPE_RULES: Readonly<Record<ShapeCode, string>> = {
  'not-an-object': 'A document is an object with apiVersion and kind',
  'wrong-api-version': 'The objects of Argo Rollouts are argoproj.io/v1alpha1',
  'unknown-kind': 'A kind of argoproj.io is spelt as the cluster knows it',
  'duplicate-object': 'No two objects have the same kind, namespace and name',
  'wrong-type': 'A value has the JSON type of its field',
  'missing-field': 'The fields that the schema requires are there',
  'unknown-field': 'A field is one that the schema knows at this place',
  'not-one-of': 'A value of a closed list is one of it',
  'bad-name': 'A name is one that the API server accepts',
  'bad-label': 'Labels and annotations have the syntax that the API server accepts',
  'bad-selector': 'A label selector has the syntax that Kubernetes can match with',
};
