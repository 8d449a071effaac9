import { readdirSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'

const DESCRIPTORS = '/proc/self/fd'

/** Sockets, and servers, that this thread has open. */
export const openSockets = (): string[] => process.getActiveResourcesInfo().filter(name => name.startsWith('TCP'))

/** The files under `directory` that this process has open. */
export function openFiles(directory: string): string[] {
  return readdirSync(DESCRIPTORS).flatMap(descriptor => {
    try {
      const path = readlinkSync(join(DESCRIPTORS, descriptor))
      return path.startsWith(directory) ? [path] : []
    } catch {
      // It was closed meanwhile.
      return []
    }
  })
}
