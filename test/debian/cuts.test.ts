import { mkdir } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { connect, type Session } from '@lunkit/initiator'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { Mount } from '../faults/mount.ts'
import { PowerLoad } from '../faults/power/power-load.ts'
import { Guest, type GuestDrive } from '../guest/guest.ts'
import { freePort } from '../harness/free-port.ts'
import { Scratch } from '../harness/scratch.ts'
import { SeededRandom } from '../harness/seeded-random.ts'
import { type CutDisk, cutDisks, judge, makeDrives, makeEmpty, mountFiles } from './cut-disk.ts'
import { packageDrive, startLunkitd } from './guest-lunkitd.ts'

const { LUNKIT_GUEST_CUTS, LUNKIT_POWER_SEED } = process.env
/** How often the power fails: LUNKIT_GUEST_CUTS=20 by hand. */
const cuts = Number(LUNKIT_GUEST_CUTS ?? 2)
const seed = Number(LUNKIT_POWER_SEED ?? 14)
const minuteMs = 60_000
const fileSystemBytes = 16 * 2 ** 20
/** The least and the most commands that a disk does before its power fails. */
const [fewest, most] = [20, 100]
const [patienceMs, pollMs] = [30_000, 25]
const target = { iqn: 'iqn.2026-11.io.lunkit.test:cuts', port: 3260, ipAddress: '0.0.0.0' }

let scratch: Scratch
beforeAll(async () => {
  scratch = await Scratch.create('debian-cuts')
})
afterAll(() => scratch.remove())

/** Serves the disks in a guest, under load, until its power fails; resolves with how many commands ended well. */
async function loadUntilCut(
  disks: readonly CutDisk[],
  drives: readonly GuestDrive[],
  how: CutOptions,
): Promise<number> {
  const { random, now, directory } = how
  const port = await freePort()
  const guest = await Guest.boot(directory, { drives, forwarded: { [port]: target.port } })
  const sessions: Session[] = []
  try {
    await guest.succeed(mountFiles, minuteMs)
    await startLunkitd(guest, `${directory}/share`, { ...target, stores: disks.map(({ store }) => store) })
    const address = { host: '127.0.0.1', port, target: target.iqn, strict: true, keepAlive: false } as const
    for (const _ of disks) sessions.push(await connect(address))
    const loads = await Promise.all(
      disks.map(async ({ ledger, isThrough }, lun) => {
        const unit = (sessions[lun] as Session).lun(lun)
        await unit.ready()
        return new PowerLoad({ unit, ledger, isThrough, random: new SeededRandom(random.next()), now })
      }),
    )
    const good = (): number => loads.reduce((sum, load) => sum + load.good, 0)
    const enough = random.between(fewest, most) * loads.length
    const failures = (): string[] => loads.flatMap(load => load.failures)
    // Any moment will do on a machine that is too slow for so many.
    const deadlineMs = performance.now() + patienceMs
    while (good() < enough && failures().length === 0 && performance.now() < deadlineMs) await delay(pollMs)
    await guest.cut()
    for (const load of loads) await load.stop()
    expect(failures()).toEqual([])
    return good()
  } finally {
    for (const session of sessions) session.destroy()
    await guest.cut()
  }
}

type CutOptions = { readonly random: SeededRandom; readonly now: () => number; readonly directory: string }

it(
  'disks of a guest have all that they had promised to keep when its power fails',
  async () => {
    const random = new SeededRandom(seed)
    const disks = cutDisks()
    let moment = 0
    const now = (): number => ++moment
    const image = scratch.path('files.img')
    {
      await using files = await Mount.ext4(scratch, 'made', { file: image, sizeBytes: fileSystemBytes })
      for (const { file } of disks) if (file !== undefined) await makeEmpty(files.path(file))
    }
    const drives: GuestDrive[] = [
      await packageDrive(inject('builtPackage').path, scratch),
      { path: image, device: 'virtio-blk-pci', serial: 'files' },
      ...(await makeDrives(disks, name => scratch.path(`${name}.img`))),
    ]
    const findings: string[] = []
    let commands = 0
    for (let cut = 0; cut < cuts; cut++) {
      const directory = scratch.path(`guest${cut}`)
      await mkdir(directory)
      commands += await loadUntilCut(disks, drives, { random, now, directory })
      // What is there is in the images: its journal is what the guest's file system goes by.
      await using files = await Mount.ext4(scratch, `files${cut}`, { file: image })
      for (const disk of disks) {
        const path = disk.file === undefined ? scratch.path(`${disk.name}.img`) : files.path(disk.file)
        findings.push(...(await judge(disk, path, now())))
      }
      expect(findings).toEqual([])
    }
    process.stdout.write(`guest cuts: seed ${seed}, ${cuts} cuts of ${disks.length} disks, ${commands} commands\n`)
  },
  minuteMs + cuts * 5 * minuteMs,
)
