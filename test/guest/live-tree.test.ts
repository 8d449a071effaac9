import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ChangingTree } from '../harness/changing-tree.ts'
import { compile } from '../harness/compiler.ts'
import { Daemon } from '../harness/daemon.ts'
import { freePort } from '../harness/free-port.ts'
import type { ServedConfig, StorageObject } from '../harness/save-config.ts'
import { Scratch } from '../harness/scratch.ts'
import { SeededRandom } from '../harness/seeded-random.ts'
import type { TargetAddress } from '../harness/target-address.ts'
import { growsBy } from './allocated-bytes.ts'
import { awaitBackground, startInBackground } from './background.ts'
import { fioMix, verifiedMix } from './fio.ts'
import { Guest } from './guest.ts'
import { complaintsIn } from './kernel-log.ts'
import {
  addInitiators,
  awaitDisk,
  discover,
  diskOf,
  diskPath,
  disksByInitiator,
  initiatorNamed,
  leadTo,
  login,
  loginAs,
  logout,
  lunSizes,
  plainSession,
  rescan,
  sizesIn,
  startInitiator,
  targetsIn,
} from './open-iscsi.ts'
import { loadUntil, type PairedLoads } from './paired-loads.ts'
import { ChangingProgram, type UsedTarget } from './program/changing-program.ts'
import { writeRandomFiles } from './random-files.ts'

const iqn = 'iqn.2026-11.io.lunkit.test:guest-live'
const loadedIqn = 'iqn.2026-11.io.lunkit.test:host-live'
const closedIqn = 'iqn.2026-11.io.lunkit.test:closed'
const mib = 2 ** 20
const diskBytes = 256 * mib
/** Small, so that a moment of sequential writes covers all of it. */
const loadedBytes = 16 * mib
const minuteMs = 60_000
const mostPauseMs = 1000
/** Written to the backing file, it tells that the guest's writes go through. */
const tokenBytes = 2 * mib
/** So few that what takes long is lunkitd, not the queue before it. */
const depth = 2
const changes = Number(process.env['LUNKIT_GUEST_CHANGES'] ?? 50)
const seed = Number(process.env['LUNKIT_GUEST_SEED'] ?? 1)

describe('a tree that changes under a Debian kernel', () => {
  let scratch: Scratch
  let served: ServedConfig
  let daemon: Daemon
  let guest: Guest
  let target: TargetAddress
  let disk: string
  let loadProgram: string

  beforeAll(async () => {
    scratch = await Scratch.create('guest-live')
    loadProgram = scratch.path('longest-load')
    await compile(fileURLToPath(new URL('../load/longest-load.c', import.meta.url)), loadProgram)
    const port = await freePort()
    const loaded = { iqn: loadedIqn, port, stores: [file('loaded', loadedBytes)] }
    served = { iqn, port, stores: [file('disk0', diskBytes)], others: [loaded] }
    daemon = await Daemon.start(served, scratch.directory)
    target = { host: '127.0.0.1', port, iqn, lun: 0 }
    disk = diskPath(target)
    guest = await Guest.boot(scratch.directory)
    await guest.succeed(startInitiator(target), minuteMs)
    await guest.succeed(`${discover(target)}\n${login(target, plainSession)}`, minuteMs)
  }, 15 * minuteMs)

  afterAll(async () => {
    await guest?.stop()
    await daemon?.stop()
    await scratch?.remove()
  }, 2 * minuteMs)

  it(
    `goes on under two loads without an error or a pause of a second while all else changes ${changes} times`,
    async () => {
      const tree = new ChangingTree(served, {
        random: new SeededRandom(seed),
        directory: scratch.directory,
        fixedLuns: [loadedIqn],
      })
      const applied = growsBy(scratch.path('disk0.img'), tokenBytes, minuteMs).then(() => changeAll(tree))
      const longestMs = await loadUntil(applied, loadsOn(target, { ...target, iqn: loadedIqn }))
      console.log(`${changes} changes by SIGHUP; the longest operations of each load: ${rounded(longestMs)} ms`)
      expect(Math.max(...longestMs)).toBeLessThan(mostPauseMs)
      expect((await applied).filter(steps => steps === 0)).toEqual([])
      const { others = [] } = tree.served
      const discovered = await guest.succeed(discover(target), minuteMs)
      const enabled = others.filter(other => other.enabled !== false)
      expect(targetsIn(discovered)).toEqual([iqn, ...enabled.map(other => other.iqn)].sort())
      await daemon.reload(served)
      expect(await complaints()).toEqual([])
    },
    5 * minuteMs + changes * 2000,
  )

  it(
    `goes on under two loads without an error or a pause of a second while a program makes ${changes} changes of all else`,
    async () => {
      const random = new SeededRandom(seed)
      const used = usedByProgram('program', { sizeBytes: diskBytes, changes: ['luns', 'access', 'portals'] })
      const loaded = usedByProgram('program-load', { sizeBytes: loadedBytes, changes: ['access', 'portals'] })
      await using program = await ChangingProgram.start([used, loaded], { random, directory: scratch.directory })
      const address = program.addressOf(used)
      await guest.succeed(`${leadTo(address)}\n${discover(address)}\n${login(address, plainSession)}`, minuteMs)
      const sessions = await guest.succeed('iscsiadm -m session', minuteMs)
      const made = growsBy(used.path, tokenBytes, minuteMs).then(() => program.changeOften(changes))
      const longestMs = await loadUntil(made, loadsOn(address, program.addressOf(loaded)))
      const { refused, longestChangeMs } = await made
      console.log(
        `${changes} changes by a program, ${refused} that it was refused, the longest of ${Math.round(longestChangeMs)} ms; the longest operations of each load: ${rounded(longestMs)} ms`,
      )
      expect(Math.max(...longestMs)).toBeLessThan(mostPauseMs)
      expect(program.endsOf(used)).toEqual([])
      expect(await complaints()).toEqual([])
      expect(await guest.succeed('iscsiadm -m session', minuteMs)).toBe(sessions)
      expect(targetsIn(await guest.succeed(discover(address), minuteMs))).toEqual(program.discovered)
      const found = Object.keys(program.lunsOf(used)).map(lun => awaitDisk({ ...address, lun: Number(lun) }))
      const sizes = await guest.succeed([rescan, ...found, lunSizes(address)].join('\n'), minuteMs)
      expect(sizesIn(sizes)).toEqual(program.lunsOf(used))
      expect(await program.wrongSights()).toEqual([])
      // A LUN that is found now tells of what has changed of it since the session began.
      expect((await complaints()).filter(line => !line.includes('Unit Attention'))).toEqual([])
      await guest.succeed(logout(address), minuteMs)
    },
    5 * minuteMs + changes * 2000,
  )

  it('gives the guest a LUN that is new, which hears of it and finds it when it looks', async () => {
    await daemon.reload(withStore(file('disk1', diskBytes)))
    await guest.succeed(`dd if=${disk} of=/dev/null bs=4k count=1 iflag=direct status=none`, minuteMs)
    const log = await guest.succeed('dmesg --decode --read-clear', minuteMs)
    expect(log).toMatch(/LUN assignments on this target have changed/)
    await guest.succeed(`${rescan}\n${awaitDisk({ ...target, lun: 1 })}`, minuteMs)
    const size = await guest.succeed(`blockdev --getsize64 ${diskPath({ ...target, lun: 1 })}`, minuteMs)
    expect(size).toBe(`${diskBytes}\n`)
  })

  it(
    'ends what the guest does to a LUN that is taken away with errors, and nothing that it does to another one',
    async () => {
      const lost = diskPath({ ...target, lun: 1 })
      const name = (await guest.succeed(`basename $(readlink -f ${lost})`, minuteMs)).trim()
      await guest.succeed(startInBackground('lost', fioMix(lost, { seconds: 60, sizeMiB: 200, depth })), minuteMs)
      await guest.succeed(startInBackground('kept', fioMix(disk, { seconds: 20, sizeMiB: 200, depth })), minuteMs)
      await growsBy(scratch.path('disk1.img'), tokenBytes, minuteMs)
      await daemon.reload(served)
      const { code, output } = await guest.run(awaitBackground('lost'), 30_000)
      expect(code).not.toBe(0)
      expect(output).toMatch(/error=Input\/output error/)
      verifiedMix(await guest.succeed(awaitBackground('kept'), 2 * minuteMs))
      await guest.succeed(`echo 1 > /sys/block/${name}/device/delete; ${rescan}; test ! -b ${lost}`, minuteMs)
      expect((await complaints()).filter(line => !line.includes(name))).toEqual([])
    },
    5 * minuteMs,
  )

  it(
    'makes a LUN larger under a mounted file system, which takes the room without a logout',
    async () => {
      const sessions = await guest.succeed('iscsiadm -m session', minuteMs)
      await writeRandomFiles(scratch.path('share'), { files: 2, fileBytes: 16 * mib })
      await guest.succeed(
        `mkfs.ext4 -q -m 0 ${disk}; mount ${disk} /mnt/lun; cp /share/random.0 /mnt/lun`,
        2 * minuteMs,
      )
      await guest.succeed(`fallocate -l $(($(${roomIn('avail')}) - ${4 * mib})) /mnt/lun/filler`, minuteMs)
      const full = await guest.run('cp /share/random.1 /mnt/lun', minuteMs)
      expect(full.output).toMatch(/No space left on device/)
      const before = Number(await guest.succeed(roomIn('size'), minuteMs))
      served = { ...served, stores: [file('disk0', 2 * diskBytes)] }
      await daemon.reload(served)
      await guest.succeed(`${rescan}; resize2fs ${disk}`, 2 * minuteMs)
      expect(await guest.succeed(`blockdev --getsize64 ${disk}`, minuteMs)).toBe(`${2 * diskBytes}\n`)
      expect(Number(await guest.succeed(roomIn('size'), minuteMs)) - before).toBeGreaterThan(0.9 * diskBytes)
      await guest.succeed('cp /share/random.1 /mnt/lun; umount /mnt/lun', 2 * minuteMs)
      await guest.succeed(`fsck.ext4 -f -n ${disk}; mount -o ro ${disk} /mnt/lun`, 2 * minuteMs)
      expect(await guest.succeed('cd /mnt/lun; sha256sum -c /share/sums', minuteMs)).toBe(
        'random.0: OK\nrandom.1: OK\n',
      )
      await guest.succeed('umount /mnt/lun', minuteMs)
      expect(await guest.succeed('iscsiadm -m session', minuteMs)).toBe(sessions)
      expect(await complaints()).toEqual([])
    },
    8 * minuteMs,
  )

  it(
    'ends the session of an initiator whose ACL is taken away, and no other',
    async () => {
      const closed = { ...target, iqn: closedIqn }
      const serve = (...names: readonly string[]) => daemon.reload(withClosedTarget(names))
      const names = ['first', 'second']
      await serve(...names)
      const settings = { 'node.session.timeo.replacement_timeout': '5' }
      await guest.succeed(addInitiators(names) + loginAs(names, closed, settings), minuteMs)
      const disks = await guest.succeed(disksByInitiator(closed), minuteMs)
      const mix = (name: string, offsetMiB: number) =>
        fioMix(diskOf(name, disks), { seconds: 20, sizeMiB: 100, offsetMiB, depth })
      await guest.succeed(startInBackground('first', mix('first', 0)), minuteMs)
      await guest.succeed(startInBackground('second', mix('second', 100)), minuteMs)
      await growsBy(scratch.path('closed.img'), tokenBytes, minuteMs)
      const ofSecond = saidOf(await guest.succeed(sysPath(diskOf('second', disks)), minuteMs))
      const before = daemon.records.length
      await serve('first')
      const { code, output } = await guest.run(awaitBackground('second'), minuteMs)
      expect(code).not.toBe(0)
      expect(output).toMatch(/error=Input\/output error/)
      verifiedMix(await guest.succeed(awaitBackground('first'), minuteMs))
      await guest.succeed(`dd if=${disk} of=/dev/null bs=4k count=1 iflag=direct status=none`, minuteMs)
      const since = daemon.records.slice(before)
      const ended = since.filter(({ msg }) => msg.startsWith('session ended'))
      expect(ended).toMatchObject([{ why: 'logout', session: { initiatorName: initiatorNamed('second') } }])
      const refused = since.filter(({ msg }) => msg.startsWith('login refused'))
      expect(new Set(refused.map(each => each['initiatorName']))).toEqual(new Set([initiatorNamed('second')]))
      expect((await complaints()).filter(line => !ofSecond.test(line))).toEqual([])
    },
    5 * minuteMs,
  )

  /** What the kernel complained of since it was asked last. */
  async function complaints(): Promise<string[]> {
    return complaintsIn(await guest.succeed('dmesg --decode --read-clear', minuteMs))
  }

  function file(name: string, sizeBytes: number): StorageObject {
    return { name, plugin: 'fileio', path: scratch.path(`${name}.img`), writeBack: true, sizeBytes }
  }

  function withStore(store: StorageObject): ServedConfig {
    return { ...served, stores: [...served.stores, store] }
  }

  function withClosedTarget(names: readonly string[]): ServedConfig {
    const closed = {
      iqn: closedIqn,
      port: target.port,
      stores: [file('closed', diskBytes)],
      attributes: { generate_node_acls: 0 },
      initiators: names.map(initiatorNamed),
    }
    return { ...served, others: [...(served.others ?? []), closed] }
  }

  async function changeAll(tree: ChangingTree): Promise<number[]> {
    const steps: number[] = []
    while (steps.length < changes) steps.push(await daemon.reload(tree.next()))
    return steps
  }

  function loadsOn(address: TargetAddress, loaded: TargetAddress): PairedLoads {
    return { guest, disk: diskPath(address), program: loadProgram, loaded, loadedBytes }
  }

  function usedByProgram(name: string, of: { sizeBytes: number; changes: UsedTarget['changes'] }): UsedTarget {
    return { name: `${iqn}.${name}`, path: scratch.path(`${name}.img`), ...of }
  }
})

/** Script: prints bytes of the mounted file system, by df's word for them. */
function roomIn(column: 'size' | 'avail'): string {
  return `df --block-size=1 --output=${column} /mnt/lun | tail -1`
}

/** Script: prints where a disk is in /sys, which names its session. */
function sysPath(device: string): string {
  return `readlink -f /sys/block/$(basename ${device})`
}

/** What the kernel log calls a disk of a session, by its path in /sys: .../session3/target2:0:0/2:0:0:0/block/sdc. */
function saidOf(path: string): RegExp {
  const [, session, address, name] = /session(\d+)\/.*\/([\d:]+)\/block\/(sd[a-z]+)$/m.exec(path) ?? []
  if (name === undefined) throw new Error(`${path} is no disk of a session`)
  return new RegExp(`\\b(connection${session}:0|session${session}|${address}|${name})\\b`)
}

const rounded = (figures: readonly number[]): string => figures.map(Math.round).join(', ')
