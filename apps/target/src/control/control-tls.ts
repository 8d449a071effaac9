import type { StrangerNotice, TlsListener } from '@lunkit/control/tls'
import type { Logger } from '../log/logger.ts'
import { hostOf, LogBudget } from '../serving/log-budget.ts'
import type { TlsPlace } from '../tls-place.ts'
import { whyOf } from '../why.ts'
import { ControlUnusable } from './control-unusable.ts'

/** Who cannot show a token is worth a warning; who cannot do as much may be a port scan. */
const LEVEL: Readonly<Record<StrangerNotice['fate'], 'info' | 'warn'>> = {
  turnedAway: 'warn',
  noHandshake: 'info',
  noRequest: 'info',
  noToken: 'warn',
}

/** What stands in the log of each, in windows of time of which each has so many lines. */
const WORDS: Readonly<Record<StrangerNotice['fate'], string>> = {
  turnedAway: 'was turned away',
  noHandshake: 'came to no TLS',
  noRequest: 'sent no request',
  noToken: 'was refused',
}

/** lunkitd's control API by TLS: where it is asked for, and with files that may change. */
export class ControlTls {
  readonly listener: TlsListener
  readonly #log: Logger
  #wrong: string | undefined

  private constructor(listener: TlsListener, log: Logger) {
    this.listener = listener
    this.#log = log
  }

  /**
   * Listens; what that needs is loaded only here.
   * @throws {ControlUnusable} where it cannot, or a file cannot be used.
   */
  static async open(place: TlsPlace, log: Logger): Promise<ControlTls> {
    const { ControlTlsError, TlsListener } = await import('@lunkit/control/tls')
    try {
      const listener = await TlsListener.open({
        ...place,
        tell: strangerLogger(log),
        warn: text => log.warn({ event: 'controlTlsWarning' }, `control API by TLS: ${text}`),
      })
      log.info(
        { event: 'controlTls', controlTls: listener.address },
        `control API by TLS at https://${listener.address}`,
      )
      return new ControlTls(listener, log)
    } catch (error) {
      const inUse = error instanceof ControlTlsError && error.inUse
      throw new ControlUnusable(`the control API by TLS: ${whyOf(error)}`, { inUse, cause: error })
    }
  }

  /** Why the files could not be used when they were read last; undefined: they could. */
  get wrong(): string | undefined {
    return this.#wrong
  }

  /** Reads the files again; answers what is wrong, in one line, where they stay as they were. */
  async reread(): Promise<string | undefined> {
    this.#wrong = await this.listener.reread().then(() => undefined, whyOf)
    if (this.#wrong === undefined) return undefined
    const line = `the control API by TLS keeps its certificate and its tokens: ${this.#wrong}`
    this.#log.error({ event: 'controlTlsNotReread', controlTls: this.listener.address }, line)
    return line
  }
}

function strangerLogger(log: Logger): (notice: StrangerNotice) => void {
  const budget = new LogBudget(({ kind: fate, host = 'others', lines }) => {
    const kind = fate as StrangerNotice['fate']
    const line = `control: ${lines} more times: ${host} ${WORDS[kind]}`
    log[LEVEL[kind]]({ event: 'strangersLeftOut', host, lines }, line)
  })
  return ({ fate, remote, why }) => {
    if (budget.allows({ kind: fate, host: hostOf(remote), what: '' }))
      log[LEVEL[fate]]({ event: 'stranger', stranger: fate, remote }, `control: ${remote} ${WORDS[fate]}: ${why}`)
  }
}
