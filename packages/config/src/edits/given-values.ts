import type { Json, JsonObject } from '../json/value.ts'
import { describe } from '../schema/kind.ts'
import { someNames } from '../some-names.ts'
import type { AttributeRow, AttributeTable } from '../tables/attribute.ts'
import { allowedNumber } from '../tables/attribute.ts'
import { Change } from '../tables/row.ts'
import type { GivenValues } from './edit.ts'
import { EditError, EditFault } from './edit-error.ts'

/** Where values are set, and what of it decides whether they may be. */
export interface ValuesAt {
  readonly path: string
  /** What uses it, by its path; undefined: nothing does, and all may change. */
  readonly usedBy?: string | undefined
  /** The value in force now. */
  readonly inForce?: (name: string) => number
}

/** @throws {EditError} for a name that a group of values does not have. */
export function checkName(name: string, names: readonly string[], path: string): void {
  if (names.includes(name)) return
  throw new EditError(EditFault.invalid, { path, wrong: `has no ${name}`, right: `one of ${someNames(names)}` })
}

/**
 * The numbers that values given for attributes mean.
 * @throws {EditError} for what is no attribute, or not allowed, or not now.
 */
export function attributeNumbers(table: AttributeTable, values: GivenValues, at: ValuesAt): JsonObject {
  const numbers = Object.entries(values).map(([name, value]): [string, Json] => {
    checkName(name, Object.keys(table), at.path)
    return [name, attributeNumber({ name, row: table[name] as AttributeRow, value }, at)]
  })
  return Object.fromEntries(numbers)
}

function attributeNumber(
  { name, row, value }: { readonly name: string; readonly row: AttributeRow; readonly value: Json },
  { path, usedBy, inForce }: ValuesAt,
): number {
  const number = allowedNumber(row, value)
  const wrong = `cannot have ${name}=${typeof value === 'string' ? value : describe(value)}`
  if (row.change === Change.never)
    throw new EditError(EditFault.readOnly, { path, wrong: `cannot change ${name}`, right: 'what its backend has' })
  if (number === undefined) throw new EditError(EditFault.invalid, { path, wrong, right: row.values })
  if (row.change === Change.unexported && usedBy !== undefined && inForce?.(name) !== number)
    throw new EditError(EditFault.inUse, {
      path,
      wrong: `${wrong} while it is ${usedBy}`,
      right: 'to delete that LUN first',
    })
  return number
}
