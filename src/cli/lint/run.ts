/** Reads manifests, validates them together, and says where in the files the findings stand. */
import { setImmediate } from 'node:timers/promises';
import { messageOf } from '../../errors.ts';
import type { QueryCheck } from '../../rollouts/validation/context.ts';
import { pathText } from '../../rollouts/validation/field.ts';
import type { ArgoTarget } from '../../rollouts/validation/finding.ts';
import { validate } from '../../rollouts/validation/validate.ts';
import type { YamlDocument, YamlFile } from '../../rollouts/yaml/index.ts';
import { YAML_EFFECT } from '../../rollouts/yaml/problem.ts';
import { readWith, TreeSlot } from '../../rollouts/yaml/read-yaml.ts';
import type { RunEdges } from '../command.ts';
import { heeding } from './directives.ts';
import { sourcesOf } from './files.ts';
import type { LintFinding, LintResult } from './finding.ts';
import { lineGuard } from './hidden.ts';

/** What a run is told. */
export interface LintSettings {
  readonly operands: readonly string[];
  readonly target: ArgoTarget;
  readonly complete: boolean;
  readonly promql: QueryCheck | null;
  /** Whether a rule speaks. */
  readonly isOn: (code: string) => boolean;
  readonly onProgress: (files: number) => void;
}

interface ReadFile {
  readonly name: string;
  readonly file: YamlFile;
  readonly findings: LintFinding[];
}

/** Every file of Kubernetes manifests holds this word; what does not is none, and need not be parsed. */
const MARK = Buffer.from('apiVersion');

/** All files of the operands, checked together: an object may refer to one of another file. */
export async function lint(settings: LintSettings, edges: RunEdges): Promise<LintResult> {
  const files: ReadFile[] = [];
  const documents: { document: YamlDocument; in: ReadFile }[] = [];
  const unreadable: { file: string; message: string }[] = [];
  const onUnreadable = (file: string, message: string): void => void unreadable.push({ file, message });
  const slot = new TreeSlot();
  let [otherFiles, otherDocuments, templates] = [0, 0, 0];
  for await (const { file: name, isNamed, read } of sourcesOf(settings.operands, edges, onUnreadable)) {
    edges.signal.throwIfAborted();
    const bytes = await read().catch((error: unknown) => {
      edges.signal.throwIfAborted();
      onUnreadable(name, messageOf(error));
      return null;
    });
    if (bytes === null) continue;
    if (!isNamed && !mayBeManifest(bytes)) {
      otherFiles++;
      continue;
    }
    const file = readWith(slot, bytes);
    const entry = { name, file, findings: textFindings(name, file, isNamed) };
    files.push(entry);
    templates += file.problems.filter(({ code }) => code === 'yaml-template').length;
    for (const document of file.documents) {
      if (isNamed || hasKind(document.object)) documents.push({ document, in: entry });
      else otherDocuments++;
    }
    settings.onProgress(files.length + otherFiles);
  }
  await heedInterrupt(edges);
  const { target, complete, promql } = settings;
  const objects = documents.map(({ document }) => document.object);
  for (const found of validate(objects, {
    target,
    complete,
    files: documents.map((one) => one.in.name),
    ...(promql === null ? {} : { promql }),
  })) {
    const { code, severity, segments, path, argoPath, message, effect, mend } = found;
    const { document, in: entry } = documents[found.object.index]!;
    const { kind, namespace, name } = found.object;
    entry.findings.push({
      ...{ code, severity, file: entry.name, ...document.locate(segments), object: { kind, namespace, name }, path },
      ...(argoPath === undefined ? {} : { argoPath }),
      // Objects are known by their place here, and not by their number.
      message: message.replace(/\bas object (\d+)\./, (_, index) => `in ${placeOf(documents[Number(index)]!)}.`),
      ...{ effect, mend },
    });
  }
  await heedInterrupt(edges);
  let silenced = 0;
  const findings = files.flatMap(({ name, file, findings: all }) => {
    const heard = heeding(name, file, all, settings.isOn);
    silenced += heard.silenced;
    return heard.kept.filter(({ code }) => settings.isOn(code)).sort(inText);
  });
  const sources = new Map(files.map(({ name, file }) => [name, { file, guard: lineGuard(file.text) }]));
  const count = (severity: string): number => findings.filter((finding) => finding.severity === severity).length;
  return {
    ...{ findings, unreadable },
    counts: {
      ...{ files: files.length, otherFiles, objects: objects.length, otherDocuments, templates, silenced },
      ...{ rejected: count('rejected'), unsafe: count('unsafe'), advice: count('advice') },
    },
    lineOf: (finding) => {
      const { file, guard } = sources.get(finding.file)!;
      return guard(finding, file.line(finding.line));
    },
  };
}

/** A signal that came during long work is only heard when that pauses. */
async function heedInterrupt({ signal }: RunEdges): Promise<void> {
  await setImmediate();
  signal.throwIfAborted();
}

function placeOf({ document, in: { name } }: { document: YamlDocument; in: ReadFile }): string {
  return `${name}:${document.locate([]).line}`;
}

/** What is wrong with the text itself. */
function textFindings(name: string, file: YamlFile, isNamed: boolean): LintFinding[] {
  return file.problems.map(({ code, severity, line, column, endColumn, segments, message, effect, mend }) => {
    // Charts lie in many folders, and nobody applies their templates as they are. One that is named was meant.
    const isAside = code === 'yaml-template' && !isNamed;
    return {
      ...{ code, file: name, line, column, endColumn, object: null, path: pathText(segments), message, mend },
      ...(isAside ? { severity: 'advice', effect: YAML_EFFECT.unread } : { severity, effect }),
    };
  });
}

/** What is UTF-16 is told to be that, whatever it holds. */
function mayBeManifest(bytes: Uint8Array): boolean {
  const isUtf16 = bytes.length > 1 && bytes[0]! + bytes[1]! === 0xff + 0xfe;
  return isUtf16 || Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).includes(MARK);
}

/** In a folder lies much that is YAML and no manifest. */
function hasKind(object: unknown): boolean {
  const { kind, apiVersion } = object as { kind?: unknown; apiVersion?: unknown };
  return kind !== undefined && apiVersion !== undefined;
}

function inText(a: LintFinding, b: LintFinding): number {
  return a.line - b.line || a.column - b.column;
}
