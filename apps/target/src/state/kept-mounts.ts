import { isJsonObject, type Json } from '@lunkit/config'
import { type SectionFormat, SectionScope } from './section-format.ts'

/** What a backing file lay on when it was last served. */
export type KeptMount = {
  readonly file: string
  readonly mountPoint: string
  readonly fileSystem: string
  readonly source: string
}

/** Of the directory: files and mounts are the machine's. */
export const MOUNTS: SectionFormat<KeptMount> = {
  name: 'mounts',
  scope: SectionScope.directory,
  version: 1,
  plural: 'mounts of backing files',
  readers: { 1: readEntry },
  keyOf: ({ file }) => file,
}

function readEntry(entry: Json): KeptMount | undefined {
  if (!isJsonObject(entry)) return undefined
  const { file, mountPoint, fileSystem, source } = entry
  if (typeof file !== 'string' || typeof mountPoint !== 'string') return undefined
  if (typeof fileSystem !== 'string' || typeof source !== 'string') return undefined
  return { file, mountPoint, fileSystem, source }
}
