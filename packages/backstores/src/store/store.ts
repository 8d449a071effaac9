import type { FaultClearing, FlushFailure } from './flush-failure.ts'
import type { ScsiDevice } from './scsi-device.ts'
import type { StoreFault } from './store-fault.ts'
import type { StoreFeatures } from './store-features.ts'
import type { StoreGeometry } from './store-geometry.ts'
import type { StoreListener } from './store-listeners.ts'
import type { StoreRequest } from './store-request.ts'

/**
 * What keeps the blocks of a logical unit. Every range is checked against `sizeBytes` by the caller; a store checks it
 * again and answers a range beyond its end with `gone`.
 *
 * An operation that was handed over always runs to its end. Operations under way at the same time may end in any
 * order; the caller keeps overlapping ones apart.
 */
export interface Store {
  /** What kind of store it is, LIO's plugin name: `fileio`, `ramdisk`, ... */
  readonly plugin: string
  /** The storage object's name. */
  readonly name: string
  /** What INQUIRY calls a disk of this kind unless it is told otherwise, LIO's word: `FILEIO`, `RAMDISK-MCP`. ASCII. */
  readonly productName: string
  /** Whether the medium rotates, or must be taken to: what lies together is then faster together. */
  readonly rotational: boolean
  /** The size now; read it at every check. */
  readonly sizeBytes: number
  readonly features: StoreFeatures
  /** Left out: any range of whole bytes is as good as any other. */
  readonly geometry?: StoreGeometry | undefined
  /**
   * A device that commands are handed to as they come; left out, the store keeps blocks. A store that has one has none of its
   * own: its operations are `unsupported`, and its size is 0.
   */
  readonly device?: ScsiDevice | undefined
  /** False while the store cannot serve at all. */
  readonly available: boolean
  /** It is not available because what it keeps its blocks on has gone. Left out: that cannot be, or is not known. */
  readonly gone?: boolean | undefined
  /**
   * Starts an operation. True: it has ended already (`request.fault` says how; `completed` is not called). False: it is
   * under way, and `request.owner.completed` is called later, on this thread, not from within this call.
   */
  submit(request: StoreRequest): boolean
  /**
   * Somebody waits for the end of an operation that is under way, to be rid of it: what a layer holds back for no other reason than to
   * keep it waiting goes on, not from within this call. What is not held is as it was. Left out: nothing is ever held.
   */
  hurry?(request: StoreRequest): void
  /**
   * Looks whether the medium has another size by now, where that can be; `sizeBytes` has it when this resolves, and
   * `resized` was told.
   */
  checkSize(): Promise<void>
  /**
   * Has so many bytes from now on, rounded down to whole blocks of 512; undefined: the size that the medium has by itself,
   * where it has one, which it then follows. Nothing that lies behind a smaller end is served, or written any more but by
   * operations that are under way; whether it is there again when the store grows, each store says. What is new reads as
   * zeroes, or as what the medium had there.
   *
   * Resolves with undefined when the store has that size (`resized` was told if it had another), or with why it has not:
   * `unsupported`, `readOnly`, `noSpace`, `gone`, `io`; nothing has changed then.
   * @throws {TypeError} or {RangeError} as a rejection for what is no size; 512 is the least.
   */
  resize(sizeBytes: number | undefined): Promise<StoreFault | undefined>
  /** The flush that failed, while nobody has cleared that: everything but reads is refused with `flushFailed`. */
  readonly flushFailure: FlushFailure | undefined
  /**
   * An administrator's act: forgets that a flush failed, because somebody has made sure of what is on the medium, or gives up
   * what is not. `faultCleared` was told if there was something to forget.
   */
  clearFault(): FaultClearing
  /** Has `listener` hear what the store reports by itself, beside all others; the returned function takes it away. */
  listen(listener: StoreListener): () => void
  /**
   * Ends the store: operations under way end first, dirty data is flushed. Resolves with the fault of that last flush,
   * if it had one.
   */
  close(): Promise<StoreFault | undefined>
}
