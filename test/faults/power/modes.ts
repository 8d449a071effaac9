import { block, fileio, type Storage, verified } from 'lunkit'

/** A way in which a disk is served. */
export type PowerMode = {
  readonly name: string
  readonly plugin: 'fileio' | 'block'
  readonly blockBytes: number
  /** Whether what it acknowledges is durable, whatever the command says. */
  readonly isThrough: boolean
  readonly direct?: boolean
  readonly writeBack: boolean
  /** WCE, where it is not as the store has it. */
  readonly writeCache?: boolean
  /** Whether each block has a checksum, in a file beside. */
  readonly isVerified?: boolean
}

/** Where the checksums of a disk are. */
export const sidecarOf = (path: string): string => `${path}.verify`

const [small, large] = [512, 4096]

/** All ways that keep blocks on a medium. */
export const powerModes: readonly PowerMode[] = [
  { name: 'fileio', plugin: 'fileio', blockBytes: small, isThrough: false, writeBack: true },
  { name: 'fileio-4096', plugin: 'fileio', blockBytes: large, isThrough: false, writeBack: true },
  { name: 'fileio-through', plugin: 'fileio', blockBytes: small, isThrough: true, writeBack: false },
  { name: 'fileio-no-cache', plugin: 'fileio', blockBytes: small, isThrough: true, writeBack: true, writeCache: false },
  { name: 'verified', plugin: 'fileio', blockBytes: small, isThrough: false, writeBack: true, isVerified: true },
  { name: 'verified-4096', plugin: 'fileio', blockBytes: large, isThrough: false, writeBack: true, isVerified: true },
  {
    name: 'verified-through',
    plugin: 'fileio',
    blockBytes: small,
    isThrough: true,
    writeBack: false,
    isVerified: true,
  },
  { name: 'aio', plugin: 'fileio', blockBytes: small, isThrough: false, direct: true, writeBack: true },
  { name: 'aio-through', plugin: 'fileio', blockBytes: small, isThrough: true, direct: true, writeBack: false },
  { name: 'block', plugin: 'block', blockBytes: small, isThrough: false, direct: false, writeBack: true },
  { name: 'block-4096', plugin: 'block', blockBytes: large, isThrough: false, direct: false, writeBack: true },
  { name: 'block-through', plugin: 'block', blockBytes: small, isThrough: true, direct: false, writeBack: false },
  { name: 'direct', plugin: 'block', blockBytes: small, isThrough: false, direct: true, writeBack: true },
  { name: 'direct-4096', plugin: 'block', blockBytes: large, isThrough: false, direct: true, writeBack: true },
  { name: 'direct-through', plugin: 'block', blockBytes: small, isThrough: true, direct: true, writeBack: false },
]

/** A disk of that kind on a file or a device. */
export function storageOf(mode: PowerMode, path: string): Storage {
  const disk = diskOf(mode, path)
  const { name: identity, blockBytes, isVerified } = mode
  return isVerified ? verified(disk, { path: sidecarOf(path), identity, blockBytes }) : disk
}

function diskOf(mode: PowerMode, path: string): Storage {
  const { name, plugin, blockBytes, direct, writeBack, writeCache } = mode
  const attributes = {
    ...{ blockSizeBytes: blockBytes, emulateTpu: true, emulateTpws: true, unmapZeroesData: true },
    ...(writeCache !== undefined && { emulateWriteCache: writeCache }),
  }
  const disk = { name, path, writeBack, attributes, ...(direct !== undefined && { direct }) }
  return plugin === 'fileio' ? fileio(disk) : block(disk)
}
