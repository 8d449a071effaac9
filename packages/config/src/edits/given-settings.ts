import type { Json } from '../json/value.ts'
import type { Kind } from '../schema/kind.ts'
import { meaningOf } from '../schema/kind.ts'
import type { GivenValues } from './edit.ts'
import { EditError, EditFault } from './edit-error.ts'
import { checkName } from './given-values.ts'

/** Takes a setting away, so that what holds without it holds. */
const NONE = ''
const NUMBER = /^(?:[0-9]{1,15}|0x[0-9a-f]{1,12})$/i
const SWITCHES: Readonly<Record<string, boolean>> = {
  1: true,
  true: true,
  yes: true,
  on: true,
  0: false,
  false: false,
  no: false,
  off: false,
}

/** What a value that was typed may mean in a file; what it is, by its kind. */
function meanings(value: string | number): readonly Json[] {
  const typed = String(value)
  const number = NUMBER.test(typed) ? [Number(typed)] : []
  const isOn = SWITCHES[typed.toLowerCase()]
  return [...number, ...(isOn === undefined ? [] : [isOn]), typed]
}

/**
 * The values under their keys as they stand in a file; undefined: the setting is taken away, as an empty value says.
 * @throws {EditError} for what is no setting, or not allowed.
 */
export function givenSettings(
  kinds: Readonly<Record<string, Kind<unknown>>>,
  given: GivenValues,
  path: string,
): Readonly<Record<string, Json | undefined>> {
  const values = Object.entries(given).map(([name, value]): [string, Json | undefined] => {
    checkName(name, Object.keys(kinds), path)
    if (value === NONE) return [name, undefined]
    const kind = kinds[name] as Kind<unknown>
    const meant = meanings(value).find(each => meaningOf(kind, each) !== undefined)
    if (meant !== undefined) return [name, meant]
    const right = `${kind.right}, or nothing, which takes it away`
    throw new EditError(EditFault.invalid, { path, wrong: `cannot have ${name}=${value}`, right })
  })
  return Object.fromEntries(values)
}
