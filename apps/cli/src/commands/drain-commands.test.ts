import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { CliBench } from '../testing/cli-bench.ts'

const TARGET = 'iqn.2026-11.com.example:disk'
const HOST = 'iqn.2026-11.com.example:host'

let bench: CliBench
beforeAll(async () => {
  bench = await CliBench.open()
})
beforeEach(() => bench.restart())
afterAll(() => bench.close())

describe('drain', () => {
  it.each([
    [TARGET, { target: TARGET }],
    [`/iscsi/${TARGET}`, { target: TARGET }],
    [`${TARGET}/tpg2`, { target: TARGET, tag: 2 }],
    [`/iscsi/${TARGET}/tpg1/portals/[::1]:3260`, { target: TARGET, tag: 1, portal: '[::1]:3260' }],
    [`${TARGET}/tpg1/acls/${HOST}`, { target: TARGET, tag: 1, initiator: HOST }],
    ['192.0.2.1:3260', { portal: '192.0.2.1:3260' }],
    ['[2001:db8::1]:3260', { portal: '[2001:db8::1]:3260' }],
  ])('has those of %s log out', async (place, asked) => {
    const { out, code } = await bench.line(`drain ${place}`)
    expect({ out, code }).toEqual({ out: ['3 sessions had to log out, 1 had not in time and was ended.'], code: 0 })
    expect(bench.model.drained).toEqual([{ seconds: 15, keep_out: false, ...asked }])
  })

  it.each([
    [{ sessions: 0, ended: 0 }, 'Nobody was logged in there.'],
    [{ sessions: 1, ended: 0 }, '1 session had to log out.'],
    [{ sessions: 2, ended: 2 }, '2 sessions had to log out, 2 had not in time and were ended.'],
  ])('says how it went with %o', async (draining, said) => {
    bench.model.draining = draining
    expect((await bench.line(`drain ${TARGET}`)).out).toEqual([said])
    const { out } = await bench.line(`--json drain ${TARGET}`)
    const loggedOut = draining.sessions - draining.ended
    expect(JSON.parse(out.join(''))).toEqual({ ...draining, loggedOut, kept_out: false })
  })

  it('says how long they have, when they are to come back, and why', async () => {
    await bench.line(`drain ${TARGET} seconds=60 come_back_after=30 reason=maintenance`)
    expect(bench.model.drained).toEqual([
      { target: TARGET, seconds: 60, come_back_after: 30, keep_out: false, reason: 'maintenance' },
    ])
  })

  it('keeps them out, for a time or until they are let in again', async () => {
    const said = [
      await bench.line(`drain ${TARGET} keep_out=true`),
      await bench.line(`drain ${TARGET}/tpg1 keep_out_seconds=600 redirect_to=192.0.2.7`),
      await bench.line(`undrain ${TARGET}/tpg1`),
      await bench.line('undrain'),
    ]
    expect(said.map(({ out }) => out.at(-1))).toEqual([
      `Nobody may log in there until lunkit undrain ${TARGET}, or until lunkitd ends.`,
      `Logins are sent to 192.0.2.7 for 600 seconds, or until lunkit undrain ${TARGET}/tpg1, or until lunkitd ends.`,
      'Opened 1 place.',
      'Opened 1 place.',
    ])
    expect(bench.model.drained).toMatchObject([{ keep_out: true }, { keep_out_seconds: 600, redirect_to: '192.0.2.7' }])
    expect(bench.model.undrained).toEqual([{ target: TARGET, tag: 1 }, {}])
  })

  it.each(['disk', '/backstores', '192.0.2.1', `${TARGET}/tpg1/luns`])('refuses %s, which is nobody', async place => {
    const { err, code } = await bench.line(`drain ${place}`)
    expect({ code, err: err[0] }).toEqual({ code: 2, err: `${place} is no target, portal group or portal` })
    expect(bench.model.drained).toEqual([])
  })
})

describe('redirect', () => {
  it('sends logins elsewhere, of all or of one, and lets them in again', async () => {
    await bench.all(`/iscsi create ${TARGET}`)
    const said = [
      await bench.line(`redirect ${TARGET} 192.0.2.7`),
      await bench.line(`redirect /iscsi/${TARGET}/tpg1/acls/${HOST} [2001:db8::7]:3261 permanent=true`),
    ]
    expect(said.flatMap(({ out }) => out)).toEqual([
      'Logins of everybody are sent to 192.0.2.7.',
      `Logins of ${HOST} are sent to [2001:db8::7]:3261 for good.`,
    ])
    expect(bench.model.configuration.lunkit).toMatchObject({
      redirections: [
        { target: TARGET, tag: 1, address: '192.0.2.7', permanent: false },
        { target: TARGET, tag: 1, initiator: HOST, address: '[2001:db8::7]:3261', permanent: true },
      ],
    })
    expect((await bench.line(`redirect ${TARGET} off`)).out).toEqual(['Logins of everybody are sent nowhere any more.'])
    await bench.all(`/iscsi delete ${TARGET}`)
    expect(bench.model.configuration.lunkit).toEqual({})
  })

  it.each([
    [`${TARGET}.none 192.0.2.7`, 1, `/iscsi/${TARGET}.none is not there`],
    [`${TARGET} 192.0.2.7:0`, 1, 'cannot be at "192.0.2.7:0"'],
    ['192.0.2.1:3260 192.0.2.7', 2, '192.0.2.1:3260 is no target or portal group'],
  ])('refuses %s', async (line, code, message) => {
    await bench.all(`/iscsi create ${TARGET}`)
    const said = await bench.line(`redirect ${line}`)
    expect(said.code).toBe(code)
    expect(said.err.join(' ')).toContain(message)
  })
})

describe('kick', () => {
  it('ends a session, with a reason', async () => {
    expect((await bench.line('kick 7 reason=maintenance')).out).toEqual(['Ended 1 session.'])
    expect(bench.model.ended).toEqual(['7'])
  })

  it('is no command of targetcli', async () => {
    expect((await bench.line('targetcli kick 7')).err[0]).toBe('Command not found kick')
  })
})
