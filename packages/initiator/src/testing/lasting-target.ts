import { ConnectionError } from '../error.ts'
import { keepConnected } from '../lasting/keep-connected.ts'
import type { LastingSession } from '../lasting/lasting-session.ts'
import type { LossNotice, ReconnectOptions } from '../lasting/reconnect-options.ts'
import { RawConnection } from '../raw-connection.ts'
import type { OpenTransport } from '../transport.ts'
import { HandTimers } from './hand-timers.ts'
import { memoryPair } from './memory-transport.ts'
import { ScriptedTarget, scripted } from './scripted-target.ts'

/** A target that a session is made with again and again; each connection to it is a scripted target of its own. */
export class LastingTarget {
  readonly timers = new HandTimers()
  readonly losses: LossNotice[] = []
  restored = 0
  /** Whether nobody is there. */
  away = false
  readonly #waiting: ((target: ScriptedTarget) => void)[] = []
  readonly #arrived: ScriptedTarget[] = []

  readonly transport: OpenTransport = async events => {
    if (this.away) throw new ConnectionError('nobody is there')
    const [near, far] = memoryPair()
    const target = new ScriptedTarget(await RawConnection.open(far))
    const waiting = this.#waiting.shift()
    if (waiting) waiting(target)
    else this.#arrived.push(target)
    return near(events)
  }

  /** The next connection that comes, or came. */
  async next(): Promise<ScriptedTarget> {
    const target = this.#arrived.shift()
    return target ?? new Promise(resolve => this.#waiting.push(resolve))
  }

  /** A session, and the target's side of its first connection. */
  async connect(
    reconnect: ReconnectOptions = {},
    more = {},
  ): Promise<{ session: LastingSession; target: ScriptedTarget }> {
    const { transport, timers } = this
    const listener = { lost: (notice: LossNotice) => this.losses.push(notice), restored: () => void this.restored++ }
    const options = { ...scripted, isid: 0x8000_0000_0007, transport, timers, keepAlive: false as const, ...more }
    const connecting = keepConnected({ ...options, reconnect: { listener, ...reconnect } })
    connecting.catch(() => undefined)
    const target = await this.next()
    await target.acceptLogin({ MaxRecvDataSegmentLength: 8192 })
    return { session: await connecting, target }
  }
}

/** Lets everything run that waits for nothing. */
export const settled = (): Promise<void> => new Promise(resolve => setImmediate(resolve))
