import path from 'node:path';
import {
  parseSync,
  type ArrayExpression,
  type CallExpression,
  type Expression,
  type Identifier,
  type Node,
  type VariableDeclarator,
} from '@swc/core';
import { filesBelow, readPage, splitCommands, type CommandLine } from './pages.ts';

/**
 * The commands that scenarios run, taken from their source: the words of one call of a function that runs a command
 * belong together, which shows which options were tried with which command.
 */

/** The words that each function that runs a command puts before its arguments. */
const CALLS: ReadonlyMap<string, readonly string[]> = new Map([
  ['roundtrip', ['roundtrip']],
  ['startRoundtrip', ['roundtrip']],
  ['npx', ['npx']],
  ['run', []],
  ['runOnTerminal', []],
]);
/** Files whose runs must be refused, so that they say nothing about commands that work. */
const REFUSALS = new Set(['command-line.ts', 'engine.ts'].map((name) => path.join('scenarios/preflight', name)));
/** Stands in a word for a part that is known only when the scenario runs. */
export const UNKNOWN = '…';

export async function runsOfTests(): Promise<CommandLine[]> {
  const files = [...(await filesBelow('scenarios')), ...(await filesBelow('harness/jest'))];
  const sources = files.filter((name) => name.endsWith('.ts') && !REFUSALS.has(name));
  const read = await Promise.all(sources.map(async (name) => await readPage(name)));
  return read.flatMap(({ text }) => runsOf(text));
}

/** Returns the commands that one file runs, without what its source does not show, such as parameters of a function. */
export function runsOf(source: string): CommandLine[] {
  const nodes = [...nodesIn(parseSync(source, { syntax: 'typescript', target: 'es2023' }))];
  const arrays = new Map(nodes.flatMap(namedArrays));
  return nodes.filter(isCall).flatMap(({ callee, arguments: [first, second] }) => {
    const ahead = callee.type === 'Identifier' ? CALLS.get(callee.value) : undefined;
    if (ahead === undefined || first === undefined) return [];
    const line = textOf(first.expression);
    if (line !== null) return splitCommands(line);
    const words = wordsOf(first.expression, arrays);
    return words.length === 0 ? [] : [{ variables: variablesOf(second?.expression), words: [...ahead, ...words] }];
  });
}

function* nodesIn(value: unknown): Generator<Node> {
  if (typeof value !== 'object' || value === null) return;
  if (isNode(value)) yield value;
  for (const below of Object.values(value)) yield* nodesIn(below);
}

function isNode(value: object): value is Node {
  return 'type' in value;
}

function isCall(node: Node): node is CallExpression {
  return node.type === 'CallExpression';
}

type Arrays = ReadonlyMap<string, ArrayExpression>;

/** The arrays in constants, by the constant's name in its scope. */
function namedArrays(node: Node): [string, ArrayExpression][] {
  if (!isDeclarator(node) || node.id.type !== 'Identifier' || !node.init) return [];
  const array = bare(node.init);
  return array.type === 'ArrayExpression' ? [[scoped(node.id), array]] : [];
}

function isDeclarator(node: Node): node is VariableDeclarator {
  return node.type === 'VariableDeclarator';
}

/** The parser gives each scope a number, which is missing in its types. */
function scoped(identifier: Identifier & { readonly ctxt?: number }): string {
  return `${identifier.value} ${identifier.ctxt}`;
}

/** Removes what only the compiler needs. */
function bare(expression: Expression): Expression {
  const isTyped = expression.type === 'TsConstAssertion' || expression.type === 'TsAsExpression';
  return isTyped ? bare(expression.expression) : expression;
}

function wordsOf(expression: Expression, arrays: Arrays): string[] {
  const found = bare(expression);
  if (found.type === 'Identifier') {
    const array = arrays.get(scoped(found));
    return array === undefined ? [] : wordsOf(array, arrays);
  }
  if (found.type !== 'ArrayExpression') return [];
  return found.elements.flatMap((element) => {
    if (!element) return [];
    return element.spread ? wordsOf(element.expression, arrays) : [textOf(element.expression) ?? UNKNOWN];
  });
}

function textOf(expression: Expression): string | null {
  if (expression.type === 'StringLiteral') return expression.value;
  return expression.type === 'TemplateLiteral' ? expression.quasis.map(({ cooked }) => cooked).join(UNKNOWN) : null;
}

/** Returns the names in an object of environment variables. */
function variablesOf(expression: Expression | undefined): string[] {
  if (expression?.type !== 'ObjectExpression') return [];
  return expression.properties.flatMap((property) =>
    property.type === 'KeyValueProperty' && property.key.type === 'Identifier' ? [`${property.key.value}=`] : [],
  );
}
