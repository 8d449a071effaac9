import { randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Daemon } from '../harness/daemon.ts'
import type { ServedConfig } from '../harness/save-config.ts'
import { Scratch } from '../harness/scratch.ts'
import type { TargetAddress } from '../harness/target-address.ts'
import { growsBy } from './allocated-bytes.ts'
import { fioLayDown, fioMix, fioReadBack, parseFioReport } from './fio.ts'
import { Guest } from './guest.ts'
import { complaintsIn } from './kernel-log.ts'
import {
  addInitiators,
  discover,
  diskOf,
  diskPath,
  disksByInitiator,
  login,
  loginAs,
  logout,
  plainSession,
  startInitiator,
} from './open-iscsi.ts'

const iqn = 'iqn.2026-11.io.lunkit.test:guest-sessions'
const diskBytes = 2 ** 30
const minuteMs = 60_000
/** Written to the backing file, it tells that the guest's writes go through. */
const tokenBytes = 2 * 2 ** 20

describe('sessions of a Debian kernel', () => {
  let scratch: Scratch
  let served: ServedConfig
  let daemon: Daemon
  let guest: Guest
  let target: TargetAddress
  let disk: string
  let file: string

  beforeAll(async () => {
    scratch = await Scratch.create('guest-sessions')
    file = scratch.path('disk.img')
    served = {
      iqn,
      stores: [{ name: 'disk0', plugin: 'fileio', path: file, writeBack: true, sizeBytes: diskBytes }],
    }
    daemon = await Daemon.start(served, scratch.directory)
    target = daemon.address(0)
    // lunkitd is started again at the port that the initiator knows.
    served = { ...served, port: target.port }
    disk = diskPath(target)
    guest = await Guest.boot(scratch.directory)
    await guest.succeed(startInitiator(target), minuteMs)
  }, 15 * minuteMs)

  afterAll(async () => {
    await guest?.stop()
    await daemon?.stop()
    await scratch?.remove()
  }, 2 * minuteMs)

  it(
    'lets two initiators use one disk at once, and each read what the other wrote',
    async () => {
      const names = ['first', 'second']
      await guest.succeed(addInitiators(names) + loginAs(names, target), minuteMs)
      const disks = await guest.succeed(disksByInitiator(target), minuteMs)
      const [first, second] = [diskOf('first', disks), diskOf('second', disks)]
      const mixes = [
        fioMix(first, { seconds: 15, sizeMiB: 400 }),
        fioMix(second, { seconds: 15, sizeMiB: 400, offsetMiB: 500 }),
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
      await guest.succeed(`${logout(target)}; iscsiadm -m node -o delete`, minuteMs)
      expect(complaintsIn(await guest.succeed('dmesg --decode', minuteMs))).toEqual([])
    },
    10 * minuteMs,
  )

  it(
    'rides out a lunkitd that is killed, and one that is told to end, without a wrong byte',
    async () => {
      await guest.succeed(`${discover(target)}\n${login(target, plainSession)}`, minuteMs)
      const mix = guest.succeed(fioMix(disk, { seconds: 35, sizeMiB: 1000 }), 4 * minuteMs)
      const [output] = await Promise.all([mix, killAndEnd()])
      const report = parseFioReport(output)
      expect(report.error).toBe(0)
      expect(report.reads).toBeGreaterThan(1.5 * report.writes)
    },
    6 * minuteMs,
  )

  it('finds lost connections in the kernel log then, and no failed read or write', async () => {
    const complaints = complaintsIn(await guest.succeed('dmesg --decode --read-clear', minuteMs))
    const ofConnections = /detected conn error|rejected\. Reason code 0xc/
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
      await guest.succeed(`${logout(target)}\n${login(target, plainSession)}`, minuteMs)
      await guest.succeed(`fsck.ext4 -f -n ${disk}; mount -o ro ${disk} /mnt/lun`, minuteMs)
      const compare = 'for each in random after; do cmp /share/random /mnt/lun/$each; done; umount /mnt/lun'
      expect(await guest.succeed(compare, minuteMs)).toBe('')
      await guest.succeed(logout(target), minuteMs)
    },
    8 * minuteMs,
  )

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
