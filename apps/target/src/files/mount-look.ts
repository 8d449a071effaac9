import type { MountMemory } from '../state/mount-memory.ts'
import { FileKind, type FileLook } from './file-look.ts'

/** The same look, which also tells that a file is missing because what it lay on is not mounted. */
export function withMounts(look: FileLook, mounts: Pick<MountMemory, 'missingFor'>): FileLook {
  return async path => {
    const facts = await look(path)
    const lost = facts.kind === FileKind.missing ? await mounts.missingFor(path) : undefined
    if (lost === undefined) return facts
    const { mountPoint, source, fileSystem } = lost
    return { ...facts, lostMount: `${mountPoint} was a mount before (${source}, ${fileSystem}) and is none now` }
  }
}
