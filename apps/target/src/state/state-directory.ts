import { join } from 'node:path'
import { type ExclusiveFile, takeExclusiveFile } from 'lunkit'
import { makeDirectory } from './made-directory.ts'
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

const LOCK_NAME = 'lock'

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
