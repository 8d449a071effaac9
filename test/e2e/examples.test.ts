import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { connect, createTarget, openBlockDevice, ramdisk, ScsiError } from 'lunkit'
import { afterEach, describe, expect, it } from 'vitest'
import { succeed } from '../harness/outcome.ts'
import { Scratch } from '../harness/scratch.ts'

const directory = fileURLToPath(new URL('../../docs/examples/', import.meta.url))
const timeoutMs = 50_000
const MIB = 2 ** 20

/** Runs a program to its end; what it printed. */
async function printedBy(name: string, ...args: string[]): Promise<string> {
  const { stdout } = await succeed(process.execPath, ['--conditions=source', `${directory}${name}`, ...args], {
    timeoutMs,
  })
  return stdout
}

let cleanup = new AsyncDisposableStack()
afterEach(async () => {
  await cleanup.disposeAsync()
  cleanup = new AsyncDisposableStack()
})

const scratch = async (): Promise<Scratch> => cleanup.adopt(await Scratch.create('examples'), each => each.remove())

/** A program that serves until it is told to end. */
class Serving {
  readonly #child: ChildProcess
  readonly #lines: AsyncIterator<string>

  constructor(name: string, ...args: string[]) {
    this.#child = spawn(process.execPath, ['--conditions=source', `${directory}${name}`, ...args], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    if (this.#child.stdout === null) throw new Error('it was started without a pipe')
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]()
    cleanup.defer(() => void this.#child.kill('SIGKILL'))
  }

  /** The next line that it prints. */
  async line(): Promise<string> {
    const { value } = await this.#lines.next()
    return String(value)
  }

  /** Ends it by SIGTERM; its exit code. */
  async end(): Promise<number | null> {
    const closed = once(this.#child, 'close')
    this.#child.kill('SIGTERM')
    const [code] = (await closed) as [number | null]
    return code
  }
}

/** A web server that has one thing, and answers ranges of it. */
async function serveByHttp(content: Buffer): Promise<{ readonly url: string; readonly stop: () => void }> {
  const server = createServer((request, response) => {
    const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? []
    const part = first === undefined ? content : content.subarray(Number(first), Number(last) + 1)
    response.writeHead(first === undefined ? 200 : 206, { 'content-length': part.length })
    response.end(request.method === 'HEAD' ? undefined : part)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const stop = () => {
    server.closeAllConnections()
    server.close()
  }
  cleanup.defer(stop)
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/disk.img`, stop }
}

describe('the examples', () => {
  it('are all in their README, and the README names no other', () => {
    const programs = readdirSync(directory).filter(name => name.endsWith('.ts'))
    const named = [...readFileSync(`${directory}README.md`, 'utf8').matchAll(/\]\(([\w-]+\.ts)\)/g)].map(
      ([, name]) => name,
    )
    expect(new Set(named)).toEqual(new Set(programs))
  })

  it('serve a file as a disk, which has what was written when the program has ended', async () => {
    const path = (await scratch()).path('disk.img')
    const serving = new Serving('serve-a-disk.ts', path, String(MIB), '127.0.0.1:0')
    const url = await serving.line()
    const session = await connect(url)
    await session.unit.write(1, Buffer.alloc(512, 'kept'))
    await session.close()
    expect(await serving.end()).toBe(0)
    expect(await serving.line()).toBe('closed []')
    const content = await readFile(path)
    expect([content.length, content.toString('latin1', 512, 520)]).toEqual([MIB, 'keptkept'])
  })

  it('add, grow and remove a disk under a session, which is told', async () => {
    expect((await printedBy('add-a-lun.ts')).split('\n')).toEqual([
      'LUN 0: powerOnResetOrBusDeviceResetOccurred',
      '[ 0 ]',
      'LUN 0: reportedLunsDataHasChanged',
      '[ 0, 1 ]',
      'LUN 1: powerOnResetOrBusDeviceResetOccurred',
      'LUN 1: capacityDataHasChanged',
      '131072',
      '[ 0 ]',
      '',
    ])
  })

  it('serve what lies at a web server, for reading', async () => {
    const content = Buffer.alloc(MIB, 'from far away ')
    const serving = new Serving('custom-store.ts', (await serveByHttp(content)).url)
    await using session = await connect(await serving.line())
    const disk = await openBlockDevice(session.unit)
    expect(Buffer.from(await disk.read(0, disk.sizeBytes)).equals(content)).toBe(true)
    const refusal = await disk.write(0, Buffer.alloc(512)).catch((error: unknown) => error)
    expect(refusal).toBeInstanceOf(ScsiError)
    expect(refusal).toMatchObject({ senseName: 'writeProtected' })
  })

  it('say a medium error where the web server has gone', async () => {
    const web = await serveByHttp(Buffer.alloc(MIB))
    const serving = new Serving('custom-store.ts', web.url)
    await using session = await connect(await serving.line())
    await session.unit.ready()
    web.stop()
    const failure = await session.unit.read(0, 1).catch((error: unknown) => error)
    expect(failure).toMatchObject({ senseName: 'unrecoveredReadError' })
  })

  it('tell who comes, goes and is turned away', async () => {
    expect((await printedBy('watch-events.ts')).split('\n')).toEqual([
      'iqn.2026-11.com.example:welcome has come',
      'iqn.2026-11.com.example:welcome has gone: logout',
      'iqn.2026-11.com.example:stranger was turned away: iqn.2026-11.com.example:stranger may not log in to portal group 1',
      '',
    ])
  })

  it('copy a disk to another target', async () => {
    await using from = await createTarget({ luns: [ramdisk({ sizeBytes: 3 * MIB })] })
    await using to = await createTarget({ luns: [ramdisk({ sizeBytes: 4 * MIB })] })
    const content = Buffer.alloc(3 * MIB, 'to be copied, ')
    await using writing = await connect(from.url())
    await (await openBlockDevice(writing.unit)).write(0, content)
    expect(await printedBy('copy-a-disk.ts', from.url(), to.url())).toBe(`${3 * MIB} bytes were copied\n`)
    await using reading = await connect(to.url())
    const copy = await (await openBlockDevice(reading.unit)).read(0, 3 * MIB)
    expect(Buffer.from(copy).equals(content)).toBe(true)
  })

  it('read what was counted', async () => {
    const printed = await printedBy('read-statistics.ts')
    expect(printed).toMatch(
      /^ramdisk\/disk0 of \S+: 50 reads, 100 writes of 51200 bytes\n {2}99 of 100 reads took less than \d+\.\d\d ms\n/,
    )
    expect(printed).toContain('iqn.2026-11.io.lunkit:initiator: 25600 bytes read\n')
  })
})
