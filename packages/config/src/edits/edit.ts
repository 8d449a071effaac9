import type { Domain } from '@lunkit/wire'
import { flag, object, required, text, wholeNumber } from '@lunkit/wire'
import type { Draft } from './draft.ts'

/** One way to change a configuration, declared once: by its row a shell, an API and a program call it. */
export interface Edit<A extends object = never> {
  /** In a line. */
  readonly meaning: string
  /** Its arguments, by targetcli's names, and what each may be; values are looked at when it is done. */
  readonly takes: { readonly [K in keyof A]-?: Domain }
  /** Changes the draft. @throws {EditError}; the draft is then of no use. */
  readonly make: (draft: Draft, given: A) => void
}

/** A row of the table of edits. */
export function edit<A extends object>(
  meaning: string,
  takes: Edit<A>['takes'],
  make: (draft: Draft, given: A) => void,
): Edit<A> {
  return { meaning, takes, make }
}

/** Values by name, as `set` takes them. */
export type GivenValues = Readonly<Record<string, string | number>>

const isValue = (value: unknown): boolean => typeof value === 'string' || typeof value === 'number'

/** A text that may be left out. */
export const optionalText: Domain = text()
/** A flag that may be left out. */
export const optionalFlag: Domain = flag
/** A whole number that may be left out. */
export const optionalNumber: Domain = wholeNumber()
/** A text that must be given. */
export const someText: Domain = required(text())
/** A whole number that must be given. */
export const someNumber: Domain = required(wholeNumber())
/** Values by name, which must be given. */
export const someValues: Domain = required(
  object('an object of texts and numbers by name', values => Object.values(values).every(isValue)),
)

/** A TPG. */
export const takesTpg = { target: someText, tag: someNumber } as const
/** A node ACL. */
export const takesAcl = { ...takesTpg, initiator: someText } as const
