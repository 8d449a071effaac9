import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { type ExclusiveFile, machineId } from 'lunkit'
import type { Logger } from 'pino'
import { KeptSerials } from './kept-serials.ts'
import { type StatePath, StateUnusable, takeStateDirectory } from './state-directory.ts'
import { keepAside, readState, type Sections, STATE_FILE, StateDamaged, writeState } from './state-file.ts'
import { explainSystemError } from './system-error.ts'

/** The part of a log that opening the state writes to. */
export type StateLog = Pick<Logger, 'info' | 'warn' | 'error'>

const MACHINE_DIGITS = 16

/** The machine's identifier is not for others to know, machine-id(5); undefined where it has none. */
function machineMark(id = machineId()): string | undefined {
  return id && createHash('sha256').update(`lunkit-state ${id}`).digest('hex').slice(0, MACHINE_DIGITS)
}

/** What must outlive lunkitd, in its state directory, which nobody else uses meanwhile. */
export class State {
  readonly directory: string
  readonly serials: KeptSerials
  readonly #sections: Sections
  readonly #lock: ExclusiveFile

  private constructor(directory: string, sections: Sections, lock: ExclusiveFile) {
    this.directory = directory
    this.serials = new KeptSerials(sections.serials)
    this.#sections = sections
    this.#lock = lock
  }

  /**
   * Takes the state directory and reads what is there. A file that is damaged, or foreign, is kept aside and named in the log.
   * @returns undefined, after a warning, where a directory that nobody named cannot be used.
   * @throws {StateUnusable} where one that was named cannot.
   */
  static async open({ path, named }: StatePath, log: StateLog): Promise<State | undefined> {
    try {
      const lock = await takeStateDirectory(path)
      try {
        return await State.#read(path, lock, log)
      } catch (cause) {
        await lock.release()
        const why = explainSystemError(cause)
        throw new StateUnusable(`the state directory ${path} cannot be used: ${why}`, { cause })
      }
    } catch (error) {
      if (named || !(error instanceof StateUnusable)) throw error
      log.warn(
        { state: path, err: error },
        `${error.message}. lunkitd serves without it, and will forget what it makes`,
      )
      return undefined
    }
  }

  static async #read(path: string, lock: ExclusiveFile, log: StateLog): Promise<State> {
    const sections = await readOrKeepAside(path, log)
    const state = new State(path, sections, lock)
    const { damaged } = state.serials
    if (damaged.length > 0)
      tellAside(log, await keepAside(path), `${damaged.length} serial numbers in it cannot be read`)
    if (damaged.length > 0 || state.#noteMachine(log)) await state.save()
    return state
  }

  /** Whether the state was made on another machine, as far as is known. */
  #noteMachine(log: StateLog): boolean {
    const { machine } = this.#sections
    const mark = machineMark()
    if (machine === undefined || mark === undefined || machine === mark) return false
    const text = `${this.directory} was made on another machine: while that one serves these disks too, both have one identity`
    log.warn({ state: this.directory }, `${text}, and initiators take them for one; right is a directory of its own`)
    return true
  }

  /**
   * Writes what has changed.
   * @throws {StateUnusable} when it cannot be written; what was there is then as it was.
   */
  async save(): Promise<void> {
    const machine = machineMark()
    try {
      await writeState(this.directory, {
        ...this.#sections,
        ...(machine !== undefined && { machine }),
        serials: this.serials.section,
      })
    } catch (cause) {
      const why = explainSystemError(cause)
      throw new StateUnusable(`${join(this.directory, STATE_FILE)} cannot be written: ${why}`, { cause })
    }
  }

  /** Lets others use the directory. */
  release(): Promise<void> {
    return this.#lock.release()
  }
}

async function readOrKeepAside(path: string, log: StateLog): Promise<Sections> {
  try {
    return await readState(path)
  } catch (error) {
    if (!(error instanceof StateDamaged)) throw error
    tellAside(log, await keepAside(path), error.message)
    return {}
  }
}

function tellAside(log: StateLog, aside: string, what: string): void {
  const text = `the state could not be used: ${what}. It is kept as ${aside}; what was in it is made anew, also serial numbers`
  log.error(
    { aside },
    `${text}, so that initiators may see other disks. To have them again, end lunkitd and put it back`,
  )
}
