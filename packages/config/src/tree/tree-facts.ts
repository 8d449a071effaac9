import {
  callback,
  checkArgument,
  checkOptions,
  flag,
  type OptionDomains,
  object,
  text,
  wholeNumber,
} from '@lunkit/wire'
import type { PortalAddress } from '../portal-address.ts'

/** What of a storage object no configuration says. */
export interface StorageFacts {
  /** Whether it is open; undefined: as in LIO, where it is when some LUN is it. */
  readonly isActivated?: boolean | undefined
  /** Why it is not, in words. */
  readonly reason?: string | undefined
  /** Its size in bytes, where it has one of its own. */
  readonly sizeBytes?: number | undefined
}

/** What of a portal no configuration says. */
export interface PortalFacts {
  readonly isOpen?: boolean | undefined
  /** Why it is not, in words. */
  readonly reason?: string | undefined
}

/** What only the daemon knows of a configuration. Each is asked of what is shown and of nothing else; undefined: not known. */
export interface TreeFacts {
  /** Of a storage object by its key: `fileio/disk0`. */
  readonly storage?: (key: string) => StorageFacts | undefined
  readonly portal?: (
    at: { readonly target: string; readonly tag: number },
    portal: PortalAddress,
  ) => PortalFacts | undefined
  /** How many sessions are logged in to a TPG, or to it from one initiator. */
  readonly sessions?: (at: {
    readonly target: string
    readonly tag: number
    readonly initiator?: string
  }) => number | undefined
}

/** Nobody knows anything. */
export const NO_FACTS: TreeFacts = {}

const FACTS: OptionDomains = { storage: callback, portal: callback, sessions: callback }
const STORAGE: OptionDomains = { isActivated: flag, reason: text(), sizeBytes: wholeNumber() }
const PORTAL: OptionDomains = { isOpen: flag, reason: text() }
const COUNT = wholeNumber()
const ANSWER = object()

/** @throws {TypeError} for what tells nothing. */
export function checkFacts(name: string, facts: TreeFacts): void {
  checkOptions(name, facts, FACTS)
}

/** An answer. @throws {TypeError} or {RangeError} for what is none. */
function answered<T extends object>(name: string, answer: T | undefined, domains: OptionDomains): Partial<T> {
  if (answer === undefined) return {}
  checkArgument(name, answer, ANSWER)
  checkOptions(name, answer, domains)
  return answer
}

/** What is known of a storage object. */
export function storageFacts({ storage }: TreeFacts, key: string): StorageFacts {
  return answered('what facts.storage returned', storage?.(key), STORAGE)
}

/** What is known of a portal. */
export function portalFacts(
  { portal }: TreeFacts,
  at: { readonly target: string; readonly tag: number },
  address: PortalAddress,
): PortalFacts {
  return answered('what facts.portal returned', portal?.(at, address), PORTAL)
}

/** How many sessions are logged in. */
export function sessionsOf(
  { sessions }: TreeFacts,
  at: Parameters<NonNullable<TreeFacts['sessions']>>[0],
): number | undefined {
  const count = sessions?.(at)
  if (count !== undefined) checkArgument('what facts.sessions returned', count, COUNT)
  return count
}
