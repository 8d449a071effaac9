import { ControlClient } from '@lunkit/control/client'
import { connect, type Session } from '@lunkit/initiator'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { outcomeOf } from '../harness/command-outcome.ts'
import { Daemon } from '../harness/daemon.ts'
import { NotifySocket } from '../harness/notify-socket.ts'
import { Scratch } from '../harness/scratch.ts'
import { Bugs } from './bugs.ts'
import { until } from './rig.ts'

const IQN = 'iqn.2026-11.io.lunkit.test:standstill'
const served = { iqn: IQN, stores: [{ plugin: 'ramdisk', name: 'a', sizeBytes: 2 ** 20 }] } as const
/** Within this it is to be found, and a moment for a machine that has more to do. */
const FOUND_MS = 2000
const SLACK_MS = 500

const still = /^the protocol thread stands still: no initiator is answered until it goes on$/
const watchStill = /^the thread that watches the protocol thread does not answer: /

let scratch: Scratch
let bugs: Bugs
let socket: NotifySocket
let daemon: Daemon
let session: Session
let client: ControlClient
beforeEach(async () => {
  scratch = await Scratch.create('standstill')
  bugs = new Bugs(scratch)
  socket = await NotifySocket.open(scratch.path('notify'))
  const environment = { ...bugs.environment, ...socket.environment(900) }
  const { nodeArguments } = bugs
  const args = ['--log-level', 'debug']
  daemon = await Daemon.start(served, scratch.directory, { environment, nodeArguments, args })
  await until('it is watched', () => isLogged(/^the protocol thread is watched$/))
  const { host, port } = daemon.address(0)
  session = await connect({ host, port, target: IQN, keepAlive: false })
  client = new ControlClient({ path: scratch.path('control.sock') })
  // Else what answers would be loaded only when it stands still.
  await client.call('status')
  await socket.heard(/^WATCHDOG=1$/)
})
afterEach(async () => {
  bugs.letGo()
  session.destroy()
  daemon.signal('SIGKILL')
  await daemon.ended()
  await socket[Symbol.asyncDispose]()
  await scratch.remove()
})

const isLogged = (message: RegExp): boolean => daemon.records.some(({ msg }) => message.test(msg))

describe('a protocol thread that stands still', () => {
  it('is found within two seconds, told to who asks, and gets no sign of life, until it goes on', async () => {
    bugs.order('connection', 'spin')
    const pinged = outcomeOf(session.ping(Buffer.from('are you there?')))
    const startedMs = performance.now()
    await until(
      () => `a line of the log; there is\n${daemon.log}`,
      () => isLogged(still),
    )
    expect(performance.now() - startedMs).toBeLessThan(FOUND_MS + SLACK_MS)

    const { health, troubles, counts } = await client.call('status')
    expect([health, counts.luns]).toEqual(['failed', 1])
    expect(troubles).toMatchObject([
      { path: '', wrong: expect.stringMatching(/^its protocol thread has stood still for \d+\.\d s: /) },
    ])
    await expect(client.call('unsaved')).rejects.toMatchObject({ kind: 'busy' })
    const signs = () => socket.told.filter(line => line === 'WATCHDOG=1').length
    const before = signs()
    const askedMs = performance.now()
    await until('a second more', () => performance.now() - askedMs > 1000)
    expect(signs()).toBe(before)

    bugs.letGo()
    expect(await pinged).toBe('good')
    await until(
      () => `that it goes on; there is\n${daemon.log}`,
      () => isLogged(/^the protocol thread goes on: /),
    )
    await until('a sign of life', () => signs() > before)
    const after = await client.call('status')
    expect(after.health).toBe('ok')
    expect(after.troubles[0]?.wrong).toMatch(/^until \S+ its protocol thread stood still for \d+\.\d s$/)
    session.destroy()
    await daemon.stop({ errors: [still] })
  })
})

describe('a thread that watches it and stands still itself', () => {
  it('is found within two seconds, told to who asks, and gets no sign of life', async () => {
    bugs.order('watch', 'spin')
    const startedMs = performance.now()
    await until(
      () => `a line of the log; there is\n${daemon.log}`,
      () => isLogged(watchStill),
    )
    expect(performance.now() - startedMs).toBeLessThan(FOUND_MS + SLACK_MS)
    const { health, troubles } = await client.call('status')
    expect(health).toBe('degraded')
    expect(troubles[0]?.wrong).toBe('the thread that watches the protocol thread does not answer')
    const told = socket.told.length
    const askedMs = performance.now()
    await until('a second more', () => performance.now() - askedMs > 1000)
    expect(socket.told.slice(told)).not.toContain('WATCHDOG=1')
    bugs.letGo()
    await until('that it goes on', () => isLogged(/^the watching thread goes on$/))
    session.destroy()
    await daemon.stop({ errors: [watchStill] })
  })
})
