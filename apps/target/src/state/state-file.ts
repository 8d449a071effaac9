import { access, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { isJsonObject, type Json, type JsonObject, replaceFile } from '@lunkit/config'

/** Its name in the state directory. */
export const STATE_FILE = 'state.json'
const FORMAT = 'lunkit-state'
const VERSION = 1

/** What is wrong with a file that was found in the place of the state; it says what is found there, in words. */
export class StateDamaged extends Error {
  override readonly name = 'StateDamaged'
}

/** The parts of the state by name; those that are not known here are kept as they were read. */
export type Sections = JsonObject

/**
 * Reads the sections of the state without taking or changing anything; none where there is no state yet.
 * @throws {StateDamaged} for what is no state of this version. The file system's error when it cannot be read.
 */
export async function readState(directory: string): Promise<Sections> {
  let text: string
  try {
    text = await readFile(join(directory, STATE_FILE), 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {}
    throw error
  }
  const { format: _, version: __, ...sections } = parseState(text)
  return sections
}

function parseState(text: string): JsonObject {
  let state: Json
  try {
    state = JSON.parse(text) as Json
  } catch (cause) {
    throw new StateDamaged('it is not JSON', { cause })
  }
  if (!isJsonObject(state) || state.format !== FORMAT) throw new StateDamaged('it is not a state of lunkit')
  if (state.version !== VERSION)
    throw new StateDamaged(`it is of version ${JSON.stringify(state.version)}; this lunkitd knows version ${VERSION}`)
  return state
}

/**
 * Writes the state, so that whenever power fails either the old one or the new one is there in full.
 * @throws the file system's error; the old one is then as it was.
 */
export async function writeState(directory: string, sections: Sections): Promise<void> {
  const state = { format: FORMAT, version: VERSION, ...sections }
  await replaceFile(join(directory, STATE_FILE), `${JSON.stringify(state, undefined, 2)}\n`)
}

/**
 * Takes a file that is damaged, or foreign, out of the way, under a name that nothing has; answers that name.
 * @throws the file system's error.
 */
export async function keepAside(directory: string): Promise<string> {
  for (let number = 1; ; number++) {
    const aside = join(directory, `${STATE_FILE}.aside-${number}`)
    const taken = await access(aside).then(
      () => true,
      () => false,
    )
    if (taken) continue
    await rename(join(directory, STATE_FILE), aside)
    return aside
  }
}
