import type { JsonPath } from '../json/path.ts'
import type { Json, JsonObject } from '../json/value.ts'
import { describe, own } from '../schema/kind.ts'
import type { AttributeRow, AttributeTable } from '../tables/attribute.ts'
import { allowedNumber } from '../tables/attribute.ts'
import type { Row } from '../tables/row.ts'
import type { Notices } from './notice.ts'
import { NoticeKind } from './notice-kind.ts'

/** Where attributes stand, and which of them are known. */
export interface AttributesAt {
  readonly table: AttributeTable
  readonly values: JsonObject | undefined
  readonly path: JsonPath
}

/** Who hears of attributes, and what comes of one that must be right and is not: "the LUN is not served". */
export interface AttributeNotes {
  readonly notices: Notices
  readonly so: string
}

/**
 * Notes what is not done of a set of attributes. Only values that the file gives are looked at: a default is never a wish.
 * @returns why service is refused; undefined: it is not.
 */
export function noteAttributes({ table, values = {}, path }: AttributesAt, notes: AttributeNotes): string | undefined {
  const whys = Object.keys(values).map(name => {
    const row = Object.hasOwn(table, name) ? table[name] : undefined
    const at = [...path, name]
    const value = own(values, name)
    if (row !== undefined && value !== undefined) return noteAttribute({ row, value, at }, notes)
    if (row === undefined) notes.notices.add(NoticeKind.unknown, `the attribute ${name} is not known here`, at)
    return undefined
  })
  return whys.find(why => why !== undefined)
}

interface AttributeAt {
  readonly row: AttributeRow
  readonly value: Json
  readonly at: JsonPath
}

function noteAttribute({ row, value, at }: AttributeAt, { notices, so }: AttributeNotes): string | undefined {
  const number = allowedNumber(row, value)
  return number === undefined
    ? noteWrong({ row, value, at }, { notices, so })
    : noteShortfall(row, { value: number, at }, notices)
}

/**
 * Notes that a value is not served as it is.
 * @returns why service is refused; undefined: it is not.
 */
export function noteShortfall<V extends number | string>(
  { shortfall }: Row<V>,
  { value, at }: { readonly value: V; readonly at: JsonPath },
  notices: Notices,
): string | undefined {
  if (!shortfall?.when(value)) return undefined
  const text = `${at.at(-1)}=${value}: ${shortfall.text}`
  notices.add(shortfall.kind, text, at)
  return shortfall.kind === NoticeKind.refused ? text : undefined
}

function noteWrong({ row, value, at }: AttributeAt, { notices, so }: AttributeNotes): string | undefined {
  const { whenWrong = row.default } = row
  const wrong = `is ${describe(value)}`
  const refuses = whenWrong === 'notServed'
  notices.wrong(at, { wrong, right: row.values, so: refuses ? so : `it counts as ${whenWrong}` })
  return refuses ? `${at.at(-1)} ${wrong}` : undefined
}
