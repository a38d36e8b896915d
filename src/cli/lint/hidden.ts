/** Keeps secrets of manifests out of excerpts: logs of CI are read by more people than the manifests are. */
import { redact } from '../../errors.ts';
import type { LintFinding } from './finding.ts';

const HIDDEN = '[hidden]';

/** Fields whose values are credentials, or hold some. */
const SECRET_PATH = /(?:^|\.)(?:headers|authentication)(?:[.[]|$)/;
const SECRET_KIND = /\bkind["']?\s*:\s*["']?Secret\b/;
/** Looked for anywhere on a line: within braces there is more than one field. */
const SECRET_LINES = [
  /(?:password|passwd|secret|token|api[-_]?key|authorization|credentials?)["']?\s*[:=]/i,
  /\b(?:headers|authentication)["']?\s*:\s*\S/,
] as const;
/** Up to the colon behind the first key of a line. */
const KEY = /^[\s?{[-]*(?:"[^"]*"\s*:|'[^']*'\s*:|[\w./][\w./-]*\s*:(?=\s|$))[ \t]*/;

/**
 * For the findings of one file: the line as it may be shown, which is its first key alone where the line holds a
 * secret, or may hold one.
 */
export function lineGuard(text: string): (finding: LintFinding, line: string) => string {
  // Broken text does not say where an object ends, so that one Secret makes all of the file one.
  const inSecret = SECRET_KIND.test(text);
  // Of one long line there may be many findings, one after another.
  let last = { line: '', isSecret: false };
  return ({ object, path }, line) => {
    if (line !== last.line) last = { line, isSecret: isSecretLine(line) };
    const isSecret =
      last.isSecret ||
      SECRET_PATH.test(path) ||
      (inSecret && (object === null || object.kind === 'Secret')) ||
      // Nor does it say below which header a value stands.
      (object === null && path === '' && /\bvalue["']?\s*:/.test(line));
    return isSecret ? withoutValue(line) : line;
  };
}

function isSecretLine(line: string): boolean {
  return SECRET_LINES.some((pattern) => pattern.test(line)) || redact(line) !== line;
}

function withoutValue(line: string): string {
  const [shown] = (KEY.exec(line) ?? /^[\s-]*/.exec(line)) as unknown as [string];
  return shown.length === line.length ? line : `${shown}${HIDDEN}`;
}
