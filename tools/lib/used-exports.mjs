import ts from 'typescript';

/**
 * What sources use of packages at run time; types are left out.
 * @param sources `{file, text}`
 * @param packages `{name, namespace?}`: `namespace` is an export that holds all the others (zod's `z`)
 * @returns package name → `{names, members, wholes}`: exports, members of the namespace export, and files that
 * take the package as a whole, which rules out leaving anything away
 */
export function usedExports(sources, packages) {
  const used = new Map(
    packages.map(({ name }) => [name, { names: new Set(), members: new Set(), wholes: new Set() }]),
  );
  const namespaces = new Map(packages.map(({ name, namespace }) => [name, namespace]));
  for (const { file, text } of sources) {
    if (!packages.some(({ name }) => text.includes(name))) continue;
    readFile(ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true), used, namespaces);
  }
  return used;
}

function readFile(source, used, namespaces) {
  /** Local name of a namespace export → its package. */
  const locals = new Map();
  const take = (specifier, bindings) => {
    const usage = used.get(specifier);
    if (usage === undefined) return;
    if (bindings === undefined) usage.wholes.add(source.fileName);
    for (const { imported, local } of bindings ?? []) {
      usage.names.add(imported);
      if (imported !== namespaces.get(specifier)) continue;
      if (local === undefined) usage.wholes.add(source.fileName);
      else locals.set(local, usage);
    }
  };
  const visit = (node) => {
    if (ts.isImportDeclaration(node)) return take(node.moduleSpecifier.text, ofImport(node.importClause));
    if (ts.isExportDeclaration(node) && node.moduleSpecifier)
      return take(node.moduleSpecifier.text, ofExport(node));
    if (ts.isCallExpression(node) && isLoad(node)) take(node.arguments[0].text, ofLoad(node));
    ts.forEachChild(node, visit);
  };
  visit(source);
  if (locals.size > 0) readMembers(source, locals);
}

function ofImport(clause) {
  if (clause === undefined || clause.isTypeOnly) return [];
  if (clause.namedBindings && ts.isNamespaceImport(clause.namedBindings)) return undefined;
  const named = (clause.namedBindings?.elements ?? []).filter((element) => !element.isTypeOnly);
  return [
    ...(clause.name ? [{ imported: 'default', local: clause.name.text }] : []),
    ...named.map((element) => ({
      imported: (element.propertyName ?? element.name).text,
      local: element.name.text,
    })),
  ];
}

function ofExport(node) {
  if (node.isTypeOnly) return [];
  if (node.exportClause === undefined || ts.isNamespaceExport(node.exportClause)) return undefined;
  return node.exportClause.elements
    .filter((element) => !element.isTypeOnly)
    .map((element) => ({ imported: (element.propertyName ?? element.name).text, local: undefined }));
}

function isLoad(call) {
  const callee = call.expression;
  const loads =
    callee.kind === ts.SyntaxKind.ImportKeyword || (ts.isIdentifier(callee) && callee.text === 'require');
  return loads && call.arguments.length > 0 && ts.isStringLiteralLike(call.arguments[0]);
}

/** `const { execa } = await import('execa')` says what it takes; any other form takes all. */
function ofLoad(call) {
  const value = ts.isAwaitExpression(call.parent) ? call.parent : call;
  const declaration = value.parent;
  if (!ts.isVariableDeclaration(declaration) || !ts.isObjectBindingPattern(declaration.name))
    return undefined;
  if (declaration.name.elements.some((element) => element.dotDotDotToken)) return undefined;
  return declaration.name.elements.map((element) => ({
    imported: (element.propertyName ?? element.name).text,
    local: ts.isIdentifier(element.name) ? element.name.text : undefined,
  }));
}

function readMembers(source, locals) {
  const visit = (node) => {
    if (ts.isImportDeclaration(node) || ts.isTypeNode(node)) return;
    if (ts.isIdentifier(node) && locals.has(node.text) && !isNameOnly(node)) {
      const usage = locals.get(node.text);
      if (ts.isPropertyAccessExpression(node.parent)) usage.members.add(node.parent.name.text);
      else usage.wholes.add(source.fileName);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
}

/** An identifier that names a property or a binding and reads nothing. */
function isNameOnly({ parent, text, pos }) {
  if (ts.isPropertyAccessExpression(parent)) return parent.name.pos === pos && parent.name.text === text;
  return ts.isBindingElement(parent) || (ts.isPropertyAssignment(parent) && parent.name.pos === pos);
}
