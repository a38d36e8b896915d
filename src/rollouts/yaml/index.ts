/**
 * YAML and JSON of Kubernetes objects: read as Kubernetes reads it, with the place of every value, and written.
 *
 * @module
 */
export { InvalidYamlError, isKind, type ParseOptions, type ParseProblem, parse } from './parse.ts';
export { print } from './print.ts';
export { type Place, type Position, YAML_RULES, type YamlCode, type YamlProblem } from './problem.ts';
export { readYaml, type YamlDocument, type YamlFile } from './read-yaml.ts';
