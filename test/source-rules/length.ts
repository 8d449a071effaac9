import ts from 'typescript'
import { nodeRule, type Rule } from './rule.ts'
import type { SourceFile } from './source-file.ts'

// Lines of one file at most.
const MAX_FILE_LINES = 400
/** Lines of the file in the middle at most. */
export const MAX_MEDIAN_LINES = 100
// Lines of one file of a store at most: what is done on a descriptor, on a socket and in memory are different nouns.
const MAX_STORE_LINES = 200
const STORE = /^packages\/backstores\/src\/(descriptor|fileio|layers|ramdisk|store)\//
/** Files that a folder of the device server has at most, beside its tests. */
export const MAX_FOLDER_FILES = 25
/** Files beside the door of the device server at most: the rest lies in folders by noun. */
export const MAX_ROOT_FILES = 10
// Lines of one function at most.
const MAX_FUNCTION_LINES = 60

/** A longer file holds more than one noun. */
export const fileLength: Rule = {
  name: `no file has more than ${MAX_FILE_LINES} lines`,
  check: file =>
    file.lineCount <= MAX_FILE_LINES
      ? []
      : [{ path: file.path, line: 1, message: `${file.lineCount} lines: cut it along its nouns` }],
}

/** A store grows along its nouns. */
export const storeLength: Rule = {
  name: `no file of a store has more than ${MAX_STORE_LINES} lines`,
  check: file =>
    !STORE.test(file.path) || !file.isProduct || file.lineCount <= MAX_STORE_LINES
      ? []
      : [{ path: file.path, line: 1, message: `${file.lineCount} lines: cut it along its nouns` }],
}

/** How many files each folder of a package has, those that are published alone. */
export function folderSizes(files: readonly SourceFile[], under: string): Map<string, number> {
  const sizes = new Map<string, number>()
  for (const { path } of files.filter(file => file.isProduct && file.path.startsWith(under))) {
    const folder = path.slice(0, path.lastIndexOf('/'))
    sizes.set(folder, (sizes.get(folder) ?? 0) + 1)
  }
  return sizes
}

/** A longer function does more than one thing. A `describe` is a list of tests, not a function. */
export const functionLength: Rule = nodeRule(`no function has more than ${MAX_FUNCTION_LINES} lines`, (node, file) => {
  if (!ts.isFunctionLike(node) || isDescribed(node)) return undefined
  const end = file.tree.getLineAndCharacterOfPosition(node.getEnd()).line + 1
  const lines = end - file.lineOf(node) + 1
  return lines > MAX_FUNCTION_LINES ? `${lines} lines: cut it along what it does` : undefined
})

/** The length of the file in the middle, in lines. */
export function medianLines(files: readonly SourceFile[]): number {
  const lengths = files.map(file => file.lineCount).sort((a, b) => a - b)
  return lengths[Math.floor(lengths.length / 2)] ?? 0
}

function isDescribed(node: ts.Node): boolean {
  return ts.isCallExpression(node.parent) && /^describe\b/.test(node.parent.expression.getText())
}
