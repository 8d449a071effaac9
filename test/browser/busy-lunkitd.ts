import { setTimeout as delay } from 'node:timers/promises'
import { connect, DEFAULT_OFFERS } from '@lunkit/initiator'
import { Daemon } from '../harness/daemon.ts'
import { Exporter } from '../harness/exporter.ts'
import { freePort } from '../harness/free-port.ts'
import type { ServedConfig, StorageObject } from '../harness/save-config.ts'
import { Scratch } from '../harness/scratch.ts'

const MAIL = 'iqn.2026-11.com.example:mail'
const MEDIA = 'iqn.2026-11.com.example:media'
const BACKUP = 'iqn.2026-11.com.example:backup'
/** Nobody may log in there. */
const VAULT = 'iqn.2026-11.com.example:vault'
/** What is wrong: the file of this one cannot be opened. */
const LOST = 'lost'
const ERRORS = [new RegExp(`^fileio/${LOST} is not served`)]
const INITIATORS = 'iqn.1993-08.org.debian:01:'
const MIB = 2 ** 20
const BLOCK_BYTES = 512
const PLACES = 100

/** What one of the initiators calls itself. */
export const HOSTILE = '<img src=x onerror=alert(1)>'

const ramdisk = (name: string, mebibytes: number): StorageObject => {
  return { plugin: 'ramdisk', name, sizeBytes: mebibytes * MIB }
}

/** How an initiator uses a LUN: blocks at once, one write in so many operations, milliseconds of rest. */
interface Use {
  readonly host: string
  readonly target: string
  readonly lun: number
  readonly blocks: number
  readonly oneWriteIn: number
  readonly restMs: number
  /** What it calls itself beside its name. */
  readonly alias?: string
}

const USES: readonly Use[] = [
  { host: 'mx1', target: MAIL, lun: 0, blocks: 8, oneWriteIn: 3, restMs: 3 },
  { host: 'mx2', target: MAIL, lun: 1, blocks: 8, oneWriteIn: 2, restMs: 6 },
  { host: 'stream', target: MEDIA, lun: 0, blocks: 256, oneWriteIn: 40, restMs: 20 },
  { host: 'nightly', target: BACKUP, lun: 1, blocks: 128, oneWriteIn: 1, restMs: 25, alias: HOSTILE },
]

/** A lunkitd that is used, on which something is wrong, and the exporter beside it. */
export class BusyLunkitd implements AsyncDisposable {
  readonly #scratch: Scratch
  readonly #port: number
  #daemon: Daemon
  #exporter: Exporter
  #uses: Promise<unknown>
  #ending = new AbortController()

  private constructor(scratch: Scratch, port: number, daemon: Daemon, exporter: Exporter) {
    this.#scratch = scratch
    this.#port = port
    this.#daemon = daemon
    this.#exporter = exporter
    this.#uses = this.#use()
  }

  /** Starts both, and the use. */
  static async start(): Promise<BusyLunkitd> {
    const scratch = await Scratch.create('browser')
    const port = await freePort()
    const daemon = await daemonIn(scratch)
    return new BusyLunkitd(scratch, port, daemon, await exporterAt(scratch, port))
  }

  /** Where the page is. */
  get page(): string {
    return this.#exporter.url.replace('metrics', '')
  }

  /** Files of its own. */
  get directory(): string {
    return this.#scratch.directory
  }

  /** Ends lunkitd; the exporter goes on. */
  async stopDaemon(): Promise<void> {
    this.#ending.abort()
    await this.#uses
    await this.#daemon.stop({ errors: ERRORS })
  }

  /** Another lunkitd in its place, which is used as well. */
  async startDaemon(): Promise<void> {
    this.#ending = new AbortController()
    this.#daemon = await daemonIn(this.#scratch)
    this.#uses = this.#use()
  }

  /** Ends the exporter, and starts another one in its place. */
  async restartExporter(): Promise<void> {
    await this.#exporter[Symbol.asyncDispose]()
    this.#exporter = await exporterAt(this.#scratch, this.#port)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stopDaemon()
    await this.#exporter[Symbol.asyncDispose]()
    await this.#scratch.remove()
  }

  async #use(): Promise<void> {
    const { host, port } = this.#daemon.address(0)
    const { signal } = this.#ending
    for (const target of [VAULT, VAULT, 'iqn.2026-11.com.example:typo'])
      await connect({ host, port, target, initiatorName: `${INITIATORS}stranger` }).catch(() => undefined)
    await Promise.all(USES.map(use => useLun({ ...use, address: { host, port }, signal })))
  }
}

const exporterAt = (scratch: Scratch, port: number): Promise<Exporter> =>
  Exporter.start(scratch.path('control.sock'), ['--listen', `127.0.0.1:${port}`])

function daemonIn(scratch: Scratch): Promise<Daemon> {
  const lost: StorageObject = {
    plugin: 'fileio',
    name: LOST,
    path: '/srv/nowhere/lost.img',
    sizeBytes: MIB,
    writeBack: true,
  }
  const files = ['archive', 'snapshots'].map((name): StorageObject => {
    return { plugin: 'fileio', name, path: scratch.path(`${name}.img`), sizeBytes: 512 * MIB, writeBack: true }
  })
  const served: ServedConfig = {
    iqn: MAIL,
    stores: [ramdisk('spool', 64), ramdisk('index', 32)],
    others: [
      { iqn: MEDIA, stores: [ramdisk('films', 256), lost] },
      { iqn: BACKUP, stores: files },
      { iqn: VAULT, stores: [], attributes: { generate_node_acls: 0 } },
    ],
  }
  return Daemon.start(served, scratch.directory, { servedLuns: 5 })
}

interface Using extends Use {
  readonly address: { readonly host: string; readonly port: number }
  readonly signal: AbortSignal
}

/** Reads and writes one place after the other until it is aborted. */
async function useLun({ address, signal, host, target, lun, alias, blocks, oneWriteIn, restMs }: Using): Promise<void> {
  const offers = alias === undefined ? DEFAULT_OFFERS : { ...DEFAULT_OFFERS, InitiatorAlias: alias }
  await using session = await connect({ ...address, target, initiatorName: INITIATORS + host, offers })
  const unit = session.lun(lun)
  await unit.ready()
  const data = Buffer.alloc(blocks * BLOCK_BYTES, 1)
  for (let count = 0; !signal.aborted; count++) {
    const lba = (count % PLACES) * blocks
    if (count % oneWriteIn === 0) await unit.write(lba, data)
    else await unit.read(lba, blocks)
    await delay(Math.random() * 2 * restMs)
  }
}
