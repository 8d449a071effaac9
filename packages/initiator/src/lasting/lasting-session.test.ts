import { AsyncEvent, AsyncMessage, LoginStatus, LogoutRequest, LogoutResponse } from '@lunkit/pdu'
import { TestUnitReady } from '@lunkit/scsi'
import { describe, expect, it } from 'vitest'
import { ConnectionError, LoginError, TimeoutError } from '../error.ts'
import { ALICE, nextRequest } from '../testing/chap-target.ts'
import { LastingTarget, settled } from '../testing/lasting-target.ts'
import { keepConnected } from './keep-connected.ts'

const ready = { name: TestUnitReady.name, cdb: TestUnitReady.encode({}) }
/** What the targets of these tests agree on: two seconds. */
const TIME_TO_WAIT_MS = 2000
const BLOCK = new Uint8Array(512)

describe('a lasting session', () => {
  it('is made again when it is lost, with the same identifier, after the time that was agreed on', async () => {
    const world = new LastingTarget()
    const { session, target } = await world.connect()
    target.raw.destroy()
    await settled()
    expect(world.losses).toMatchObject([
      { attempt: 1, delayMs: TIME_TO_WAIT_MS, reason: expect.any(ConnectionError) as Error },
    ])
    const waits = session.unit.command(ready)
    await world.timers.pass(TIME_TO_WAIT_MS - 1)
    await settled()
    await world.timers.pass(1)
    const again = await world.next()
    const login = again.acceptLogin()
    await login
    again.end((await again.command()).values.initiatorTaskTag)
    await waits
    expect(world.restored).toBe(1)
    session.destroy()
  })

  it('has the identifier of the first, so that what that has left behind ends first', async () => {
    const world = new LastingTarget()
    const { session, target } = await world.connect({}, { isid: undefined })
    target.raw.destroy()
    await settled()
    await world.timers.pass(TIME_TO_WAIT_MS)
    const { values } = await nextRequest(await world.next())
    expect([values.isid >= 0x8000_0000_0000, values.tsih]).toEqual([true, 0])
    session.destroy()
  })

  it('fails what was on its way, which may have happened', async () => {
    const world = new LastingTarget()
    const { session, target } = await world.connect({ repeat: 'reads' })
    const write = session.unit.command({ name: 'WRITE', cdb: new Uint8Array(10).fill(0x2a, 0, 1), write: BLOCK })
    const start = session.unit.command({ name: 'START STOP UNIT', cdb: new Uint8Array(6).fill(0x1b, 0, 1) })
    await target.command()
    await target.command()
    target.raw.destroy()
    await expect(write).rejects.toBeInstanceOf(ConnectionError)
    await expect(start).rejects.toBeInstanceOf(ConnectionError)
    session.destroy()
  })

  it('fails reads too, unless it is told to repeat them', async () => {
    const world = new LastingTarget()
    const { session, target } = await world.connect()
    const read = session.unit.read(0, 1, { timeoutMs: 60_000 })
    await target.command()
    target.raw.destroy()
    await expect(read).rejects.toBeInstanceOf(ConnectionError)
    session.destroy()
  })

  it('repeats what changes nothing where it is told to', async () => {
    const world = new LastingTarget()
    const { session, target } = await world.connect({ repeat: 'reads' })
    const reading = session.unit.command(ready)
    await target.command()
    target.raw.destroy()
    await settled()
    await world.timers.pass(TIME_TO_WAIT_MS)
    const again = await world.next()
    await again.acceptLogin()
    again.end((await again.command()).values.initiatorTaskTag)
    expect((await reading).status).toBe(0)
    session.destroy()
  })

  it('tries again after twice as long each time, half of it by chance, and no longer than it is told', async () => {
    const world = new LastingTarget()
    const { session, target } = await world.connect({ firstDelayMs: 4000, longestDelayMs: 10_000 })
    world.away = true
    target.raw.destroy()
    await settled()
    for (let i = 0; i < 5; i++) await world.timers.pass(10_000)
    const delays = world.losses.map(({ delayMs }) => delayMs)
    expect(delays.length).toBeGreaterThanOrEqual(5)
    expect(delays[0]).toBe(4000)
    for (const [at, most] of [8000, 10_000, 10_000, 10_000].entries()) {
      expect(delays[at + 1]).toBeGreaterThanOrEqual(most / 2)
      expect(delays[at + 1]).toBeLessThanOrEqual(most)
    }
    session.destroy()
    expect((await session.closed).message).toBe('the session was dropped')
    expect(world.timers.pending).toBe(0)
  })

  it('is given up after so many attempts, and what waits for it fails', async () => {
    const world = new LastingTarget()
    const { session, target } = await world.connect({ attempts: 2 })
    world.away = true
    target.raw.destroy()
    await settled()
    const waits = session.unit.command(ready)
    waits.catch(() => undefined)
    await world.timers.pass(10_000)
    await expect(waits).rejects.toThrow('nobody is there')
    expect((await session.closed).message).toBe('nobody is there')
    expect(world.losses.map(({ attempt }) => attempt)).toEqual([1, 2])
    await expect(session.ping()).rejects.toThrow('nobody is there')
  })

  it.each([
    [LoginStatus.authenticationFailure, 1],
    [LoginStatus.notFound, 1],
    [LoginStatus.serviceUnavailable, 2],
    [LoginStatus.outOfResources, 2],
  ])('is given up where the target refuses it for good, and not where it cannot: %i', async (status, attempts) => {
    const world = new LastingTarget()
    const { session, target } = await world.connect({ attempts: 2 })
    target.raw.destroy()
    await settled()
    for (let attempt = 1; attempt <= attempts; attempt++) {
      await world.timers.pass(TIME_TO_WAIT_MS)
      const next = await world.next()
      next.answerLogin((await nextRequest(next)).values, [], { status, transit: false, nextStage: 0 })
      await settled()
    }
    expect(await session.closed).toBeInstanceOf(LoginError)
  })

  it('waits as long as the target asks for when it drops the session', async () => {
    const world = new LastingTarget()
    const { session, target } = await world.connect()
    target.answer(AsyncMessage, { event: AsyncEvent.sessionDrop, parameter2: 7, parameter3: 0 })
    target.raw.destroy()
    await settled()
    expect(world.losses[0]?.delayMs).toBe(7000)
    session.destroy()
  })

  it('logs out where the target asks for it, and comes back', async () => {
    const world = new LastingTarget()
    const { session, target } = await world.connect()
    target.answer(AsyncMessage, { event: AsyncEvent.logoutRequest, parameter3: 5 })
    const { initiatorTaskTag } = (await target.raw.expect(LogoutRequest)).values
    target.answer(LogoutResponse, { initiatorTaskTag })
    await settled()
    await world.timers.pass(TIME_TO_WAIT_MS)
    const again = await world.next()
    await again.acceptLogin()
    await settled()
    expect(world.restored).toBe(1)
    session.destroy()
  })

  it('goes to where the target has moved for good, and not to where it is for a while', async () => {
    const world = new LastingTarget()
    const tried: string[] = []
    const listener = { redirected: ({ from }: { from: { host: string } }) => tried.push(from.host) }
    const connecting = keepConnected({
      ...{ host: '192.0.2.1', target: 'iqn.2026-11.io.lunkit:scripted', listener },
      ...{ transport: world.transport, timers: world.timers, keepAlive: false },
    })
    const redirect = async (address: string, status: number) => {
      const target = await world.next()
      const refusal = { status: status as LoginStatus, transit: false, nextStage: 0 } as const
      target.answerLogin((await nextRequest(target)).values, [['TargetAddress', address]], refusal)
    }
    await redirect('192.0.2.2', LoginStatus.targetMovedPermanently)
    await redirect('192.0.2.3', LoginStatus.targetMovedTemporarily)
    const third = await world.next()
    await third.acceptLogin()
    const session = await connecting
    third.raw.destroy()
    await settled()
    await world.timers.pass(TIME_TO_WAIT_MS)
    await redirect('192.0.2.4', LoginStatus.targetMovedTemporarily)
    await settled()
    expect(tried).toEqual(['192.0.2.1', '192.0.2.2', '192.0.2.2'])
    session.destroy()
  })

  it('lets nobody wait longer than they would', async () => {
    const world = new LastingTarget()
    const { session, target } = await world.connect()
    world.away = true
    target.raw.destroy()
    await settled()
    const late = session.unit.command(ready, { timeoutMs: 100 })
    const ended = session.unit.command(ready, { signal: AbortSignal.abort(new Error('no more')) })
    await expect(ended).rejects.toThrow('no more')
    const caught = late.catch((error: unknown) => error)
    await world.timers.pass(100)
    expect(await caught).toBeInstanceOf(TimeoutError)
    session.destroy()
  })

  it('closes by logout, and makes no other then', async () => {
    const world = new LastingTarget()
    const { session, target } = await world.connect()
    const closing = session.close()
    const { initiatorTaskTag } = (await target.raw.expect(LogoutRequest)).values
    target.answer(LogoutResponse, { initiatorTaskTag })
    await closing
    expect((await session.closed).message).toBe('the session was closed by logout')
    expect([world.losses, world.timers.pending]).toEqual([[], 0])
  })

  it('closes while there is no session', async () => {
    const world = new LastingTarget()
    const { session, target } = await world.connect()
    world.away = true
    target.raw.destroy()
    await settled()
    await session.close()
    expect((await session.closed).message).toBe('the session was closed')
    expect(world.timers.pending).toBe(0)
  })

  it('shows who it is each time', async () => {
    const world = new LastingTarget()
    const { transport, timers } = world
    const name = 'iqn.2026-11.io.lunkit:scripted'
    const connecting = keepConnected({ host: 'memory', target: name, auth: ALICE, transport, timers, keepAlive: false })
    connecting.catch(() => undefined)
    expect((await nextRequest(await world.next())).keys.get('AuthMethod')).toBe('CHAP')
  })
})
