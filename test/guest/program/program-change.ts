import type { DiskServer, ServedTarget } from 'lunkit'
import type { SeededRandom } from '../../harness/seeded-random.ts'
import type { ProgramDisk, ProgramModel } from './program-model.ts'

/** A change of what a program serves, which is chosen and not made yet. */
export interface ProgramChange {
  /** What it is, for who reads that it went wrong. */
  readonly title: string
  readonly make: () => Promise<unknown>
  /** Part of what it must be refused with; undefined: it must be done. */
  readonly refusal: string | undefined
  /** Makes the same change of the model. */
  readonly follow: () => void
}

/** What a change is chosen by. */
export interface ChangeChoice {
  readonly model: ProgramModel
  readonly server: DiskServer
  readonly random: SeededRandom
  /** A disk that was never there before. */
  readonly newDisk: () => ProgramDisk
  /** Names of targets that come and go. */
  readonly names: readonly string[]
  /** Initiators that ACLs come and go for. */
  readonly initiators: readonly string[]
  /** A port of 127.0.0.1 that cannot be opened another time. */
  readonly takenPort: number
}

/** Where portals come and go; at the first one all are that are in use. */
export const HOSTS = ['127.0.0.1', '127.0.0.2', '127.0.0.3', '127.0.0.4'] as const
/** Any port; all targets of a host share it. */
export const portalAt = (host: string): { readonly host: string; readonly port: number } => ({ host, port: 0 })

/** Once in so many times what is chosen does not fit what is there. */
const WRONG_ONE_IN = 4

/** One of what fits mostly, now and then one of what does not; one list may be empty. */
export function mostly<T>(random: SeededRandom, fitting: readonly T[], wrong: readonly T[]): T {
  const isWrong = wrong.length > 0 && (fitting.length === 0 || random.once(WRONG_ONE_IN))
  return random.pick(isWrong ? wrong : fitting)
}

/** A target of the program that the model has. */
export function served(server: DiskServer, name: string): ServedTarget {
  const target = server.target(name)
  if (!target) throw new Error(`no target ${name} is served`)
  return target
}
