import { dirname, join } from 'node:path'
import { isJsonObject, type Json } from '@lunkit/config'
import { type KeptMount, MOUNTS } from './kept-mounts.ts'
import { readSection } from './section-format.ts'
import { flushDirectory, MOUNTS_FILE, readText, type StateCalls } from './state-files.ts'
import { explainSystemError } from './system-error.ts'

/** What an earlier lunkitd left. */
export interface MountsFile {
  readonly path: string
  readonly mounts: readonly KeptMount[]
  /** What is wrong with it, in words; what is understood of it holds. */
  readonly damage: string | undefined
}

/** Reads it, and changes nothing; undefined where there is none. */
export async function readMountsFile(
  directory: string,
  files: Pick<StateCalls, 'readFile'>,
): Promise<MountsFile | undefined> {
  const path = join(directory, MOUNTS_FILE)
  try {
    const text = await readText(path, files)
    if (text === undefined) return undefined
    const { entries, damage } = readSection(MOUNTS, { version: MOUNTS.version, entries: entriesOf(text) })
    return { path, mounts: [...entries.values()], damage }
  } catch (error) {
    return { path, mounts: [], damage: explainSystemError(error) }
  }
}

/** `{ "files": { "/srv/a.img": { "mountPoint": … } } }`, as entries of the section. */
function entriesOf(text: string): Json {
  try {
    const { files = null } = JSON.parse(text) as { readonly files?: Json }
    if (!isJsonObject(files)) return null
    return Object.entries(files).map(([file, mount]) => (isJsonObject(mount) ? { ...mount, file } : null))
  } catch {
    return null
  }
}

/**
 * Takes the file away, for its mounts are in the state; where a part of it could not be read, it keeps it under another name.
 * @throws the file system's error.
 */
export async function retireMountsFile(
  { path, damage }: MountsFile,
  files: Pick<StateCalls, 'open' | 'rename' | 'rm'>,
): Promise<void> {
  if (damage === undefined) await files.rm(path)
  else await files.rename(path, asideOf(path))
  await flushDirectory(dirname(path), files)
}

/** There was one such file in the life of a directory. */
export const asideOf = (path: string): string => `${path}.aside`
