import type { JsonPath } from '../json/path.ts'
import type { Json, JsonObject } from '../json/value.ts'
import { describe, own } from '../schema/kind.ts'
import type { AttributeRow, AttributeTable } from '../tables/attribute.ts'
import { allowedNumber } from '../tables/attribute.ts'
import type { Notices } from './notice.ts'
import { NoticeKind } from './notice.ts'

/** What lunkit does with a value that an administrator may set. */
export type Support =
  | { readonly kind: 'honoured' }
  /** LIO lets it be set, but nothing that an initiator sees depends on it. */
  | { readonly kind: 'noEffect' }
  /** Served without it where it says this; the text tells what is missing. */
  | { readonly kind: typeof NoticeKind.kept | typeof NoticeKind.refused; readonly when: Matches; readonly text: string }

/** Whether a value is one that is not done; attributes are numbers, parameters texts. */
export type Matches = (value: number | string) => boolean

/** Done as LIO does it. */
export const honoured: Support = { kind: 'honoured' }
/** Without any effect that could be missed. */
export const noEffect: Support = { kind: 'noEffect' }

/** Done without where the value is one of these. */
export function keptWhen(when: Matches, text: string): Support {
  return { kind: NoticeKind.kept, when, text }
}

/** Not served where the value is one of these. */
export function refusedWhen(when: Matches, text: string): Support {
  return { kind: NoticeKind.refused, when, text }
}

/** Every value but this one. */
export function otherThan(value: number | string): Matches {
  return other => other !== value
}

/** This value alone. */
export function exactly(value: number | string): Matches {
  return other => other === value
}

/** What lunkit does with each row of a table: a new row without a decision does not compile. */
export type SupportTable<T> = { readonly [K in keyof T]: Support }

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
export function noteAttributes(
  support: Readonly<Record<string, Support>>,
  { table, values = {}, path }: AttributesAt,
  notes: AttributeNotes,
): string | undefined {
  const whys = Object.keys(values).map(name => {
    const row = Object.hasOwn(table, name) ? table[name] : undefined
    const at = [...path, name]
    const value = own(values, name)
    if (row !== undefined && value !== undefined)
      return noteAttribute(support[name] as Support, { row, value, at }, notes)
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

function noteAttribute(support: Support, { row, value, at }: AttributeAt, { notices, so }: AttributeNotes) {
  const name = at.at(-1)
  const number = allowedNumber(row, value)
  if (number === undefined) return noteWrong({ row, value, at }, { notices, so })
  if (!('when' in support) || !support.when(number)) return undefined
  const text = `${name}=${number}: ${support.text}`
  notices.add(support.kind, text, at)
  return support.kind === NoticeKind.refused ? text : undefined
}

function noteWrong({ row, value, at }: AttributeAt, { notices, so }: AttributeNotes): string | undefined {
  const { whenWrong = row.default } = row
  const wrong = `is ${describe(value)}`
  const refuses = whenWrong === 'notServed'
  notices.wrong(at, { wrong, right: row.values, so: refuses ? so : `it counts as ${whenWrong}` })
  return refuses ? `${at.at(-1)} ${wrong}` : undefined
}
