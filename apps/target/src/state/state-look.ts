import * as fileSystem from 'node:fs/promises'
import { findState, foreignness } from './found-state.ts'
import { machineMark } from './machine-mark.ts'
import { EMPTY_DOCUMENT } from './state-document.ts'
import { type StateSections, StateStore } from './state-store.ts'
import { explainSystemError } from './system-error.ts'

/** What a state directory holds for a configuration. */
export interface StateLook {
  /** A copy in memory. */
  readonly state: StateSections
  /** What is to be said of it, in words. */
  readonly words: readonly string[]
}

/** Looks at a state directory. Takes, makes and changes nothing there. */
export async function lookAtState(directory: string, configuration: string): Promise<StateLook> {
  try {
    const found = await findState(directory, fileSystem)
    const state = new StateStore(found.document, { configuration, directory })
    state.mounts.adopt(found.mountsFile?.mounts ?? [])
    const words = foreignness(found.document, { directory, configuration, machine: machineMark() })
    return {
      state,
      words: [...damageWords(directory, found.isUnusable, [...found.damages, ...state.damages]), ...words],
    }
  } catch (error) {
    const state = new StateStore(EMPTY_DOCUMENT, { configuration, directory })
    return { state, words: [`the state in ${directory} cannot be read: ${explainSystemError(error)}`] }
  }
}

function damageWords(directory: string, isUnusable: boolean, damages: readonly string[]): readonly string[] {
  if (damages.length === 0) return []
  const lost = isUnusable ? `the state in ${directory}` : `a part of the state in ${directory}`
  return [`${lost} cannot be used and would be kept aside: ${damages.join('; ')}`]
}
