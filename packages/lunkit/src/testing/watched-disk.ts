import { Layer, type Store, type StoreFault, StoreOperation, type StoreRequest } from '@lunkit/backstores'
import { ramdisk, type Storage } from 'lunkit'

/** A store in memory of which a test sees what it is asked for, and which flushes as the test says. */
export class WatchedStore extends Layer {
  /** What it was asked for, in order. */
  readonly operations: StoreOperation[] = []
  /** The memory that was handed over last. */
  bytes: Uint8Array | undefined
  /** How a flush ends from now on. */
  flushFault: StoreFault | undefined
  /** Called with each request before it is served. */
  asked: (request: StoreRequest) => void = () => undefined

  submit(request: StoreRequest): boolean {
    this.operations.push(request.operation)
    this.bytes = request.slot?.bytes ?? this.bytes
    this.asked(request)
    const ended = this.behind.submit(request)
    if (request.operation === StoreOperation.flush) request.fault = this.flushFault
    return ended
  }
}

/** A disk of 1 MiB in memory, and what is seen of its store once it is open. */
export function watchedDisk(name: string): { storage: Storage; store: () => WatchedStore } {
  const disk = ramdisk({ sizeBytes: 1024 * 1024, name })
  const opened: WatchedStore[] = []
  const storage: Storage = {
    ...disk,
    async open(resources): Promise<Store> {
      const store = new WatchedStore(await disk.open(resources))
      opened.push(store)
      return store
    },
  }
  const store = () => {
    const [first] = opened
    if (!first) throw new Error('the disk is not open yet')
    return first
  }
  return { storage, store }
}
