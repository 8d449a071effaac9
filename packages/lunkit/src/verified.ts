import { openFileio, openVerified, type Store } from '@lunkit/backstores'
import { checkArgument, checkOptions, type OptionDomains, oneOf, required, text } from '@lunkit/wire'
import { behind } from './behind.ts'
import { STORAGE } from './option-checks.ts'
import type { Storage, StorageResources } from './storage.ts'

const LEAST_BLOCK_BYTES = 512
/** A sidecar is made longer as it needs. */
const LEAST_SIDECAR_BYTES = 8192
const IDENTITY_BYTES = 256

/** Where the checksums of a disk are, and whose they are. */
export interface Verification {
  /** The file that they are kept in, which is made where it is missing. */
  readonly path: string
  /** Which disk it is, at most 256 bytes; a file of another one is refused. */
  readonly identity: string
  /** Bytes of a block that has a checksum, the unit's; left out: that of the device, at least 512. */
  readonly blockBytes?: number
}

const VERIFICATION: OptionDomains = {
  path: required(text('a path', path => path !== '')),
  identity: required(text(`a name of 1 to ${IDENTITY_BYTES} bytes`, isIdentity)),
  blockBytes: oneOf([512, 1024, 2048, 4096]),
}

function isIdentity(identity: string): boolean {
  const { length } = Buffer.from(identity)
  return length > 0 && length <= IDENTITY_BYTES
}

/**
 * The same disk with a CRC32C of each block that is written, in a file of its own: a block that has something else when it is read is a MEDIUM
 * ERROR with its LBA. Opening it fails where the file is that of another disk, of another size or block.
 * @throws {TypeError} or {RangeError} for what is no disk, or no verification.
 */
export function verified(disk: Storage, verification: Verification): Storage {
  checkArgument('verified: disk', disk, STORAGE)
  checkOptions('verified: verification', verification, VERIFICATION)
  return behind(disk, async resources => {
    const store = await disk.open(resources)
    try {
      return await openBeside(store, resources, verification)
    } catch (error) {
      await store.close()
      throw error
    }
  })
}

async function openBeside(store: Store, { lanes }: StorageResources, verification: Verification): Promise<Store> {
  const { path, identity } = verification
  const { slab } = lanes()
  const blockBytes = verification.blockBytes ?? Math.max(LEAST_BLOCK_BYTES, store.geometry?.blockBytes ?? 0)
  const name = `${store.name}.verify`
  const all = { sizeBytes: LEAST_SIDECAR_BYTES, writeBack: true, create: true, lanes: lanes() }
  const sidecar = await openFileio({ name, path, ...all })
  try {
    return await openVerified(store, { sidecar, slab, blockBytes, identity })
  } catch (error) {
    throw new Error(`${path} ${(error as Error).message}`, { cause: error })
  }
}
