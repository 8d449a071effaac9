/**
 * Random reads of 4 KiB at a queue depth: `node --conditions=source packages/initiator/bench/load.ts URL [DEPTH [SECONDS]]`
 * with an URL like iscsi://127.0.0.1:3260/iqn.2026-11.io.lunkit:demo/0.
 */
import { type CommandListener, type CommandResult, connect, parseIscsiUrl, type Session } from '@lunkit/initiator'
import { Read10 } from '@lunkit/scsi'
import { Status } from '@lunkit/scsi/transport'
import { dataView } from '@lunkit/wire'

const LENGTH_BYTES = 4096

interface Load {
  readonly session: Session
  readonly lun: number
  readonly blocks: number
  readonly blockSizeBytes: number
  readonly endsAt: number
}

/** One place of the queue: a command, and the next when it has ended. */
class Place implements CommandListener {
  readonly #load: Load
  readonly #memory = Buffer.alloc(LENGTH_BYTES)
  readonly #cdb = Read10.encode({})
  readonly #view = Read10.compose(dataView(this.#cdb))
  readonly #over: () => void
  operations = 0

  constructor(load: Load, over: () => void) {
    this.#load = load
    this.#over = over
    this.#view.blocks = LENGTH_BYTES / load.blockSizeBytes
    this.#next()
  }

  #next(): void {
    const { session, lun, blocks, blockSizeBytes } = this.#load
    const each = LENGTH_BYTES / blockSizeBytes
    this.#view.lba = Math.floor(Math.random() * Math.floor(blocks / each)) * each
    session.submit({ lun, cdb: this.#cdb, read: this.#memory }, this)
  }

  ended({ status }: CommandResult): void {
    if (status !== Status.good) throw new Error(`a read ended with status ${status}`)
    this.operations++
    if (Date.now() < this.#load.endsAt) this.#next()
    else this.#over()
  }

  failed(reason: Error): void {
    throw reason
  }
}

const [url = 'iscsi://127.0.0.1:3260/iqn.2026-11.io.lunkit:demo/0', depth = '32', seconds = '3'] = process.argv.slice(2)
const { host, port, target = '', lun = 0 } = parseIscsiUrl(url)
await using session = await connect({ host, port, target })
const unit = session.lun(lun)
await unit.ready()
const { blocks, blockSizeBytes } = await unit.readCapacity()
const load = { session, lun, blocks, blockSizeBytes, endsAt: Date.now() + Number(seconds) * 1000 }
const cpuBefore = process.cpuUsage()
const places: Place[] = []
await Promise.all(
  Array.from({ length: Number(depth) }, () => new Promise<void>(resolve => places.push(new Place(load, resolve)))),
)
const operations = places.reduce((total, place) => total + place.operations, 0)
const cpu = process.cpuUsage(cpuBefore)
const cpuNs = ((cpu.user + cpu.system) * 1000) / operations
console.log(`depth ${depth}: ${Math.round(operations / Number(seconds))} reads/s, ${Math.round(cpuNs)} ns of CPU each`)
