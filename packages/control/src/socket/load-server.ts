import { setImmediate as nextTurn } from 'node:timers/promises'
import type { ControlServer } from '../server/control-server.ts'

/** What a server needs, the first things first; each takes some 10 to 40 ms of CPU. */
const PIECES: readonly (() => Promise<unknown>)[] = [
  () => import('zod'),
  () => import('fastify'),
  () => import('../methods/methods.ts'),
  () => import('../server/http-routes.ts'),
]

/**
 * Loads what answers, piece by piece: whoever else the process serves has a turn in between.
 * @throws what cannot be loaded.
 */
export async function loadServer(): Promise<typeof ControlServer> {
  for (const load of PIECES) {
    await load()
    await nextTurn()
  }
  return (await import('../server/control-server.ts')).ControlServer
}
