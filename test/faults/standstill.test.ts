import type { ControlClient } from '@lunkit/control/client'
import type { Session } from '@lunkit/initiator'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { outcomeOf } from '../harness/command-outcome.ts'
import { NotifySocket } from '../harness/notify-socket.ts'
import { BuggyLunkitd } from './buggy-lunkitd.ts'
import { until } from './rig.ts'

/** Within this it is to be found, and a moment for a machine that has more to do. */
const FOUND_MS = 2000
const SLACK_MS = 500

const still = /^the protocol thread stands still: no initiator is answered until it goes on$/
const watchStill = /^the thread that watches the protocol thread does not answer: /

let buggy: BuggyLunkitd
let socket: NotifySocket
let session: Session
let client: ControlClient
beforeEach(async () => {
  buggy = await BuggyLunkitd.start('standstill', async scratch => {
    socket = await NotifySocket.open(scratch.path('notify'))
    return { environment: socket.environment(900), args: ['--log-level', 'debug'] }
  })
  await until('it is watched', () => isLogged(/^the protocol thread is watched$/))
  session = await buggy.login()
  client = buggy.client()
  // Else what answers would be loaded only when it stands still.
  await client.call('status')
  await socket.heard(/^WATCHDOG=1$/)
})
afterEach(async () => {
  session.destroy()
  await buggy[Symbol.asyncDispose]()
  await socket[Symbol.asyncDispose]()
})

const isLogged = (message: RegExp): boolean => buggy.daemon.records.some(({ msg }) => message.test(msg))

describe('a protocol thread that stands still', () => {
  it('is found within two seconds, told to who asks, and gets no sign of life, until it goes on', async () => {
    buggy.bugs.order('connection', 'spin')
    const pinged = outcomeOf(session.ping(Buffer.from('are you there?')))
    const startedMs = performance.now()
    await until(
      () => `a line of the log; there is\n${buggy.daemon.log}`,
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

    buggy.bugs.letGo()
    expect(await pinged).toBe('good')
    await until(
      () => `that it goes on; there is\n${buggy.daemon.log}`,
      () => isLogged(/^the protocol thread goes on: /),
    )
    await until('a sign of life', () => signs() > before)
    const after = await client.call('status')
    expect(after.health).toBe('ok')
    expect(after.troubles[0]?.wrong).toMatch(/^until \S+ its protocol thread stood still for \d+\.\d s$/)
    session.destroy()
    await buggy.daemon.stop({ errors: [still] })
  })
})

describe('a thread that watches it and stands still itself', () => {
  it('is found within two seconds, told to who asks, and gets no sign of life', async () => {
    buggy.bugs.order('watch', 'spin')
    const startedMs = performance.now()
    await until(
      () => `a line of the log; there is\n${buggy.daemon.log}`,
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
    buggy.bugs.letGo()
    await until('that it goes on', () => isLogged(/^the watching thread goes on$/))
    session.destroy()
    await buggy.daemon.stop({ errors: [watchStill] })
  })
})
