import { createHash } from 'node:crypto'
import { hostname } from 'node:os'
import { resolve } from 'node:path'
import type { IsnsServerPlan, ServingPlan } from '@lunkit/config'
import { type IsnsTarget, Registrar, type RegistrarListener, type RegistrarStatus } from '@lunkit/isns'
import { machineId } from 'lunkit'
import type { Logger } from '../log/logger.ts'

const ENTITY_DIGITS = 16

/** A name for what this machine serves by a configuration: the same after a restart, and nobody else's. */
export function defaultEntity(configuration: string, machine = machineId() ?? hostname()): string {
  const whole = createHash('sha256')
    .update(`lunkit-isns ${machine} ${resolve(configuration)}`)
    .digest('hex')
  return `lunkit-${whole.slice(0, ENTITY_DIGITS)}`
}

/** How it stands with an iSNS server. */
export interface NameServerStatus extends RegistrarStatus {
  /** As it is written in the configuration. */
  readonly server: string
  readonly entity: string
}

/** What the iSNS servers of a configuration need. */
export interface NameServersOptions {
  readonly log: Logger
  /** The entity identifier of servers that are given none. */
  readonly entity: string
  /** What is registered with a server that was reached by an address of this machine. */
  readonly targets: (localAddress: string) => readonly IsnsTarget[]
}

interface Kept {
  readonly plan: IsnsServerPlan
  readonly entity: string
  readonly registrar: Registrar
}

const keyOf = ({ host, port, entity = '' }: IsnsServerPlan): string => `${host.toLowerCase()} ${port} ${entity}`

/** The iSNS servers that targets are registered with, while the configuration changes. Nothing waits for them but the end, and that not for long. */
export class NameServers {
  readonly #options: NameServersOptions
  readonly #kept = new Map<string, Kept>()
  /** Those that are taken back. */
  readonly #leaving = new Set<Promise<void>>()
  #isClosed = false

  constructor(options: NameServersOptions) {
    this.#options = options
  }

  /** Registers what is served now, with the servers that the plan names now. */
  follow({ isns }: Pick<ServingPlan, 'isns'>): void {
    if (this.#isClosed) return
    const wanted = new Map(isns.map(plan => [keyOf(plan), plan]))
    for (const [key, { registrar }] of this.#kept)
      if (wanted.has(key)) registrar.changed()
      else this.#leave(key, registrar)
    for (const [key, plan] of wanted) if (!this.#kept.has(key)) this.#kept.set(key, this.#begun(plan))
  }

  /** How it stands with each. */
  get statuses(): readonly NameServerStatus[] {
    return [...this.#kept.values()].map(({ plan, entity, registrar }) => ({
      server: plan.server,
      entity,
      ...registrar.status,
    }))
  }

  /** Takes all back; resolves when that is done, or each server has had its time. */
  async close(): Promise<void> {
    this.#isClosed = true
    for (const [key, { registrar }] of this.#kept) this.#leave(key, registrar)
    await Promise.all(this.#leaving)
  }

  #leave(key: string, registrar: Registrar): void {
    this.#kept.delete(key)
    const left = registrar.close().finally(() => this.#leaving.delete(left))
    this.#leaving.add(left)
  }

  #begun(plan: IsnsServerPlan): Kept {
    const { log, targets, entity: own } = this.#options
    const { server, host, port, entity = own } = plan
    const listener = logListener(log, server)
    return { plan, entity, registrar: new Registrar({ server: { host, port }, entity, targets, listener }) }
  }
}

/** Has the log say what becomes of a registration; a server that is away is told of once, until something else is wrong. */
function logListener(log: Logger, server: string): RegistrarListener {
  let told: string | undefined
  return {
    registered({ targets, portals }) {
      told = undefined
      log.info(
        { event: 'isnsRegistered', server, targets, portals },
        `iSNS server ${server} has what is served: ${targets} targets, ${portals} portals`,
      )
    },
    failed({ error, delayMs }) {
      if (told === error.message) return
      told = error.message
      log.warn(
        { event: 'isnsFailed', server, err: error, delayMs },
        `iSNS server ${server} does not have what is served: ${error.message}; it is tried again`,
      )
    },
    deregistered() {
      log.info({ event: 'isnsDeregistered', server }, `iSNS server ${server}: all is taken back`)
    },
    left(error) {
      log.warn(
        { event: 'isnsLeft', server, err: error },
        `iSNS server ${server}: what was registered stays there until it expires: ${error.message}`,
      )
    },
  }
}
