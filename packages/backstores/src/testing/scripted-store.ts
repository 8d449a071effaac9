import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Slab } from '@lunkit/wire'
import { StoreDriver } from '../compliance/store-driver.ts'
import { type Fileio, openFileio } from '../fileio/fileio.ts'
import type { FileioOptions } from '../fileio/fileio-options.ts'
import { errno } from '../native/errno.ts'
import { libc } from '../native/libc-access.ts'
import type { StoreEvent } from '../store/store-event.ts'
import type { ScriptedCalls } from './scripted-calls.ts'
import { ScriptedLanes } from './scripted-lanes.ts'

/** A fileio store over a real file, whose one lane follows a script. */
export class ScriptedStore {
  readonly store: Fileio
  readonly driver: StoreDriver
  readonly lanes: ScriptedLanes
  readonly path: string
  readonly events: StoreEvent[] = []
  readonly #directory: string

  constructor(store: Fileio, { lanes, slab }: { readonly lanes: ScriptedLanes; readonly slab: Slab }) {
    this.store = store
    this.lanes = lanes
    this.path = store.path
    this.#directory = join(store.path, '..')
    this.driver = new StoreDriver(store, slab)
    store.listen(event => this.events.push(event))
  }

  /** What the script's system calls were, by name. */
  get calls(): string[] {
    return this.lanes.calls.made.map(([call]) => call)
  }

  get script(): ScriptedCalls {
    return this.lanes.calls
  }

  /** Whether its file system can say that a read would wait: ext4, XFS and btrfs can, tmpfs cannot. */
  get canReadInPlace(): boolean {
    const [library, fd] = [libc(), openSync(this.path, 'r')]
    try {
      const address = library?.addressOf(this.lanes.memory) ?? 0
      return library !== undefined && library.readCached(fd, address, 1, 0) !== -errno.EOPNOTSUPP
    } finally {
      closeSync(fd)
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.lanes.automatic = true
    this.lanes.serve()
    await this.store.close()
    rmSync(this.#directory, { recursive: true })
  }
}

/** Opens one: of 1 MiB, write-back, and without system calls of its own in place unless `native`. */
export async function openScripted({
  native = false,
  path = join(mkdtempSync(join(tmpdir(), 'lunkit-scripted-')), 'disk.img'),
  ...options
}: Partial<FileioOptions> & { readonly native?: boolean } = {}): Promise<ScriptedStore> {
  const slab = new Slab({ sizeBytes: 4 * 1024 * 1024, poison: true })
  const lanes = new ScriptedLanes(slab, { native })
  const defaults = { name: 'disk0', path, sizeBytes: 1024 * 1024, writeBack: true, unlocked: true, lanes }
  return new ScriptedStore(await openFileio({ ...defaults, ...options }), { lanes, slab })
}
