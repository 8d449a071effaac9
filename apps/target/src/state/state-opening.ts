import * as fileSystem from 'node:fs/promises'
import type { Logger } from '../log/logger.ts'
import { type FoundState, findState, foreignness } from './found-state.ts'
import { machineMark } from './machine-mark.ts'
import { asideOf, type MountsFile, retireMountsFile } from './mounts-file.ts'
import { type StatePath, StateUnusable, takeStateDirectory } from './state-directory.ts'
import { keepAside, type StateCalls, StateFile } from './state-files.ts'
import { StateStore } from './state-store.ts'
import { explainSystemError } from './system-error.ts'

/** The part of a log that opening the state writes to. */
export type StateLog = Pick<Logger, 'info' | 'warn' | 'error'>

/** Which state is opened, and for which configuration file. */
export interface StatePlace extends StatePath {
  /** The configuration file's absolute path. */
  readonly configuration: string
}

/** A state that is open, and has its directory to itself until it is released. */
export interface OpenState {
  readonly state: StateStore
  /** Waits for what is being written, and lets others use the directory. */
  readonly release: () => Promise<void>
}

const FORGOTTEN =
  'forgets when it ends: relative port identifiers, which disks’ flushes failed, where backing files were mounted, and serial numbers, \
which it derives of machine and disk instead'

/**
 * Takes the state directory and reads what is there. What is damaged is kept aside and named in the log; so is, once, whose the state
 * is if it is not this configuration's and this machine's.
 * @returns a state in memory, after a warning, where a directory that nobody named cannot be used.
 * @throws {StateUnusable} where one that was named cannot.
 */
export async function openState(place: StatePlace, log: StateLog, files: StateCalls = fileSystem): Promise<OpenState> {
  const { path, named, configuration } = place
  try {
    const lock = await takeStateDirectory(path)
    try {
      const state = await openTaken(place, log, files)
      return { state, release: () => state.close().then(() => lock.release()) }
    } catch (cause) {
      await lock.release()
      throw new StateUnusable(`the state directory ${path} cannot be used: ${explainSystemError(cause)}`, { cause })
    }
  } catch (error) {
    if (named || !(error instanceof StateUnusable)) throw error
    log.warn(
      { event: 'stateUnusable', state: path, err: error },
      `${error.message}. lunkitd serves without it, and ${FORGOTTEN}`,
    )
    const state = StateStore.inMemory(configuration)
    return { state, release: () => state.close() }
  }
}

/**
 * Opens the state of a directory that this process has to itself.
 * @throws the file system's error.
 */
export async function openTaken(
  { path, configuration }: StatePlace,
  log: StateLog,
  files: StateCalls,
): Promise<StateStore> {
  const file = new StateFile(path, files)
  await file.removeTemporaries()
  const found = await findState(path, files)
  const state = new StateStore(found.document, { configuration, backing: file, directory: path })
  state.mounts.adopt(found.mountsFile?.mounts ?? [])
  const damages = [...found.damages, ...state.damages]
  if (damages.length > 0) tellDamage(log, found, { aside: await keepAside(file.path, files), what: damages.join('; ') })
  const foreign = foreignness(found.document, { directory: path, configuration, machine: machineMark() })
  for (const words of foreign) log.warn({ event: 'stateForeign', state: path }, words)
  if (damages.length + foreign.length > 0 || found.isOld || found.mountsFile)
    await bringUpToDate(state, found, { log, files })
  return state
}

/** Writes what was found as it is now. Where that cannot be, it is served from all the same, and the next start does it. */
async function bringUpToDate(
  state: StateStore,
  { mountsFile }: FoundState,
  { log, files }: { readonly log: StateLog; readonly files: StateCalls },
): Promise<void> {
  try {
    await state.flush()
    if (mountsFile) {
      tellMounts(log, mountsFile)
      await retireMountsFile(mountsFile, files)
    }
  } catch (error) {
    const isUnwritten = error instanceof StateUnusable
    const what = isUnwritten ? error.message : `${mountsFile?.path} cannot be removed: ${explainSystemError(error)}`
    log.warn(
      { event: 'stateNotWritten', state: state.directory, err: error },
      `${what}. What the state had is used; the next start tries it again`,
    )
  }
}

function tellDamage(
  log: StateLog,
  { isUnusable }: FoundState,
  { aside, what }: { readonly aside: string; readonly what: string },
): void {
  const lost = isUnusable ? 'the state' : 'a part of the state'
  const text = `${lost} could not be used: ${what}. It is kept as ${aside}; what was in it is made anew, also serial numbers`
  log.error(
    { event: 'stateDamaged', aside },
    `${text}, so that initiators may see other disks, and faults are forgotten. To have it again, end lunkitd and put it back`,
  )
}

function tellMounts(log: StateLog, { path, damage }: MountsFile): void {
  if (damage === undefined) return
  const text = `${path} could not be used: ${damage}. It is kept as ${asideOf(path)}`
  log.error(
    { event: 'mountsDamaged', aside: asideOf(path) },
    `${text}; it is not known where all backing files were mounted`,
  )
}
