import ts from 'typescript'
import { nodeRule } from './rule.ts'
import type { SourceFile } from './source-file.ts'

/** Reads and writes the bytes that every layout is made of; `cdb()` adds the opcode to a layout. */
const BYTE_ACCESS_HOMES = ['packages/wire/src/', 'packages/scsi/src/cdb.ts']

/** Declares opcodes and codes of the standards; the command set finds the row of an opcode; the compliance suite is tests. */
const OPCODE_HOMES = [
  'packages/wire/src/',
  'packages/pdu/src/',
  'packages/scsi/src/',
  'packages/scsi-engine/src/commands/command-set.ts',
  'packages/backstores/src/compliance/',
]

const ACCESSOR = /^(?:get|set|read|write)(?:Big)?U?[iI]nt(?:8|16|24|32|64)?(?:LE|BE)?$/
const BYTE_SHIFTS = new Set(['8', '16', '24'])
const EQUALITY = new Set([
  ts.SyntaxKind.EqualsEqualsEqualsToken,
  ts.SyntaxKind.ExclamationEqualsEqualsToken,
  ts.SyntaxKind.EqualsEqualsToken,
  ts.SyntaxKind.ExclamationEqualsToken,
])
const LEFT_SHIFTS = new Set([ts.SyntaxKind.LessThanLessThanToken, ts.SyntaxKind.LessThanLessThanEqualsToken])

const isAt = (file: SourceFile, homes: readonly string[]) => homes.some(home => file.path.startsWith(home))

/** Bytes are read and written through layouts; tests may hold literal bytes of the standard. */
export const byteAccess = nodeRule('bytes are read and written by layouts, outside wire', (node, file) => {
  if (!file.isProduct || isAt(file, BYTE_ACCESS_HOMES)) return undefined
  if (ts.isPropertyAccessExpression(node) && ACCESSOR.test(node.name.text)) {
    return `${node.name.text}: declare the field in a layout and read it through the view`
  }
  if (ts.isBinaryExpression(node) && LEFT_SHIFTS.has(node.operatorToken.kind) && BYTE_SHIFTS.has(literal(node.right))) {
    return `${node.getText(file.tree)}: declare the field in a layout and read it through the view`
  }
  return undefined
})

/** Opcodes are declared once and dispatched by a table. */
export const opcodeLiterals = nodeRule('opcodes are named, outside the declarations', (node, file) => {
  if (!file.isProduct || isAt(file, OPCODE_HOMES)) return undefined
  return isOpcodeLiteral(node) || isIndexedCdb(node)
    ? `${node.getText(file.tree).split('\n')[0]}: name it by its declaration and dispatch by the command table`
    : undefined
})

function isOpcodeLiteral(node: ts.Node): boolean {
  if (ts.isCaseClause(node)) return isHexByte(node.expression)
  if (ts.isPropertyAssignment(node))
    return /^op(eration)?code$/i.test(node.name.getText()) && isNumber(node.initializer)
  if (!ts.isBinaryExpression(node) || !EQUALITY.has(node.operatorToken.kind)) return false
  const namesOpcode = /opcode/i.test(node.getText())
  return [node.left, node.right].some(side => isHexByte(side) || (namesOpcode && isNumber(side)))
}

/** `cdb[0]`: a byte of a command by its number. */
function isIndexedCdb(node: ts.Node): boolean {
  return (
    ts.isElementAccessExpression(node) && isNumber(node.argumentExpression) && /cdb$/i.test(node.expression.getText())
  )
}

function isHexByte(node: ts.Node): boolean {
  return isNumber(node) && /^0x[0-9a-f]{1,2}$/i.test(node.getText())
}

function isNumber(node: ts.Node): boolean {
  return ts.isNumericLiteral(node)
}

function literal(node: ts.Node): string {
  return ts.isNumericLiteral(node) ? node.text : ''
}
