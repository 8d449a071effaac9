/** A program that lets initiators in by CHAP, and tells whoever has started it what it holds when it is asked. */
import { readdirSync } from 'node:fs'
import { startTimerWheel } from '@lunkit/target'
import { ChapSecret, DiskServer, ramdisk } from 'lunkit'
import type { Account } from './logins.ts'

/** What it holds. */
export type HeldByHost = {
  /** Of the heap and outside of it, after all garbage has been collected. */
  readonly heapBytes: number
  readonly openFiles: number
  /** Rows of statistics. */
  readonly rows: number
  /** Deadlines. */
  readonly timers: number
  readonly connections: number
}

const [name, user, password] = process.argv.slice(2) as [string, Account['user'], Account['password']]
const { wheel } = startTimerWheel()
const server = new DiskServer({ timers: wheel })
const target = await server.addTarget({ name, luns: [ramdisk({ sizeBytes: 2 ** 20 })] })
const access = { authenticationRequired: true, credentials: { name: user, secret: new ChapSecret(password) } }
await server.tree.apply([{ kind: 'setDemoMode', target: name, tag: 1, access }])

function held(): HeldByHost {
  const collect = globalThis.gc as () => void
  for (let i = 0; i < 3; i++) collect()
  const { heapUsed, external } = process.memoryUsage()
  const rows = Object.values(server.statistics.rowsTaken).reduce((sum, taken) => sum + taken, 0)
  return {
    heapBytes: heapUsed + external,
    openFiles: readdirSync('/proc/self/fd').length,
    rows,
    timers: wheel.size,
    connections: server.statistics.read()['connectionsOpen'] ?? 0,
  }
}

process.once('disconnect', () => process.exit())
process.on('message', () => process.send?.(held()))
process.send?.(target.portals[0])
