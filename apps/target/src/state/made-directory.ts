import { mkdir, open, stat } from 'node:fs/promises'
import { dirname } from 'node:path'

/** The state is nobody else's to read. */
const DIRECTORY_MODE = 0o700

/**
 * Makes a directory with those that it lies in, and brings its name to stable storage. Node's own way to do so never ends where
 * nothing can be made in a directory that is there, as in /proc.
 * @throws the file system's error.
 */
export async function makeDirectory(path: string): Promise<void> {
  try {
    await mkdir(path, { mode: DIRECTORY_MODE })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST' && (await stat(path)).isDirectory()) return
    if (code !== 'ENOENT' || dirname(path) === path) throw error
    await makeDirectory(dirname(path))
    await mkdir(path, { mode: DIRECTORY_MODE })
  }
  await using parent = await open(dirname(path), 'r')
  await parent.sync()
}
