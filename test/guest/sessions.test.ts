import { randomBytes } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Daemon, type LogRecord } from '../harness/daemon.ts'
import { freePort } from '../harness/free-port.ts'
import { lunkit } from '../harness/lunkit-line.ts'
import type { ServedConfig } from '../harness/save-config.ts'
import { Scratch } from '../harness/scratch.ts'
import type { TargetAddress } from '../harness/target-address.ts'
import { growsBy } from './allocated-bytes.ts'
import { type Chap, chapSettings, discoverBy, tryLogin } from './chap.ts'
import { fioLayDown, fioMix, fioReadBack, parseFioReport } from './fio.ts'
import { Guest, type GuestOutcome } from './guest.ts'
import { complaintsIn } from './kernel-log.ts'
import { lioFile, lioHost, lioTargets } from './lio/lio-file.ts'
import {
  addInitiator,
  addInitiators,
  awaitDisk,
  discover,
  diskOf,
  diskPath,
  disksByInitiator,
  leadTo,
  login,
  loginAs,
  logout,
  nodeLogin,
  plainSession,
  portal,
  removeInitiators,
  startInitiator,
} from './open-iscsi.ts'
import { verifyDuring } from './verified-rounds.ts'

const iqn = 'iqn.2026-11.io.lunkit.test:guest-sessions'
/** They have no LUN, so that a login is over soon; the second one proves nothing itself. */
const provenIqn = `${iqn}.proven`
const unprovenIqn = `${iqn}.unproven`
const diskBytes = 2 ** 30
/** A round of fio has more. */
const fewReads = 100
const minuteMs = 60_000
/** Written to the backing file, it tells that the guest's writes go through. */
const tokenBytes = 2 * 2 ** 20
const mutual = { user: 'alice', secret: 'secretsecret12', target: { user: 'tgt', secret: 'mutualsecret12' } } as const
const finding = { user: 'disc', secret: 'discsecret1234', target: { user: 'found', secret: 'foundsecret123' } } as const
const WRONG = 'wrongwrongwrong'
const oneWay = { chap_userid: mutual.user, chap_password: mutual.secret }
const bothWays = { ...oneWay, chap_mutual_userid: mutual.target.user, chap_mutual_password: mutual.target.secret }
const attributes = { authentication: 1 }
/** Every session with the disk begins by the strongest CHAP there is, also when it comes back. */
const diskSession = { ...plainSession, ...chapSettings({ ...mutual, algorithm: 'SHA3-256' }) }
/** Long before a login is given up. */
const atOnceMs = 10_000
const algorithms = ['MD5', 'SHA1', 'SHA256', 'SHA3-256']
/** What iscsiadm prints, and its exit code, when the target refuses, and when the initiator does. */
const byTarget = { code: 24, says: 'initiator reported error (24 - iSCSI login failed due to authorization failure)' }
const byInitiator = { code: 19, says: 'initiator reported error (19 - encountered non-retryable iSCSI login failure)' }
/** What a kernel says of a connection that is lost, also in the midst of a login, or that it is to give up. */
const ofConnections = /detected conn error|rejected\. Reason code 0xc|Login\/Text in progress/

describe('sessions of a Debian kernel', () => {
  let scratch: Scratch
  let served: ServedConfig
  let daemon: Daemon
  let guest: Guest
  let target: TargetAddress
  let disk: string
  let file: string
  let other: Daemon | undefined
  let lio: Daemon | undefined
  /** Where another lunkitd is to have the target. */
  let elsewhere: TargetAddress

  beforeAll(async () => {
    scratch = await Scratch.create('guest-sessions')
    file = scratch.path('disk.img')
    // lunkitd is started again at the port that the initiator knows.
    const port = await freePort()
    const demanded = { port, attributes, credentials: bothWays }
    served = {
      iqn,
      ...demanded,
      stores: [{ name: 'disk0', plugin: 'fileio', path: file, writeBack: true, sizeBytes: diskBytes }],
      others: [
        { iqn: provenIqn, ...demanded, stores: [] },
        { iqn: unprovenIqn, ...demanded, credentials: oneWay, stores: [] },
      ],
      limits: { failed_login_delay_ms: 0 },
    }
    daemon = await Daemon.start(served, scratch.directory)
    target = daemon.address(0)
    elsewhere = { ...target, port: await freePort() }
    disk = diskPath(target)
    for (const name of ['other', 'lio']) await mkdir(scratch.path(name))
    guest = await Guest.boot(scratch.directory)
    await guest.succeed(startInitiator(target), minuteMs)
  }, 15 * minuteMs)

  afterAll(async () => {
    await guest?.stop()
    await other?.stop()
    await lio?.stop({ errors: [/^(block|pscsi)\/\S+ is not served/] })
    await daemon?.stop()
    await scratch?.remove()
  }, 2 * minuteMs)

  it(
    'lets two initiators use one disk at once, and each read what the other wrote',
    async () => {
      const names = ['first', 'second']
      await guest.succeed(addInitiators(names) + loginAs(names, target, diskSession), minuteMs)
      const disks = await guest.succeed(disksByInitiator(target), minuteMs)
      const [first, second] = [diskOf('first', disks), diskOf('second', disks)]
      const mixes = [
        fioMix(first, { seconds: 8, sizeMiB: 400 }),
        fioMix(second, { seconds: 8, sizeMiB: 400, offsetMiB: 500 }),
      ]
      const output = await guest.succeed(
        `${mixes[0]} > /tmp/first & ${mixes[1]}; wait $!; cat /tmp/first`,
        3 * minuteMs,
      )
      expect(
        output
          .split(/^verify: \(g=0\)/m)
          .slice(1)
          .map(parseFioReport),
      ).toMatchObject([{ error: 0 }, { error: 0 }])
      await guest.succeed(fioLayDown(first, 8), 2 * minuteMs)
      expect(parseFioReport(await guest.succeed(fioReadBack(second, 8), 2 * minuteMs)).error).toBe(0)
      await guest.succeed(`${logout(target)}; iscsiadm -m node -o delete; ${removeInitiators(names)}`, minuteMs)
      expect(complaintsIn(await guest.succeed('dmesg --decode', minuteMs))).toEqual([])
    },
    10 * minuteMs,
  )

  it.each(algorithms)('log in by CHAP with %s, one-way and mutual', async algorithm => {
    const proven = { ...target, iqn: provenIqn }
    await guest.succeed(discover(proven), minuteMs)
    const before = daemon.records.length
    for (const chap of [{ ...mutual, target: undefined }, mutual]) {
      const { code, output } = await guest.run(tryLogin(proven, { ...chap, algorithm }), minuteMs)
      expect([code, output]).toEqual([0, expect.stringContaining('successful.')])
    }
    const byChap = { session: { targetName: provenIqn, authMethod: 'CHAP' } }
    expect(daemon.records.slice(before).filter(isStarted)).toMatchObject([byChap, byChap])
  })

  it.each<[string, Chap | undefined, string, typeof byTarget, readonly string[]]>([
    ['a wrong secret', { ...mutual, secret: WRONG }, provenIqn, byTarget, ['CHAP_R is not made of the secret']],
    ['a wrong name', { ...mutual, user: 'bob' }, provenIqn, byTarget, ['CHAP_N is not the name that is expected']],
    ['nothing', undefined, provenIqn, byTarget, ['the operational stage before the authentication that is demanded']],
    [
      'a target that can prove nothing',
      mutual,
      unprovenIqn,
      byTarget,
      ['the initiator asks the target to prove itself, which has no credentials for that'],
    ],
    ['a target of another secret', { ...mutual, target: { user: 'tgt', secret: WRONG } }, provenIqn, byInitiator, []],
    ['a target of another name', { ...mutual, target: { ...mutual.target, user: 'bob' } }, provenIqn, byInitiator, []],
  ])('are refused with %s, as iscsiadm says and lunkitd logs', async (_what, chap, name, { code, says }, logged) => {
    const before = daemon.records.length
    const outcome = await guest.run(tryLogin({ ...target, iqn: name }, chap), minuteMs)
    expect(outcome).toEqual({ code, output: expect.stringContaining(says) })
    const since = daemon.records.slice(before)
    expect(since.filter(isStarted)).toEqual([])
    expect(since.filter(isRefused).map(({ msg }) => msg)).toEqual(logged.map(why => `login refused: ${why}`))
  })

  it('find targets by CHAP where discovery demands it, one-way and mutual, and by wrong secrets none', async () => {
    const { user, secret, target: proven } = finding
    const names = [`userid=${user}`, `password=${secret}`]
    const ofTarget = [`mutual_userid=${proven.user}`, `mutual_password=${proven.secret}`]
    await lunkit(scratch.directory, '/iscsi', 'set', 'discovery_auth', 'enable=1', ...names, ...ofTarget)
    const found = { code: 0, output: expect.stringContaining(`${portal(target)},1 ${iqn}\n`) }
    expect(await discovered({ user, secret, algorithm: 'MD5' })).toEqual(found)
    expect(await discovered({ ...finding, algorithm: 'SHA3-256' })).toEqual(found)
    const refused = { code: 24, output: expect.stringContaining('rejected: initiator failed authorization') }
    expect(await discovered(undefined)).toEqual(refused)
    expect(await discovered({ user, secret: WRONG })).toEqual(refused)
    const cheated = { code: 19, output: expect.stringContaining('received incorrect CHAP response from target') }
    expect(await discovered({ ...finding, target: { ...proven, secret: WRONG } })).toEqual(cheated)
    await lunkit(scratch.directory, '/iscsi', 'set', 'discovery_auth', 'enable=0')
  })

  it(
    'rides out a lunkitd that is killed, and one that is told to end, without a wrong byte',
    async () => {
      await guest.succeed(`${discover(target)}\n${login(target, diskSession)}`, minuteMs)
      expect(await verifyDuring(guest, disk, killAndEnd)).toBeGreaterThan(fewReads)
    },
    6 * minuteMs,
  )

  it(
    'log out where their target or its portal is drained, are ended where they do not, and kicked, and come back',
    async () => {
      const { directory } = scratch
      const checked = await verifyDuring(guest, disk, async () => {
        await growsBy(file, tokenBytes, minuteMs)
        expect(await lunkit(directory, 'drain', iqn)).toBe('1 session had to log out.')
        await growsBy(file, tokenBytes, minuteMs)
        expect(await lunkit(directory, 'drain', portal(target), 'reason=moved')).toBe('1 session had to log out.')
        await growsBy(file, tokenBytes, minuteMs)
        await guest.succeed('kill -STOP $(pidof iscsid)', minuteMs)
        const stays = '1 session had to log out, 1 had not in time and was ended.'
        expect(await lunkit(directory, 'drain', iqn, 'seconds=1')).toBe(stays)
        await guest.succeed('kill -CONT $(pidof iscsid)', minuteMs)
        await growsBy(file, tokenBytes, minuteMs)
        expect(await lunkit(directory, 'kick', await sessionId(directory))).toBe('Ended 1 session.')
        await growsBy(file, tokenBytes, minuteMs)
      })
      expect(checked).toBeGreaterThan(fewReads)
    },
    6 * minuteMs,
  )

  it('finds lost connections in the kernel log then, and no failed read or write', async () => {
    const complaints = complaintsIn(await guest.succeed('dmesg --decode --read-clear', minuteMs))
    expect(complaints.filter(line => ofConnections.test(line))).not.toEqual([])
    expect(complaints.filter(line => !ofConnections.test(line))).toEqual([])
  })

  it(
    'keeps the files that were synced before lunkitd was killed under a mounted file system',
    async () => {
      const bytes = randomBytes(8 * 2 ** 20)
      await writeFile(scratch.path('share/random'), bytes)
      await guest.succeed(
        `mkfs.ext4 -q ${disk}; mount ${disk} /mnt/lun; cp /share/random /mnt/lun; sync /mnt/lun/random`,
        2 * minuteMs,
      )
      await daemon.kill()
      daemon = await Daemon.start(served, scratch.directory)
      await guest.succeed('cp /share/random /mnt/lun/after; umount /mnt/lun', 2 * minuteMs)
      await guest.succeed(`${logout(target)}\n${login(target, diskSession)}`, minuteMs)
      await guest.succeed(`fsck.ext4 -f -n ${disk}; mount -o ro ${disk} /mnt/lun`, minuteMs)
      const compare = 'for each in random after; do cmp /share/random /mnt/lun/$each; done; umount /mnt/lun'
      expect(await guest.succeed(compare, minuteMs)).toBe('')
      await guest.succeed(logout(target), minuteMs)
    },
    8 * minuteMs,
  )

  it(
    'move with their disk to another lunkitd, which logins are redirected to, and miss nothing',
    async () => {
      const { directory } = scratch
      await guest.succeed(`${leadTo(elsewhere)}\n${login(target, diskSession)}\ndmesg --clear`, minuteMs)
      const checked = await verifyDuring(guest, disk, async () => {
        await growsBy(file, tokenBytes, minuteMs)
        await lunkit(directory, 'redirect', iqn, portal(elsewhere))
        expect(await lunkit(directory, 'drain', iqn)).toBe('1 session had to log out.')
        await lunkit(directory, '/backstores/fileio', 'delete', 'disk0')
        other = await Daemon.start({ ...served, port: elsewhere.port, others: [] }, scratch.path('other'))
        await growsBy(file, tokenBytes, minuteMs)
      })
      expect(checked).toBeGreaterThan(fewReads)
      const complaints = complaintsIn(await guest.succeed('dmesg --decode --read-clear', minuteMs))
      expect(complaints.filter(line => !ofConnections.test(line))).toEqual([])
      await guest.succeed(logout(target), minuteMs)
    },
    6 * minuteMs,
  )

  it.each([
    ['for now', 'false', 0x101],
    ['for good', 'true', 0x102],
  ])('log in where their target is %s, at once', async (words, permanent, status) => {
    await lunkit(scratch.directory, 'redirect', iqn, portal(elsewhere), `permanent=${permanent}`)
    const startedMs = performance.now()
    await guest.succeed(nodeLogin(target, diskSession), minuteMs)
    expect(performance.now() - startedMs).toBeLessThan(atOnceMs)
    const sessions = await guest.succeed(`iscsiadm -m session -P 1\n${awaitDisk(target)}\n${logout(target)}`, minuteMs)
    expect(sessions).toContain(`Current Portal: ${portal(elsewhere)},1`)
    const msg = `login refused: portal group 1 of ${iqn} is ${words} at ${portal(elsewhere)}`
    expect(daemon.records.filter(isRefused)).toContainEqual(expect.objectContaining({ status, msg }))
  })

  it('log in by the credentials that a real LIO saved, and without where it asks for none', async () => {
    const place = { open: await freePort(), closed: await freePort(), directory: scratch.path('lio') }
    lio = await Daemon.start(await lioFile(place), place.directory, { servedLuns: 2 })
    const open = { ...target, iqn: lioTargets.open, port: place.open }
    await guest.succeed(`${leadTo(open)}\n${discover(open)}\n${login(open, plainSession)}`, minuteMs)
    const size = await guest.succeed(`blockdev --getsize64 ${diskPath(open)}\n${logout(open)}`, minuteMs)
    expect(size).toMatch(/^1073741824$/m)
    const closed = { ...target, iqn: lioTargets.closed, port: place.closed }
    const asHost = `iscsiadm -m node -o delete\n${leadTo(closed)}\n${addInitiator('host1', lioHost.initiator)}\n${discover(closed)} -I host1`
    await guest.succeed(asHost, minuteMs)
    const tried = (chap?: Chap): Promise<GuestOutcome> => guest.run(tryLogin(closed, chap), minuteMs)
    expect(await tried()).toMatchObject({ code: byTarget.code })
    expect(await tried({ ...lioHost, target: undefined })).toMatchObject({ code: 0 })
    expect(await tried({ ...lioHost, algorithm: 'SHA256' })).toMatchObject({ code: 0 })
  })

  function discovered(chap: Chap | undefined): Promise<GuestOutcome> {
    return guest.run(discoverBy(target, chap), minuteMs)
  }

  async function killAndEnd(): Promise<void> {
    await growsBy(file, tokenBytes, minuteMs)
    await daemon.kill()
    daemon = await Daemon.start(served, scratch.directory)
    await growsBy(file, tokenBytes, minuteMs)
    await daemon.stop()
    daemon = await Daemon.start(served, scratch.directory)
    await growsBy(file, tokenBytes, minuteMs)
  }
})

const isStarted = ({ msg }: LogRecord): boolean => /^session started: .*, iqn/.test(msg)
const isRefused = ({ msg }: LogRecord): boolean => msg.startsWith('login refused')

/** What lunkit calls the one session that there is. */
async function sessionId(directory: string): Promise<string> {
  const [, id] = /^(\d+) +iqn/m.exec(await lunkit(directory, 'sessions')) ?? []
  if (id === undefined) throw new Error('nobody is logged in')
  return id
}
