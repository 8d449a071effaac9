import { mkdir, open, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type ExclusiveFile, takeExclusiveFile } from 'lunkit'
import { explainSystemError } from './system-error.ts'

/** Where what must outlive lunkitd is kept, and whether anybody named it: then it must be usable. */
export interface StatePath {
  readonly path: string
  readonly named: boolean
}

/** A state directory cannot be used; the message says why, in one line. */
export class StateUnusable extends Error {
  override readonly name = 'StateUnusable'
  /** Another lunkitd has it: later it may be free. */
  readonly inUse: boolean

  constructor(message: string, { inUse = false, cause }: { inUse?: boolean; cause?: unknown } = {}) {
    super(message, { cause })
    this.inUse = inUse
  }
}

const DIRECTORY_MODE = 0o700
const LOCK_NAME = 'lock'

/**
 * Makes a directory with those that it lies in, and brings its name to stable storage. Node's own way to do so never ends where
 * nothing can be made in a directory that is there, as in /proc.
 */
async function makeDirectory(path: string): Promise<void> {
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

/**
 * Takes the state directory for this process, and makes it where it is missing.
 * @throws {StateUnusable}
 */
export async function takeStateDirectory(path: string): Promise<ExclusiveFile> {
  let lock: ExclusiveFile | undefined
  try {
    await makeDirectory(path)
    lock = await takeExclusiveFile(join(path, LOCK_NAME))
  } catch (cause) {
    throw new StateUnusable(`the state directory ${path} cannot be used: ${explainSystemError(cause)}`, { cause })
  }
  if (lock) return lock
  const right = 'each needs a directory of its own (--state DIR or LUNKIT_STATE)'
  throw new StateUnusable(`the state directory ${path} is in use by another lunkitd; ${right}`, { inUse: true })
}
