/**
 * Imported by lunkitd's Node before lunkitd (`--import`), and by each of its threads: plants bugs into its sources as
 * they are loaded. Each waits for an order: a file of its name in the directory LUNKIT_BUGS (see bugs.ts).
 */
import { existsSync, fstatSync, readFileSync, unlinkSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { join } from 'node:path'
import { type BugAct, type BugOrder, type BugPlace, LET_GO } from './bugs.ts'

declare global {
  /** Called from planted lines. `fd` is the file that is being worked on, where there is one. */
  var strike: (place: BugPlace, fd?: number) => void
}

interface Line {
  readonly file: string
  readonly line: string
  readonly condition?: string
  /** The file that is being worked on. */
  readonly fd?: string
}

/** Where a call is planted: before this line of the file whose path ends so. */
const lines: Readonly<Record<BugPlace, Line>> = {
  // In a flush: that is done by the lane at which the disk is at home, and by no other.
  lane: {
    file: '/backstores/src/lanes/lane-service.ts',
    line: 'const result = this.#refusal()',
    condition: 'this.#ring.operation === LaneOperation.sync',
    fd: 'this.#ring.fd',
  },
  ring: { file: '/backstores/src/lanes/ring-host.ts', line: 'const index = this.#reaped & this.#mask' },
  store: { file: '/backstores/src/ramdisk/ramdisk.ts', line: 'const { operation } = request' },
  engine: { file: '/scsi-engine/src/commands/block/synchronize-cache.ts', line: 'if (!onMedium(' },
  watch: { file: '/target/src/life/watch-worker.ts', line: 'beats.beat(Side.watch)' },
  metrics: {
    file: '/target/src/metrics/thread-source.ts',
    line: 'const { bounds, blocks } = toldCounters(this.#blocks, [])',
  },
  connection: { file: '/target/src/full-feature/ping.ts', line: 'if (targetTransferTag !== RESERVED_TAG)' },
}

const directory = process.env['LUNKIT_BUGS'] ?? ''
const LONGEST_SPIN_MS = 30_000

const acts: Readonly<Record<BugAct, () => void>> = {
  throw: () => {
    throw new Error('a planted bug')
  },
  spin: () => {
    // Longer than any test waits, so that no process stays behind for ever.
    const untilMs = performance.now() + LONGEST_SPIN_MS
    while (!existsSync(join(directory, LET_GO)) && performance.now() < untilMs);
  },
  exit: () => process.exit(3),
  exhaustHeap: () => {
    const kept: unknown[] = []
    for (;;) kept.push(new Array(10_000).fill(kept.length))
  },
  stallThenThrow: () => {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5000)
    throw new Error('a planted bug, late')
  },
}

/** The order for a place, if there is one and this is the thread that follows it. */
function orderFor(place: BugPlace, fd: number | undefined): BugOrder | undefined {
  const path = join(directory, place)
  if (!existsSync(path)) return undefined
  try {
    const order = JSON.parse(readFileSync(path, 'utf8')) as BugOrder
    if (order.inode !== undefined && (fd === undefined || fstatSync(fd).ino !== order.inode)) return undefined
    if (order.once) unlinkSync(path)
    return order
  } catch {
    // Another thread was first.
    return undefined
  }
}

globalThis.strike = (place, fd) => {
  const order = orderFor(place, fd)
  if (order) acts[order.act]()
}

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context)
    for (const [place, { file, line, condition = 'true', fd }] of Object.entries(lines)) {
      if (!url.endsWith(file)) continue
      const source = typeof loaded.source === 'string' ? loaded.source : new TextDecoder().decode(loaded.source)
      if (source.split(line).length !== 2) throw new Error(`${file} has not one line "${line}" to plant a bug before`)
      const call = `if (${condition}) globalThis.strike('${place}'${fd === undefined ? '' : `, ${fd}`})`
      return { ...loaded, source: source.replace(line, `${call}; ${line}`) }
    }
    return loaded
  },
})
