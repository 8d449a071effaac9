import { connect, type Session } from '@lunkit/initiator'
import { Daemon } from '../../harness/daemon.ts'
import { Scratch } from '../../harness/scratch.ts'
import { type Cost, costOf, type Patience } from './cost.ts'

const iqn = 'iqn.2026-11.io.lunkit.test:sessions'
const store = { plugin: 'ramdisk', name: 'disk0', sizeBytes: 2 ** 20 } as const
/** More than an installation has without being told. */
const limits = { connections: 16_384, connections_in_login: 8192, connections_in_login_per_source: 8192 }
/** So many log in at the same time. */
const AT_ONCE = 50

/**
 * What sessions cost that have logged in, have read a block, and want nothing now but an answer to their pings, one in 5 s as Linux has it.
 * Each has an initiator name of its own.
 *
 * @param counts how many there are to be, from few to many
 * @param environment what lunkitd is given beside what it has
 */
export async function* sessionCosts(
  counts: readonly number[],
  patience: Patience,
  environment: Readonly<Record<string, string>> = {},
): AsyncGenerator<Cost> {
  await using cleanup = new AsyncDisposableStack()
  const scratch = cleanup.adopt(await Scratch.create('scale-sessions'), each => each.remove())
  const started = await Daemon.start({ iqn, stores: [store], limits }, scratch.directory, { environment })
  const daemon = cleanup.adopt(started, each => each.stop())
  const sessions: Session[] = []
  cleanup.defer(async () => {
    await Promise.all(sessions.map(session => session.close()))
  })
  for (const count of counts) {
    const startedMs = performance.now()
    while (sessions.length < count) sessions.push(...(await logIn(daemon, sessions.length, count)))
    yield await costOf(daemon.pid, { count, tookMs: performance.now() - startedMs }, patience)
  }
}

/** Logs some more in, of those that are still to come. */
function logIn(daemon: Daemon, from: number, to: number): Promise<Session[]> {
  const { host, port } = daemon.address(0)
  const more = Math.min(AT_ONCE, to - from)
  return Promise.all(
    Array.from({ length: more }, async (_, at) => {
      const initiatorName = `iqn.2026-11.io.lunkit.test:host${from + at}`
      const session = await connect({ host, port, target: iqn, initiatorName })
      await session.lun(0).ready()
      await session.lun(0).read(0, 1)
      return session
    }),
  )
}
