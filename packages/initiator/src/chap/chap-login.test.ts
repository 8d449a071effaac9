import { createHash } from 'node:crypto'
import { inspect } from 'node:util'
import { LoginStatus } from '@lunkit/pdu'
import { describe, expect, it } from 'vitest'
import { connect } from '../connect.ts'
import { discover } from '../discover.ts'
import { LoginError } from '../error.ts'
import { RawConnection } from '../raw-connection.ts'
import { ALICE, beginChap, CHALLENGE, challenge, DISK, nextRequest, proofOf, reply } from '../testing/chap-target.ts'
import { memoryPair } from '../testing/memory-transport.ts'
import { beginSession, ScriptedTarget } from '../testing/scripted-target.ts'

const mutual = { ...ALICE, mutual: DISK }
/** RFC 1994 4.1: the hash over the identifier, the secret and the challenge. */
const hashed = (name: string): string =>
  `0x${createHash(name)
    .update(Buffer.concat([Buffer.of(7), Buffer.from(ALICE.secret), CHALLENGE]))
    .digest('hex')}`

describe('a login with a secret', () => {
  it('offers CHAP and nothing else, and does not ask to leave the stage', async () => {
    const { target } = await beginSession({ auth: ALICE })
    const { keys, values } = await nextRequest(target)
    expect(keys.get('AuthMethod')).toBe('CHAP')
    expect([...keys.keys()]).not.toContain('CHAP_A')
    expect(values).toMatchObject({ currentStage: 0, transit: false, nextStage: 0 })
  })

  it('offers all hashes, the strongest first, or those that it is told', async () => {
    expect((await beginChap(ALICE)).offered).toBe('8,7,6,5')
    expect((await beginChap({ ...ALICE, algorithms: ['MD5', 'SHA256'] })).offered).toBe('5,7')
  })

  it.each([
    [5, 'md5'],
    [6, 'sha1'],
    [7, 'sha256'],
    [8, 'sha3-256'],
  ])('answers a challenge of algorithm %i', async (algorithm, hash) => {
    const login = await challenge(await beginChap(ALICE), [
      ['CHAP_A', String(algorithm)],
      ['CHAP_I', '7'],
      ['CHAP_C', `0x${CHALLENGE.toString('hex')}`],
    ])
    const { keys, values } = login.request
    expect([...keys]).toEqual([
      ['CHAP_N', 'alice'],
      ['CHAP_R', hashed(hash)],
    ])
    expect(values).toMatchObject({ currentStage: 0, transit: true, nextStage: 1 })
    reply(login, [], false)
    await login.target.acceptLogin()
    expect((await login.connecting).parameters.AuthMethod).toBe('CHAP')
  })

  it('reads a challenge in base64, and identifiers in hexadecimal', async () => {
    const { request } = await challenge(await beginChap(ALICE), [
      ['CHAP_A', '0x5'],
      ['CHAP_I', '0x07'],
      ['CHAP_C', `0b${CHALLENGE.toString('base64')}`],
    ])
    expect(request.keys.get('CHAP_R')).toBe(hashed('md5'))
  })

  it('takes bytes for a secret', async () => {
    const { request } = await challenge(await beginChap({ ...ALICE, secret: Buffer.from(ALICE.secret) }))
    expect(request.keys.get('CHAP_R')).toBe(hashed('md5'))
  })

  it('goes on when the target needs another response to leave the stage', async () => {
    const login = await challenge(await beginChap(ALICE))
    reply(login, [])
    const again = { ...login, request: await nextRequest(login.target) }
    expect([again.request.values.transit, again.request.keys.size]).toEqual([true, 0])
    reply(again, [], false)
    await login.target.acceptLogin()
    await login.connecting
  })

  it('fails with the status of the target where that refuses', async () => {
    const login = await challenge(await beginChap(ALICE))
    // RFC 7143 11.13.4: its StatSN means nothing.
    const refusal = { status: LoginStatus.authenticationFailure, transit: false, statSN: 0 } as const
    login.target.answerLogin(login.request.values, [], refusal)
    await expect(login.connecting).rejects.toMatchObject({ refusedBy: 'target', statusName: 'authenticationFailure' })
    await expect(login.connecting).rejects.toBeInstanceOf(LoginError)
  })

  it('may leave the choice to the target, which then does without', async () => {
    const { target, connecting } = await beginSession({ auth: ALICE, offers: { AuthMethod: ['CHAP', 'None'] } })
    const { values, keys } = await nextRequest(target)
    expect([values.transit, keys.get('AuthMethod')]).toEqual([true, 'CHAP,None'])
    target.answerLogin(values, [['AuthMethod', 'None']])
    await target.acceptLogin()
    expect((await connecting).parameters.AuthMethod).toBe('None')
  })

  it('takes names and secrets from a URL', async () => {
    const [near, far] = memoryPair()
    const target = new ScriptedTarget(await RawConnection.open(far))
    const url = `iscsi://alice%${ALICE.secret}@192.0.2.1/iqn.2026-11.io.lunkit:disk/0?target_user=disk&target_password=x`
    const connecting = connect(url, { transport: near })
    connecting.catch(() => undefined)
    const { values } = await nextRequest(target)
    target.answerLogin(values, [['AuthMethod', 'CHAP']], { transit: false, nextStage: 0 })
    const login = { target, connecting, offered: '', request: await nextRequest(target) }
    const { request } = await challenge(login)
    expect([...request.keys.keys()]).toEqual(['CHAP_N', 'CHAP_R', 'CHAP_I', 'CHAP_C'])
    expect(request.keys.get('CHAP_R')).toBe(hashed('md5'))
  })

  it('is one of discovery too', async () => {
    const [near, far] = memoryPair()
    const target = new ScriptedTarget(await RawConnection.open(far))
    discover({ host: 'memory', transport: near, auth: ALICE }).catch(() => undefined)
    const { keys } = await nextRequest(target)
    expect([keys.get('SessionType'), keys.get('AuthMethod')]).toEqual(['Discovery', 'CHAP'])
  })

  it('can be made on a connection without rules', async () => {
    const [near, far] = memoryPair()
    const target = new ScriptedTarget(await RawConnection.open(far))
    const raw = await RawConnection.open(near)
    raw.login({}, { auth: ALICE }).catch(() => undefined)
    expect((await nextRequest(target)).keys.get('AuthMethod')).toBe('CHAP')
  })
})

describe('a login in which both show who they are', () => {
  it('asks the target by a challenge of its own, as long as the hash, each time another', async () => {
    const challenges = new Set<string>()
    for (let i = 0; i < 4; i++) {
      const { keys } = (await challenge(await beginChap(mutual))).request
      expect([...keys.keys()]).toEqual(['CHAP_N', 'CHAP_R', 'CHAP_I', 'CHAP_C'])
      expect(keys.get('CHAP_I')).not.toBe('7')
      expect(keys.get('CHAP_C')).toMatch(/^0x[0-9a-f]{32}$/)
      challenges.add(keys.get('CHAP_C') ?? '')
    }
    expect(challenges.size).toBe(4)
  })

  const provesItself = async (stays: boolean) => {
    const login = await challenge(await beginChap(mutual))
    reply(login, proofOf(login, DISK), stays)
    return login
  }

  it('takes the right answer with the end of the stage', async () => {
    const login = await provesItself(false)
    await login.target.acceptLogin()
    const session = await login.connecting
    expect(session.parameters.AuthMethod).toBe('CHAP')
    expect(inspect(session, { depth: 9, showHidden: true })).not.toContain('secret')
  })

  it('takes the right answer before the end of the stage', async () => {
    const { target, connecting } = await provesItself(true)
    const { values, keys } = await nextRequest(target)
    expect([values.transit, keys.size]).toEqual([true, 0])
    target.answerLogin(values, [])
    await target.acceptLogin()
    await connecting
  })
})
