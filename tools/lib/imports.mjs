import ts from 'typescript';

/**
 * Every import of a source: `import`, `import type`, `export … from`, `import()`, `require()`, `import('x').T`.
 * @returns `{specifier, line, types, names}`; `types`: erased by the compiler; `names`: what is taken by name,
 * undefined where all is
 */
export function importsOf(file, text) {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const found = [];
  const add = (node, literal, types, names) => {
    const line = source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1;
    const specifier = literal && ts.isStringLiteralLike(literal) ? literal.text : undefined;
    found.push({ specifier, line, types, names });
  };
  const visit = (node) => {
    if (ts.isImportDeclaration(node)) add(node, node.moduleSpecifier, ...clauseOf(node.importClause));
    else if (ts.isExportDeclaration(node) && node.moduleSpecifier) {
      add(node, node.moduleSpecifier, node.isTypeOnly, namesOf(node.exportClause));
    } else if (ts.isImportEqualsDeclaration(node) && ts.isExternalModuleReference(node.moduleReference)) {
      add(node, node.moduleReference.expression, node.isTypeOnly, undefined);
    } else if (ts.isImportTypeNode(node)) {
      add(node, ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined, true, undefined);
    } else if (ts.isCallExpression(node) && isLoad(node.expression)) {
      add(node, node.arguments[0], false, undefined);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function clauseOf(clause) {
  if (clause === undefined) return [false, []];
  const names = clause.namedBindings ? namesOf(clause.namedBindings) : [];
  const all = clause.name || names === undefined ? undefined : names;
  const inlineTypes =
    all !== undefined &&
    all.length > 0 &&
    clause.namedBindings.elements.every((element) => element.isTypeOnly);
  return [clause.isTypeOnly || inlineTypes, all];
}

function namesOf(bindings) {
  if (bindings === undefined || !('elements' in bindings)) return undefined;
  return bindings.elements.map((element) => (element.propertyName ?? element.name).text);
}

/** `import(…)`, `require(…)`, `require.resolve(…)`. */
function isLoad(callee) {
  if (callee.kind === ts.SyntaxKind.ImportKeyword) return true;
  const name = ts.isPropertyAccessExpression(callee) ? callee.expression : callee;
  return ts.isIdentifier(name) && name.text === 'require';
}
