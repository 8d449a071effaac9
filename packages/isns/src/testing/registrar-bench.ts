import { once } from 'node:events'
import { createServer } from 'node:net'
import type { IsnsTarget } from '../registration/isns-target.ts'
import { Registrar, type RegistrarListener, type RegistrarOptions } from '../registration/registrar.ts'
import { HandTimers } from './hand-timers.ts'

type News = readonly [keyof RegistrarListener, unknown?]

/** A target with one portal in one group. */
export const target = (name: string, host = '192.0.2.1', port = 3260): IsnsTarget => ({
  name: `iqn.2026-11.com.example:${name}`,
  groups: [{ tag: 1, portals: [{ host, port }] }],
})

/** A registrar whose time a test turns, and what it tells. */
export class RegistrarBench {
  targets: readonly IsnsTarget[]
  readonly timers = new HandTimers()
  readonly registrar: Registrar
  readonly #news: News[] = []
  #heard: (() => void) | undefined

  constructor(port: number, targets: readonly IsnsTarget[], options: Partial<RegistrarOptions> = {}) {
    this.targets = targets
    const hear = (what: keyof RegistrarListener) => (more?: unknown) => {
      this.#news.push(more === undefined ? [what] : [what, more])
      this.#heard?.()
    }
    this.registrar = new Registrar({
      server: { host: '127.0.0.1', port },
      entity: 'lunkit:a',
      targets: () => this.targets,
      listener: {
        registered: hear('registered'),
        failed: hear('failed'),
        deregistered: hear('deregistered'),
        left: hear('left'),
      },
      timers: this.timers,
      random: () => 0,
      ...options,
    })
  }

  /** What it tells next. */
  async told(): Promise<News> {
    while (this.#news.length === 0) {
      const { promise, resolve } = Promise.withResolvers<void>()
      this.#heard = resolve
      await promise
    }
    return this.#news.shift() as News
  }

  /** Says that there is something else to register. */
  async change(targets: readonly IsnsTarget[]): Promise<void> {
    this.targets = targets
    this.registrar.changed()
    await this.timers.runOut(100)
  }
}

/** A port of 127.0.0.1 at which nobody listens. */
export async function deafPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}
