import ts from 'typescript';

/** One import of one file, however it is written. */
export interface Import {
  /** As written: `../errors.ts`, `node:fs`, `@opentelemetry/api`. */
  readonly specifier: string;
  /** Erased at build time: `import type`, `export type ... from`, `import('x').T`. */
  readonly typeOnly: boolean;
  readonly line: number;
}

/** What the architecture rules need to know of one source file. */
export interface SourceFacts {
  readonly imports: Import[];
  /** Lines of `export * from`. */
  readonly starExports: number[];
  /** Lines that use the global `console`. */
  readonly consoleUses: number[];
  readonly lineCount: number;
}

/** Reads one TypeScript file. A dynamic import whose specifier is no literal cannot be checked, so it is an error. */
export function readSource(path: string, text: string): SourceFacts {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const imports: Import[] = [];
  const starExports: number[] = [];
  const consoleUses: number[] = [];
  const lineOf = (node: ts.Node): number => source.getLineAndCharacterOfPosition(node.getStart()).line + 1;

  const add = (node: ts.Node, specifier: ts.Node | undefined, typeOnly: boolean): void => {
    if (specifier === undefined || !ts.isStringLiteralLike(specifier)) {
      throw new Error(`${path}:${lineOf(node)} imports something that is not a plain string, so nobody can check it`);
    }
    imports.push({ specifier: specifier.text, typeOnly, line: lineOf(node) });
  };

  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) {
      add(node, node.moduleSpecifier, node.importClause !== undefined && isTypeOnlyClause(node.importClause));
    } else if (ts.isExportDeclaration(node)) {
      if (node.exportClause === undefined || ts.isNamespaceExport(node.exportClause)) starExports.push(lineOf(node));
      if (node.moduleSpecifier !== undefined) add(node, node.moduleSpecifier, isTypeOnlyExport(node));
    } else if (ts.isImportEqualsDeclaration(node) && ts.isExternalModuleReference(node.moduleReference)) {
      add(node, node.moduleReference.expression, node.isTypeOnly);
    } else if (ts.isImportTypeNode(node)) {
      add(node, ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined, true);
    } else if (ts.isCallExpression(node) && isImportCall(node)) {
      add(node, node.arguments[0], false);
    } else if (ts.isIdentifier(node) && node.text === 'console' && isGlobalConsole(node)) {
      consoleUses.push(lineOf(node));
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return { imports, starExports, consoleUses, lineCount: text.split('\n').length - (text.endsWith('\n') ? 1 : 0) };
}

function isTypeOnlyClause(clause: ts.ImportClause): boolean {
  if (clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true;
  const named = clause.namedBindings;
  if (clause.name !== undefined || named === undefined || !ts.isNamedImports(named)) return false;
  return named.elements.length > 0 && named.elements.every((element) => element.isTypeOnly);
}

function isTypeOnlyExport(node: ts.ExportDeclaration): boolean {
  if (node.isTypeOnly) return true;
  const named = node.exportClause;
  if (named === undefined || !ts.isNamedExports(named)) return false;
  return named.elements.length > 0 && named.elements.every((element) => element.isTypeOnly);
}

function isImportCall(node: ts.CallExpression): boolean {
  if (node.expression.kind === ts.SyntaxKind.ImportKeyword) return true;
  return ts.isIdentifier(node.expression) && node.expression.text === 'require';
}

/** `console.log` and `const { log } = console`, but not `options.console` or `{ console: ... }`. */
function isGlobalConsole(node: ts.Identifier): boolean {
  const parent = node.parent;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  if (ts.isPropertyAssignment(parent)) return parent.initializer === node;
  return !(ts.isPropertySignature(parent) || ts.isPropertyDeclaration(parent) || ts.isTypeNode(parent));
}
