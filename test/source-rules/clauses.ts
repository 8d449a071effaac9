import ts from 'typescript'
import { nodeRule } from './rule.ts'

/** Where the structures of SCSI are declared. */
const DECLARATIONS = 'packages/scsi/src/'

/** A standard with the number of a clause, with its title, or with both. */
const CLAUSE = /^(?:SAM|SPC|SBC)-\d(?:,| \d+(?:\.\d+)*(?:,|$))(?: \S.*)?$/

/** A structure of SCSI says which clause defines it: `spec` of `cdb({ ... })` and `layout({ ... })`. */
export const clauses = nodeRule('a declaration of SCSI cites its clause', (node, file) => {
  if (!file.isProduct || !file.path.startsWith(DECLARATIONS)) return undefined
  if (!ts.isPropertyAssignment(node) || node.name.getText(file.tree) !== 'spec') return undefined
  const { initializer } = node
  if (!ts.isStringLiteral(initializer)) return undefined
  return CLAUSE.test(initializer.text)
    ? undefined
    : `${initializer.text}: name the clause, by its number (SBC-4 5.16) or its title (SBC-4, VERIFY (10) command)`
})

/** A place in a CDB or a parameter list comes from the declaration of the field that is there. */
export const fieldPointers = nodeRule('a field pointer comes from a declaration', (node, file) => {
  if (!file.isProduct || !/^packages\/scsi(?:-engine)?\/src\//.test(file.path)) return undefined
  if (!ts.isObjectLiteralExpression(node)) return undefined
  const values = new Map(
    node.properties
      .filter(ts.isPropertyAssignment)
      .map(({ name, initializer }) => [name.getText(file.tree), initializer]),
  )
  const area = values.get('in')
  const byte = values.get('byte')
  if (!area || !ts.isStringLiteral(area) || !byte || !ts.isNumericLiteral(byte)) return undefined
  return `${node.getText(file.tree)}: pointerTo(cdb, 'field')`
})
