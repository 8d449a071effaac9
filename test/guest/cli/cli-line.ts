import type { SeededRandom } from '../../harness/seeded-random.ts'
import type { CliState } from './cli-state.ts'

/** A line of lunkit, and what is to come of it. */
export interface CliLine {
  readonly line: string
  /** Whether it is refused, and changes nothing. */
  readonly isRefused: boolean
  /** Does to the model what the line does, where it is done. */
  readonly follow: (state: CliState) => void
}

/** What a line is chosen by. */
export interface LineChoice {
  readonly random: SeededRandom
  /** The model, as the lines before have left it. */
  readonly state: CliState
  /** Where backing files are made. */
  readonly directory: string
  /** The port of all portals. */
  readonly port: number
  /** The storage objects and targets that somebody uses: they stay as they are, but for what nobody notices. */
  readonly used: {
    readonly stores: readonly string[]
    readonly targets: readonly string[]
    /** Targets of which no LUN comes or goes: who is told of that takes it for an error. */
    readonly fixedLuns: readonly string[]
  }
  /** A number that no line had before. */
  readonly unused: () => number
}

const nothing = (): void => undefined

/** A line that is done, or refused where something is in its way. */
export const lineOf = (line: string, isRefused: boolean, follow: (state: CliState) => void): CliLine => ({
  line,
  isRefused,
  follow: isRefused ? nothing : follow,
})

/** A line that is always refused. */
export const refused = (line: string): CliLine => lineOf(line, true, nothing)

const WRONG_ONE_IN = 4

/** One of what is there mostly, now and then any name that may be. */
export function mostly(random: SeededRandom, there: readonly string[], all: readonly string[]): string {
  return random.pick(there.length === 0 || random.once(WRONG_ONE_IN) ? all : there)
}

/** The least number from 0 that is free. */
export function freeNumber(taken: object): number {
  let free = 0
  while (free in taken) free++
  return free
}
