import { createTarget, ramdisk } from 'lunkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ServedDisk, TARGET } from './testing/served-disk.ts'

let served: ServedDisk
beforeAll(async () => {
  served = await ServedDisk.open()
})
afterAll(() => served.close())

describe('discover', () => {
  it('tells the targets of a portal and how each is reached, without a daemon', async () => {
    const { out, err, code } = await served.bench.run(['--control', '/nowhere', 'discover', `iscsi://${served.portal}`])
    expect({ out, err, code }).toEqual({
      out: [TARGET, `  iscsi://${served.portal}/${TARGET}  (portal group 1)`],
      err: [],
      code: 0,
    })
  })

  it('tells them to programs in one line', async () => {
    const { out } = await served.bench.run(['--json', 'discover', served.portal])
    expect(out.map(line => JSON.parse(line) as unknown)).toMatchObject([
      { portal: served.portal, targets: [{ name: TARGET, portals: [{ url: `iscsi://${served.portal}/${TARGET}` }] }] },
    ])
  })

  it('ends with 3 where no target answers, and says what to do', async () => {
    const { err, code } = await served.bench.run(['discover', '127.0.0.1:1'])
    expect(code).toBe(3)
    expect(err[0]).toMatch(/^No target answers: no connection to 127\.0\.0\.1 port 1: .*ECONNREFUSED/)
    expect(err[1]).toMatch(/^Nothing listens there: right is a lunkitd that runs/)
  })

  it.each([
    ['iscsi://%geheim@127.0.0.1', 'There is a user name without a password, or the other way round'],
    [
      'iscsi://me%geheim@127.0.0.1?target_password=geheim',
      'There is a user name without a password, or the other way round',
    ],
    ['iscsi://me%geheim@127.0.0.1?password=geheim', '...@127.0.0.1?... is none'],
    ['iscsi:/me%geheim@127.0.0.1', '...@127.0.0.1 is none'],
    ['me%geheim@127.0.0.1', '...@127.0.0.1 is none'],
    ['iscsi://127.0.0.1:99999', 'iscsi://127.0.0.1:99999 is none'],
    ['::1', '::1 is none'],
  ])('refuses %s as no portal, and says no password', async (portal, message) => {
    const { err, code } = await served.bench.run(['discover', portal])
    expect(code).toBe(2)
    expect(err[0]).toBe(message)
    expect(err.join()).not.toContain('geheim')
  })

  const variables = { LIBISCSI_CHAP_USERNAME: 'me', LIBISCSI_CHAP_PASSWORD: 'geheim' }

  it.each([
    ['iscsi://me%geheim@PORTAL', {}],
    ['iscsi://me:geheim@PORTAL', {}],
    ['iscsi://me@PORTAL', variables],
    ['iscsi://PORTAL', variables],
    ['PORTAL', variables],
  ])('shows who it is by %s and %j, and says what a refusal of that means', async (url, environment) => {
    const { err, code } = await served.bench.run(['discover', url.replace('PORTAL', served.portal)], { environment })
    expect({ code, err: err[0] }).toEqual({ code: 1, err: 'The login was refused: authentication failure' })
    expect(err[1]).toContain('the target demands another user name or password (CHAP), or none')
    expect(err.join()).not.toContain('geheim')
  })

  it('refuses the name of an initiator that is none', async () => {
    const { err, code } = await served.bench.run(['discover', served.portal, '--initiator-name=me'])
    expect({ code, err: err[0] }).toEqual({ code: 2, err: 'me is no initiator_name' })
  })

  it('is no command of targetcli', async () => {
    expect((await served.bench.run(['targetcli', 'discover', served.portal])).err[0]).toBe('Command not found discover')
  })

  it('is interrupted before it has begun', async () => {
    const { err, code } = await served.bench.run(['discover', served.portal], { interrupted: AbortSignal.abort() })
    expect({ err, code }).toEqual({ err: ['Interrupted.', 'Nothing was done.'], code: 1 })
  })

  it('finds a target at an IPv6 address, and writes the address as a URL has it', async () => {
    await using six = await createTarget({
      luns: [ramdisk({ sizeBytes: 1024 * 1024 })],
      portal: { host: '::1', port: 0 },
    })
    const portal = `[::1]:${six.address.port}`
    const { out } = await served.bench.run(['discover', portal])
    expect(out).toEqual([six.name, `  iscsi://${portal}/${six.name}  (portal group 1)`])
    expect((await served.bench.run(['selftest', portal])).out.at(-1)).toMatch(/ checks: all is well\.$/)
  })
})
