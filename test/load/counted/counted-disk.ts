import { DelayLayer, FailLayer, type Store, StoreFault, StoreOperation } from '@lunkit/backstores'
import { fileio, ramdisk, type Storage } from 'lunkit'
import { SeededRandom } from '../../harness/seeded-random.ts'

/** A disk of a counted target. */
export interface CountedDisk {
  readonly name: string
  readonly blockSizeBytes: number
  readonly blocks: number
  /** Where its file lies; left out, it is a disk in memory. */
  readonly path?: string
  /** How long the store takes for every operation. */
  readonly delayMs?: number
  /** One read or write in so many fails. */
  readonly failsOnceIn?: number
  /** Commands that a nexus may have under way; as in LIO when left out. */
  readonly queueDepth?: number
}

/** How it is served. */
export function storageOf(disk: CountedDisk): Storage {
  const { name, blockSizeBytes, blocks, path, queueDepth } = disk
  const depth = queueDepth === undefined ? {} : { queueDepth }
  const attributes = { blockSizeBytes, emulateTpu: true, emulateTpws: true, ...depth }
  const options = { name, sizeBytes: blocks * blockSizeBytes, attributes }
  const storage = path === undefined ? ramdisk(options) : fileio({ ...options, path, writeBack: true })
  return { ...storage, open: async resources => delaying(failing(await storage.open(resources), disk), disk) }
}

function failing(store: Store, { failsOnceIn, blocks }: CountedDisk): Store {
  if (failsOnceIn === undefined) return store
  const random = new SeededRandom(blocks)
  const layer = new FailLayer(store, () => random.next() / 2 ** 32)
  const operations = [StoreOperation.read, StoreOperation.write]
  layer.fail({ fault: StoreFault.io, operations, probability: 1 / failsOnceIn })
  return layer
}

function delaying(store: Store, { delayMs }: CountedDisk): Store {
  if (delayMs === undefined) return store
  const layer = new DelayLayer(store)
  layer.hold({ delayMs })
  return layer
}

/** As what its unit is counted when it was opened for a target. */
export const unitLabel = ({ path, name }: CountedDisk, target: string): string =>
  `${path === undefined ? 'ramdisk' : 'fileio'}/${name} of ${target}`
