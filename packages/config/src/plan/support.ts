import type { JsonPath } from '../json/path.ts'
import type { AttributeTable, AttributeValues } from '../tables/attribute.ts'
import { attributeNumber } from '../tables/attribute.ts'
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
export interface AttributesAt<T extends AttributeTable> {
  readonly table: T
  readonly values: AttributeValues<T> | undefined
  readonly path: JsonPath
}

/**
 * Notes what is not done of a set of attributes. Only values that the file gives are looked at: a default is never a wish.
 * @returns whether any of them refuses service.
 */
export function noteAttributes<T extends AttributeTable>(
  support: SupportTable<T>,
  { table, values, path }: AttributesAt<T>,
  notices: Notices,
): boolean {
  let refused = false
  for (const [name, value] of Object.entries(values ?? {})) {
    const row = Object.hasOwn(table, name) ? support[name] : undefined
    if (row === undefined) {
      notices.add(NoticeKind.kept, `the attribute ${name} is not known here`, [...path, name])
      continue
    }
    const number = attributeNumber(value)
    if (!('when' in row) || number === undefined || !row.when(number)) continue
    notices.add(row.kind, `${name}=${number}: ${row.text}`, [...path, name])
    refused ||= row.kind === NoticeKind.refused
  }
  return refused
}
