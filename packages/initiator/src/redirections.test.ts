import {
  encodeText,
  LoginStatus,
  LogoutRequest,
  LogoutResponse,
  RESERVED_TAG,
  type TextPair,
  TextRequest,
  TextResponse,
} from '@lunkit/pdu'
import { describe, expect, it } from 'vitest'
import { connect } from './connect.ts'
import type { ConnectOptions } from './connect-options.ts'
import { discover } from './discover.ts'
import { ConnectionError, LoginError, ProtocolError } from './error.ts'
import { RawConnection } from './raw-connection.ts'
import type { RedirectionNotice } from './redirection-notice.ts'
import { ALICE, nextRequest } from './testing/chap-target.ts'
import { memoryPair } from './testing/memory-transport.ts'
import { ScriptedTarget, scripted } from './testing/scripted-target.ts'
import type { OpenTransport } from './transport.ts'

const { targetMovedTemporarily, targetMovedPermanently } = LoginStatus
const unreachable: OpenTransport = () => Promise.reject(new ConnectionError('no route'))

/** Portals in the order in which they are reached; those that are false cannot be. */
async function portals(...reached: readonly boolean[]) {
  const pairs = reached.map(is => (is ? memoryPair() : undefined))
  const ways = pairs.map(pair => pair?.[0] ?? unreachable)
  const far = pairs.flatMap(pair => (pair ? [pair[1]] : []))
  const targets = await Promise.all(far.map(async end => new ScriptedTarget(await RawConnection.open(end))))
  const transport: OpenTransport = events => (ways.shift() ?? unreachable)(events)
  return { targets, transport, ways }
}

/** Answers the next login by sending it there. */
async function redirect(
  target: ScriptedTarget | undefined,
  to: readonly string[],
  status = targetMovedTemporarily as number,
) {
  if (!target) throw new Error('there is no such target')
  const { values, keys } = await nextRequest(target)
  const pairs = to.map((address): TextPair => ['TargetAddress', address])
  target.answerLogin(values, pairs, { status: status as LoginStatus, transit: false, nextStage: 0 })
  return keys
}

function logIn(transport: OpenTransport, more: Partial<ConnectOptions> = {}) {
  const notices: RedirectionNotice[] = []
  const listener = { redirected: (notice: RedirectionNotice) => notices.push(notice) }
  const connecting = connect({ ...scripted, host: '192.0.2.9', transport, listener, ...more })
  connecting.catch(() => undefined)
  return { connecting, notices }
}

describe('a login that is redirected', () => {
  it.each([
    ['192.0.2.1:3261,5', { host: '192.0.2.1', port: 3261 }],
    ['192.0.2.1', { host: '192.0.2.1', port: 3260 }],
    ['[2001:db8::1]', { host: '2001:db8::1', port: 3260 }],
    ['[2001:db8::1]:3261', { host: '2001:db8::1', port: 3261 }],
    ['disk.example.org', { host: 'disk.example.org', port: 3260 }],
  ])('goes to %s', async (address, place) => {
    const { targets, transport } = await portals(true, true)
    const { connecting, notices } = logIn(transport)
    await redirect(targets[0], [address])
    await targets[1]?.acceptLogin()
    const session = await connecting
    expect(session.portal).toEqual(place)
    expect(notices).toEqual([{ from: { host: '192.0.2.9', port: 3260 }, to: [place], permanent: false }])
  })

  it('tells whether the target has moved for good', async () => {
    const { targets, transport } = await portals(true, true)
    const { connecting, notices } = logIn(transport)
    await redirect(targets[0], ['192.0.2.1'], targetMovedPermanently)
    await targets[1]?.acceptLogin()
    await connecting
    expect(notices.map(({ permanent }) => permanent)).toEqual([true])
  })

  it('goes to the next of several addresses where nobody answers at one', async () => {
    const { targets, transport } = await portals(true, false, true)
    const { connecting } = logIn(transport)
    await redirect(targets[0], ['192.0.2.1', '192.0.2.2:3261'])
    await targets[1]?.acceptLogin()
    expect((await connecting).portal).toEqual({ host: '192.0.2.2', port: 3261 })
  })

  it('fails as the last of them fails', async () => {
    const { targets, transport } = await portals(true, false, false)
    const { connecting } = logIn(transport)
    await redirect(targets[0], ['192.0.2.1', '192.0.2.2'])
    await expect(connecting).rejects.toThrow('no route')
  })

  it('does not look for another address where it is refused', async () => {
    const { targets, transport, ways } = await portals(true, true, true)
    const { connecting } = logIn(transport)
    await redirect(targets[0], ['192.0.2.1', '192.0.2.2'])
    const { values } = await nextRequest(targets[1] as ScriptedTarget)
    targets[1]?.answerLogin(values, [], { status: LoginStatus.notFound, transit: false, nextStage: 0 })
    await expect(connecting).rejects.toBeInstanceOf(LoginError)
    expect(ways).toHaveLength(1)
  })

  it('shows who it is there, too', async () => {
    const { targets, transport } = await portals(true, true)
    logIn(transport, { auth: ALICE })
    expect((await redirect(targets[0], ['192.0.2.1'])).get('AuthMethod')).toBe('CHAP')
    expect((await nextRequest(targets[1] as ScriptedTarget)).keys.get('AuthMethod')).toBe('CHAP')
  })

  it('is given up at the fifth time', async () => {
    const { targets, transport, ways } = await portals(...Array.from({ length: 6 }, () => true))
    const { connecting } = logIn(transport)
    for (const [at, target] of targets.slice(0, 5).entries()) await redirect(target, [`192.0.2.1:${at + 1}`])
    await expect(connecting).rejects.toThrow('the login was redirected more than 4 times')
    expect(ways).toHaveLength(1)
  })

  it.each([
    [[['192.0.2.9:3260']], '192.0.2.9:3260, 192.0.2.9:3260'],
    [[['[2001:db8::1]'], ['192.0.2.9,1']], '192.0.2.9:3260, [2001:db8::1]:3260, 192.0.2.9:3260'],
  ])('is given up where it goes round: %j', async (way, said) => {
    const { targets, transport } = await portals(...way.map(() => true))
    const { connecting } = logIn(transport)
    for (const [at, to] of way.entries()) await redirect(targets[at], to)
    await expect(connecting).rejects.toThrow(`the login was redirected in a circle: ${said}`)
  })

  it.each([['192.0.2.1:0'], ['2001:db8::1'], ['[2001:db8::1'], ['192.0.2.1:3260:1'], ['']])(
    'is given up where it is told %j beside an address',
    async wrong => {
      const { targets, transport } = await portals(true)
      const { connecting } = logIn(transport)
      await redirect(targets[0], ['192.0.2.1', wrong])
      await expect(connecting).rejects.toBeInstanceOf(ProtocolError)
    },
  )

  it('may be one of discovery, whose addresses are seen from where it has come to', async () => {
    const { targets, transport } = await portals(true, true)
    const found = discover({ host: 'fe80::9%eth0', transport, strict: true })
    await redirect(targets[0], ['[fe80::1]:3261'])
    const target = targets[1] as ScriptedTarget
    await target.acceptLogin()
    const { initiatorTaskTag } = (await target.raw.expect(TextRequest)).values
    const told: TextPair[] = [
      ['TargetName', 'iqn.a'],
      ['TargetAddress', '[fe80::2]:3260,1'],
    ]
    const values = { initiatorTaskTag, final: true, targetTransferTag: RESERVED_TAG }
    target.answer(TextResponse, values, { data: encodeText(told) })
    const logout = await target.raw.expect(LogoutRequest)
    target.answer(LogoutResponse, { initiatorTaskTag: logout.values.initiatorTaskTag })
    expect((await found)[0]?.portals[0]?.host).toBe('fe80::2%eth0')
  })
})
