import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { IsnsError, IsnsFault } from '../error.ts'
import { encodeMessage } from '../message/message.ts'
import { agreed, NameServer, response } from '../testing/name-server.ts'
import { deafPort, RegistrarBench, target } from '../testing/registrar-bench.ts'

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const text = (...parts: string[]): string => parts.join('').replaceAll(' ', '')
const iqn = (name: string): string => Buffer.from(`iqn.2026-11.com.example:${name}`).toString('hex')

const REGISTER = 0x0001
const QUERY = 0x0002
const DEREGISTER = 0x0004

let server: NameServer
let benches: RegistrarBench[]

beforeEach(async () => {
  server = await NameServer.open()
  benches = []
})
afterEach(async () => {
  await server.close()
  await Promise.all(benches.map(({ registrar }) => registrar.close()))
})

function bench(...given: ConstructorParameters<typeof RegistrarBench>): RegistrarBench {
  const made = new RegistrarBench(...given)
  benches.push(made)
  return made
}

const functions = async (count: number): Promise<number[]> => {
  const found: number[] = []
  while (found.length < count) found.push((await server.asked())[0])
  return found
}

describe('a registrar', () => {
  it('registers its entity, targets, portals and portal groups, RFC 4171 5.6.5.1', async () => {
    const one = { ...target('a'), alias: 'first' }
    const two = target('b', '2001:db8::1', 3261)
    bench(server.port, [one, two])
    const request = await server.next()
    const [a, b] = [`${iqn('a')} 000000`, `${iqn('b')} 000000`]
    const entity = '00000001 0000000c 6c756e6b69743a61 00000000'
    const ip4 = '00000010 00000000000000000000ffffc0000201'
    const ip6 = '00000010 20010db8000000000000000000000001'
    expect(request.replace).toBe(true)
    expect(hex(request.payload)).toBe(
      text(
        `00000020 0000001c ${a} ${entity} 00000000 00000000`,
        `${entity} 00000002 00000004 00000002 00000006 00000004 0000012c`,
        `00000020 0000001c ${a} 00000021 00000004 00000001 00000022 00000008 6669727374000000`,
        `00000010 ${ip4} 00000011 00000004 00000cbc 00000010 ${ip6} 00000011 00000004 00000cbd`,
        `00000030 0000001c ${a} 00000031 ${ip4} 00000032 00000004 00000cbc 00000033 00000004 00000001`,
        `00000030 0000001c ${a} 00000031 ${ip6} 00000032 00000004 00000cbd 00000033 00000000`,
        `00000020 0000001c ${b} 00000021 00000004 00000001`,
        `00000030 0000001c ${b} 00000031 ${ip4} 00000032 00000004 00000cbc 00000033 00000000`,
        `00000030 0000001c ${b} 00000031 ${ip6} 00000032 00000004 00000cbd 00000033 00000004 00000001`,
      ),
    )
  })

  it('sends a long list as several messages, the first of which takes the place of what was there', async () => {
    const { registrar, ...more } = bench(
      server.port,
      Array.from({ length: 100 }, (_, at) => target(`disk${at}`)),
    )
    const first = await server.next()
    const second = await server.next()
    expect([first.replace, second.replace]).toEqual([true, false])
    expect(Math.max(first.payload.length, second.payload.length)).toBeLessThan(8000)
    expect(more.targets).toHaveLength(100)
    expect(registrar.status.state).toBe('connecting')
  })

  it('registers what comes, and takes back what goes', async () => {
    const it = bench(server.port, [target('a'), target('b', '192.0.2.2')])
    expect(await it.told()).toEqual(['registered', { targets: 2, portals: 2 }])
    await it.change([target('a')])
    expect(await it.told()).toEqual(['registered', { targets: 1, portals: 1 }])
    await it.change([target('a'), target('c')])
    expect(await it.told()).toEqual(['registered', { targets: 2, portals: 1 }])
    await server.next()
    const [functionId, attributes] = await server.asked()
    expect(functionId).toBe(DEREGISTER)
    expect(attributes.map(({ tag }) => tag)).toEqual([32, 0, 32, 16, 17])
    expect(attributes[2]?.value.toString()).toContain('example:b\0')
    expect(hex((await server.next()).payload)).not.toContain(iqn('a\0').repeat(2))
  })

  it('has nothing where there is nothing to register, and takes all back when there is no more', async () => {
    const it = bench(server.port, [])
    expect(await it.told()).toEqual(['registered', { targets: 0, portals: 0 }])
    expect(it.registrar.status.state).toBe('idle')
    await it.change([target('a')])
    await it.told()
    await it.change([])
    await it.told()
    expect(await functions(2)).toEqual([REGISTER, DEREGISTER])
  })

  it('keeps to itself what only this machine can reach', async () => {
    const it = bench(server.port, [target('a', 'fe80::1%eth0')])
    expect(await it.told()).toEqual(['registered', { targets: 0, portals: 0 }])
  })

  it('shows three times in the period of the server that it lives, and registers all where that has forgotten it', async () => {
    const it = bench(server.port, [target('a')])
    await it.told()
    await it.timers.runOut(3000)
    expect(await functions(2)).toEqual([REGISTER, QUERY])
    server.answer = request => (request.functionId === QUERY ? response(request, 0) : agreed(request))
    await it.timers.runOut(3000)
    expect(await functions(2)).toEqual([QUERY, REGISTER])
    expect(await it.told()).toEqual(['registered', { targets: 1, portals: 1 }])
  })
})

describe('a server that has forgotten what is to be taken back', () => {
  const forgotten = (status: number) => (request: Parameters<NameServer['answer']>[0]) =>
    request.functionId === DEREGISTER ? response(request, status) : agreed(request)

  it.each([6, 9, 22])('has nothing to be asked for again: status %i', async status => {
    const it = bench(server.port, [target('a'), target('b')])
    await it.told()
    server.answer = forgotten(status)
    await it.change([target('a')])
    expect(await it.told()).toEqual(['registered', { targets: 1, portals: 1 }])
    await it.change([])
    expect(await it.told()).toEqual(['registered', { targets: 0, portals: 0 }])
  })

  it.each([6, 9, 22])('is registered with anew where it knows nothing of who lives: status %i', async status => {
    const it = bench(server.port, [target('a')])
    await it.told()
    server.answer = request => (request.functionId === QUERY ? response(request, status) : agreed(request))
    await it.timers.runOut(3000)
    expect(await it.told()).toEqual(['registered', { targets: 1, portals: 1 }])
    expect(await functions(3)).toEqual([REGISTER, QUERY, REGISTER])
  })

  it('is asked again where it refuses for another reason', async () => {
    const it = bench(server.port, [target('a'), target('b')])
    await it.told()
    server.answer = forgotten(8)
    await it.change([target('a')])
    expect((await it.told())[0]).toBe('failed')
  })
})

describe('a server that is away', () => {
  it('is tried again, later each time, until it is there', async () => {
    const port = await deafPort()
    const it = bench(port, [target('a')])
    for (const [at, delayMs] of [500, 1000, 2000, 4000, 8000, 16_000, 30_000].entries()) {
      const [what, more] = await it.told()
      expect([what, more]).toMatchObject(['failed', { attempt: at + 1, delayMs, error: { fault: 'unreachable' } }])
      await it.timers.runOut(delayMs)
    }
    await it.told()
    const late = await NameServer.open(port)
    await it.timers.runOut(30_000)
    expect(await it.told()).toEqual(['registered', { targets: 1, portals: 1 }])
    expect(it.registrar.status).toMatchObject({ state: 'registered', error: undefined, failures: 8 })
    await late.close()
  })

  it('is tried again at times that differ from one client to the other', async () => {
    const it = bench(await deafPort(), [], { random: () => 0.5 })
    expect((await it.told())[1]).toMatchObject({ delayMs: 375 })
  })

  it('gets the registration again when it is back', async () => {
    const it = bench(server.port, [target('a')])
    await it.told()
    server.hangUp()
    expect((await it.told())[0]).toBe('failed')
    await it.timers.runOut(500)
    expect(await it.told()).toEqual(['registered', { targets: 1, portals: 1 }])
  })

  it('that hangs up every time is not asked in a hurry', async () => {
    const it = bench(server.port, [target('a')])
    for (const delayMs of [500, 1000, 2000]) {
      await it.told()
      server.hangUp()
      expect((await it.told())[1]).toMatchObject({ delayMs })
      await it.timers.runOut(delayMs)
    }
  })

  it('that says nothing is left after 5 s', async () => {
    server.answer = () => undefined
    const it = bench(server.port, [target('a')])
    await server.next()
    await it.timers.runOut(5000)
    expect((await it.told())[1]).toMatchObject({ error: { message: 'no answer within 5 s' } })
  })
})

describe('a server that is wrong', () => {
  it.each([
    ['a refusal', (request: never) => response(request, 8), 'the server refuses it: source unauthorized (status 8)'],
    ['a status of no meaning', (request: never) => response(request, 99), 'a status that is reserved (status 99)'],
    ['another entity', (request: never) => response(request, 0), 'the server has registered something else'],
    ['no status', () => answerOf(1, ''), 'without a status'],
    ['an answer to something else', () => answerOf(2, '00000000'), 'what it was not asked'],
    ['attributes that do not fit', () => answerOf(1, '00000000 0000000100000004'), 'does not fit'],
    ['no iSNS', () => Buffer.from('HTTP/1.1 400 Bad Request\r\n'), 'what came is no iSNS'],
    [
      'another protocol version',
      () => Buffer.from('000200000000000000000000', 'hex'),
      'what came is no iSNS: version 2',
    ],
  ])('with %s has the attempt fail', async (_, answer, message) => {
    server.answer = answer as NameServer['answer']
    const { error } = (await bench(server.port, [target('a')]).told())[1] as { error: IsnsError }
    expect(error).toBeInstanceOf(IsnsError)
    expect(error.message).toContain(message)
  })

  it('that speaks without being asked is left', async () => {
    const it = bench(server.port, [target('a')])
    await it.told()
    server.say(answerOf(1, '00000000'))
    expect((await it.told())[1]).toMatchObject({ error: { fault: IsnsFault.malformed } })
  })
})

function answerOf(transactionId: number, payload: string): Uint8Array {
  const bytes = Buffer.from(payload.replaceAll(' ', ''), 'hex')
  return encodeMessage({ functionId: 0x8001, transactionId, fromServer: true, payload: bytes })
}

describe('the end', () => {
  it('takes all back', async () => {
    const it = bench(server.port, [target('a')])
    await it.told()
    await it.registrar.close()
    expect(await functions(2)).toEqual([REGISTER, DEREGISTER])
    expect(await it.told()).toEqual(['deregistered'])
    expect(it.registrar.status).toMatchObject({ state: 'closed', registered: { targets: 0, portals: 0 } })
  })

  it('comes after 2 s where the server does not answer, and says that something is left there', async () => {
    const it = bench(server.port, [target('a')])
    await it.told()
    server.answer = () => undefined
    const closed = it.registrar.close()
    await it.timers.runOut(2000)
    await closed
    expect((await it.told())[0]).toBe('left')
  })

  it('comes at once where nothing was registered', async () => {
    const it = bench(await deafPort(), [target('a')])
    await it.told()
    await it.registrar.close()
    expect(it.registrar.status.state).toBe('closed')
  })

  it('comes while it connects', async () => {
    const it = bench(server.port, [target('a')])
    await it.registrar.close()
    expect(it.registrar.status).toMatchObject({ state: 'closed', registered: { targets: 0 } })
  })

  it('is the same for who asks twice', async () => {
    const it = bench(server.port, [target('a')])
    await it.told()
    await Promise.all([it.registrar.close(), it.registrar.close()])
    expect(await it.told()).toEqual(['deregistered'])
  })

  it('tries once more where the server was lost', async () => {
    const it = bench(server.port, [target('a')])
    await it.told()
    server.hangUp()
    await it.told()
    await it.registrar.close()
    expect(await functions(2)).toEqual([REGISTER, DEREGISTER])
  })
})
