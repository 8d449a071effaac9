import { isJsonObject, type Json, naaDigits } from '@lunkit/config'
import type { FaultCause, StoreFault } from 'lunkit'
import type { Section } from './section.ts'
import { type SectionFormat, SectionScope } from './section-format.ts'

/** That a flush of a disk failed, after which writes that were acknowledged may be lost. */
export interface FlushFault {
  readonly at: Date
  readonly fault: StoreFault
  readonly cause?: FaultCause | undefined
}

/** How it is kept. The disk is known by its serial number, which is what initiators know it by. */
export type KeptFault = {
  readonly serial: string
  /** When it failed, ISO 8601. */
  readonly at: string
  /** Why, in the words of the lunkitd that kept it. */
  readonly fault: string
  /** What was said to the flush: with it a store can be opened as it was left. */
  readonly cause?: { readonly [part in keyof FaultCause]: FaultCause[part] }
}

/** A fault as it is kept. */
export const keptFault = (serial: string, { at, fault, cause }: FlushFault): KeptFault => ({
  serial,
  at: at.toISOString(),
  fault,
  ...(cause && { cause: { ...cause } }),
})

/** As initiators tell disks apart. */
const keyOf = (serial: string): string => naaDigits(serial)

/** Of the directory: what is lost is lost under any configuration. */
export const FAULTS: SectionFormat<KeptFault> = {
  name: 'faults',
  scope: SectionScope.directory,
  version: 1,
  plural: 'failed flushes',
  readers: { 1: readEntry },
  keyOf: ({ serial }) => keyOf(serial),
}

/** Disks whose flush failed and of whom nobody has said that they are right again: a restart proves nothing. */
export class FlushFaults {
  readonly #section: Section<KeptFault>

  constructor(section: Section<KeptFault>) {
    this.#section = section
  }

  /** What failed at the disk of a serial number; undefined when nothing did, or it was cleared. */
  of(serial: string): KeptFault | undefined {
    return this.#section.get(keyOf(serial))
  }

  /** All of them, those of disks too that are not served now. */
  get all(): readonly KeptFault[] {
    return [...this.#section.values()]
  }

  /**
   * Keeps that a flush failed. Of a disk that is faulted already the first failure stays: since then writes may be lost.
   * @throws {StateUnusable} when it cannot be written; a restart would then forget it.
   */
  note(serial: string, fault: FlushFault): Promise<void> {
    return this.#section.update(draft => {
      if (draft.get(keyOf(serial)) === undefined) draft.set(keyOf(serial), keptFault(serial, fault))
    })
  }

  /**
   * The disk is right again; answers whether it was faulted.
   * @throws {StateUnusable} when that cannot be written; the disk is still faulted then.
   */
  clear(serial: string): Promise<boolean> {
    return this.#section.update(draft => draft.delete(keyOf(serial)))
  }
}

/** Whatever names a disk counts: a fault that is forgotten because a word in it is not known is worse than one without it. */
function readEntry(entry: Json): KeptFault | undefined {
  if (!isJsonObject(entry) || typeof entry.serial !== 'string') return undefined
  const { serial, at, fault } = entry
  const cause = readCause(entry.cause)
  return {
    serial,
    at: typeof at === 'string' ? at : 'unknown',
    fault: typeof fault === 'string' ? fault : 'unknown',
    ...(cause && { cause }),
  }
}

function readCause(cause: Json | undefined): FaultCause | undefined {
  if (!isJsonObject(cause)) return undefined
  const { code, errno, call } = cause
  const isCause = typeof code === 'string' && typeof errno === 'number' && typeof call === 'string'
  return isCause ? { code, errno, call } : undefined
}
