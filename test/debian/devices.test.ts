import { randomBytes } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { fioLayDown, fioReadBack, parseFioReport } from '../guest/fio.ts'
import { Guest, type GuestDrive } from '../guest/guest.ts'
import { complaintsIn } from '../guest/kernel-log.ts'
import { diskPath } from '../guest/open-iscsi.ts'
import type { StorageObject } from '../harness/save-config.ts'
import { Scratch } from '../harness/scratch.ts'
import type { TargetAddress } from '../harness/target-address.ts'
import { Tgtd } from '../harness/tgtd.ts'
import { awaitLines, loginHere, loginThere, lunkitdLog, packageDrive, startLunkitd } from './guest-lunkitd.ts'
import { savedByLio, savedFacts, savedLuns, serveSaved } from './lio-saved.ts'
import { direct, loadScsiDebug, mapped, misbehave, pretendGigabytes } from './scsi-debug.ts'
import { generic, outcomesOf, readBlock, testUnit, withoutPorts } from './sense-lines.ts'
import { changerLines, moveTape, tapeLines } from './tape-lines.ts'

const minuteMs = 60_000
const target: TargetAddress = { host: '127.0.0.1', port: 3290, iqn: 'iqn.2026-11.io.lunkit.test:devices', lun: 0 }
const sizeBytes = 32 * 2 ** 20
/** Blocks of 4096 bytes in pairs, which are given back in fours. */
const media = {
  ...{ dev_size_mb: 32, sector_size: 4096, physblk_exp: 1, opt_blks: 64 },
  ...{ lbpu: 1, lbpws: 1, lbpws10: 1, unmap_granularity: 4 },
}
/** Devices that commands are passed through to: a disk of scsi_debug, and a disk and a CD of QEMU. */
const passed = ['memory', 'drive', 'cd'] as const
type PassedName = (typeof passed)[number]
const passedTarget: TargetAddress = { ...target, iqn: `${target.iqn}.passed` }
/** Devices of tgt, which emulates them: the nodes by which lunkitd has them. */
const library = { tape: '/dev/st0', changer: '/dev/sch0' } as const
const libraryTarget: TargetAddress = { ...target, iqn: `${target.iqn}.library` }
const mib = 2 ** 20
const driveBytes = 16 * mib
/** What sg3-utils has to ask any device, and disks and CDs. */
const questions = [
  'sg_inq',
  'sg_inq -d',
  'sg_vpd -a',
  'sg_modes -a',
  'sg_modes -6 -a',
  'sg_readcap',
  'sg_logs -a',
  'sg_turs -v',
  'sg_opcodes',
]
/** scsi_debug: OPT_MEDIUM_ERR, at its LBA; OPT_TIMEOUT; OPT_DIF_ERR. */
const wrong = { medium: 2, mediumLba: 0x1234, timeout: 4, guard: 32 } as const
const deviceSeconds = 3
/** The disk of the initiator that is one of scsi_debug. */
const thin = diskPath(target)

describe('disks of a Debian kernel, which lunkitd serves to open-iscsi', () => {
  let scratch: Scratch
  let guest: Guest
  let tgtd: Tgtd

  beforeAll(async () => {
    scratch = await Scratch.create('debian-devices')
    const images = [scratch.path('drive.img'), scratch.path('cd.img')] as const
    for (const image of images) await writeFile(image, randomBytes(driveBytes))
    const drives: GuestDrive[] = [
      await packageDrive(inject('builtPackage').path, scratch),
      { path: images[0], device: 'scsi-hd' },
      { path: images[1], device: 'scsi-cd' },
    ]
    guest = await Guest.boot(scratch.directory, { drives })
    await guest.succeed(loadScsiDebug(['thin', 'memory', 'imported'], media), 3 * minuteMs)
    await mkdir(scratch.path('library'))
    tgtd = await Tgtd.tapeLibrary(scratch.path('library'))
    const twice = `modprobe -a st ch; ${loginThere({ ...tgtd.address, host: '10.0.2.2' }, 2)}
      ${awaitLines(`lsscsi -g | grep -E 'VIRTUAL-(TAPE|CHANGER).*/dev/s(t|ch).*/dev/sg'`, 4)}`
    await guest.succeed(twice, 5 * minuteMs)
    await guest.succeed(
      `modprobe -a virtio_scsi sr_mod; ${awaitLines('lsscsi -g | grep -E "QEMU.*/dev/s[dr].*/dev/sg"', 2)}
      ln -s $(lsscsi | awk '/disk *QEMU/ { print $NF }') ${direct('drive')}; ln -s /dev/sr0 ${direct('cd')}
      echo ${deviceSeconds} > /sys/block/$(basename $(readlink -f ${direct('memory')}))/device/timeout`,
      3 * minuteMs,
    )
    // LIO's default says nothing of what is read where blocks were unmapped.
    const common = { plugin: 'block', name: 'thin', path: direct('thin'), sizeBytes } as const
    const stores: StorageObject[] = [{ ...common, attributes: { unmap_zeroes_data: 1 } }]
    const devices = passed.map((name): StorageObject => ({ plugin: 'pscsi', name, sizeBytes: 0, path: direct(name) }))
    const emulated = Object.entries(library).map(
      ([name, path]): StorageObject => ({ plugin: 'pscsi', name, sizeBytes: 0, path }),
    )
    const others = [
      { iqn: passedTarget.iqn, port: target.port, stores: devices },
      { iqn: libraryTarget.iqn, port: target.port, stores: emulated },
    ]
    await startLunkitd(guest, scratch.path('share'), { iqn: target.iqn, port: target.port, stores, others })
    await guest.succeed(
      loginHere([
        [target, 1],
        [passedTarget, passed.length],
        [libraryTarget, 0],
      ]),
      5 * minuteMs,
    )
    await guest.succeed(awaitLines(`lsscsi -g | grep -E 'VIRTUAL-.*/dev/sg'`, 6), 5 * minuteMs)
  }, 20 * minuteMs)

  afterAll(async () => {
    await guest?.stop()
    await tgtd?.stop()
    await scratch?.remove()
  }, 2 * minuteMs)

  it('have the limits, the cache and the medium that the kernel knows of them', async () => {
    const files = 'logical_block_size physical_block_size optimal_io_size discard_granularity write_cache rotational'
    const [ours, own] = await both(disk => `cd /sys/block/$(basename $(readlink -f ${disk}))/queue; cat ${files}`)
    expect(own).toBe('4096\n8192\n262144\n16384\nwrite back\n0\n')
    expect(ours).toBe(own)
  })

  it('say so in their pages', async () => {
    const lines =
      'Optimal transfer length:|nmap granularity|Non-rotating|Unmap command|Write same \\(1[06]\\) with|blocks: LBPRZ'
    const pages = (disk: string): string =>
      `{ for page in bl bdc lbpv; do sg_vpd -p $page ${disk}; done; sg_readcap -l ${disk}; } | grep -E '${lines}|ogical block|physical block|Lowest|lbp'`
    const [ours, own] = await both(pages)
    expect(own).toMatch(/Optimal transfer length: 64 blocks/)
    expect(ours).toBe(own)
  })

  it(
    'take an ext4 file system and what fio writes, and all of their space is free again after blkdiscard',
    async () => {
      const disk = thin
      await guest.succeed(
        `mkfs.ext4 -q ${disk}; mount ${disk} /mnt/lun; cp /usr/bin/bash /mnt/lun; umount /mnt/lun
        fsck.ext4 -f -n ${disk}; echo 3 > /proc/sys/vm/drop_caches; mount ${disk} /mnt/lun
        cmp /usr/bin/bash /mnt/lun/bash; umount /mnt/lun`,
        5 * minuteMs,
      )
      await guest.succeed(fioLayDown(disk, 4), 5 * minuteMs)
      expect(parseFioReport(await guest.succeed(fioReadBack(disk, 4), 5 * minuteMs))).toMatchObject({
        error: 0,
        reads: 256,
      })
      expect(await guest.succeed(mapped, minuteMs)).toMatch(/^\d+-\d+/)
      await guest.succeed(`blkdiscard --force ${disk}`, minuteMs)
      expect((await guest.succeed(mapped, minuteMs)).trim()).toBe('')
    },
    12 * minuteMs,
  )

  it('write a block again and again by WRITE SAME, and give blocks back by WRITE SAME with UNMAP', async () => {
    const own = direct('thin')
    // The kernel counts what has space in the fours that are given back together.
    const read = `dd if=${own} bs=4096 skip=16 count=8 iflag=direct status=none`
    const written = await guest.succeed(
      `blkdiscard --force ${thin} 2> /dev/null; head -c 4096 /dev/zero | tr '\\0' x > /tmp/block
      sg_write_same --16 --in=/tmp/block --lba=16 --num=8 ${thin}; ${mapped}; ${read} | tr -d x | wc -c`,
      minuteMs,
    )
    expect(written).toBe('4-5\n0\n')
    const unmapped = await guest.succeed(
      `sg_write_same --16 --unmap --in=/dev/zero --lba=16 --num=4 ${thin}; ${mapped}; ${read} | tr -d '\\0' | wc -c`,
      minuteMs,
    )
    expect(unmapped).toBe(`5\n${4 * 4096}\n`)
  })

  it('are served without an error that the kernel or lunkitd would log', async () => {
    // What the changer's driver says of drives that tgt does not name.
    const kernelLog = await guest.succeed(`dmesg --decode | grep -v ' ch .*ID/LUN unknown'`, minuteMs)
    expect(complaintsIn(kernelLog)).toEqual([])
    const records = (await guest.succeed(lunkitdLog, minuteMs))
      .split('\n')
      .filter(line => /"level":[56]0.*"disk":/.test(line))
    expect(records).toEqual([])
  })

  it.each(passed)(
    'answer all that sg3-utils asks as without it, but for the names of ports, where commands are passed through: %s',
    async name => {
      const [ours, own] = [passedThrough(name), direct(name)]
      const asked = questions.map(question => `echo "== ${question}"; ${compared(question, ours, own)}`)
      expect(await guest.succeed(asked.join('\n'), 5 * minuteMs)).toBe(questions.map(each => `== ${each}\n`).join(''))
    },
    6 * minuteMs,
  )

  it.each([
    ['memory', 4096],
    ['drive', 512],
  ] as const)(
    'have what was written through commands that are passed through: %s, in blocks of %i bytes',
    async (name, blockBytes) => {
      const [ours, own] = [passedThrough(name), direct(name)]
      const printed = await guest.succeed(
        `head -c 4M /dev/urandom > /tmp/random
        dd if=/tmp/random of=${ours} bs=1M oflag=direct conv=fsync status=none
        dd if=${own} bs=1M count=4 iflag=direct status=none | cmp - /tmp/random
        sg_dd if=/tmp/random of=${ours} bs=${blockBytes} seek=${(4 * mib) / blockBytes} count=${mib / blockBytes} blk_sgio=1 2>&1 | grep -v records || true
        dd if=${own} bs=1M skip=4 count=1 iflag=direct status=none | cmp -n 1048576 - /tmp/random
        dd if=${ours} bs=1M count=8 iflag=direct status=none | md5sum; dd if=${own} bs=1M count=8 iflag=direct status=none | md5sum`,
        2 * minuteMs,
      )
      const [through, without] = printed.split('\n')
      expect(through).toBe(without)
    },
    3 * minuteMs,
  )

  it('are read through commands that are passed through as without: the CD', async () => {
    const sums = [passedThrough('cd'), direct('cd')].map(
      disk => `dd if=${disk} bs=1M iflag=direct status=none | md5sum`,
    )
    const [through, without] = (await guest.succeed(sums.join('\n'), 2 * minuteMs)).split('\n')
    expect(through).toBe(without)
  })

  it(
    'tell errors and unit attentions of a device that commands are passed through to, and its time is over when its driver says',
    async () => {
      const [ours, own] = [passedThrough('memory'), direct('memory')]
      const { medium, mediumLba, guard, timeout } = wrong
      const each = [ours, own]
      const failing = [
        misbehave(medium),
        ...each.map(disk => readBlock(disk, mediumLba)),
        misbehave(guard, 1),
        ...each.map(disk => readBlock(disk, 8)),
        `${misbehave(0)}; ${pretendGigabytes(1)}`,
        testUnit(ours),
        // Whoever is the first to ask is told that it is as it was.
        `${pretendGigabytes(0)}; udevadm settle; for disk in ${generic(own)} ${generic(ours)}; do sg_turs $disk > /dev/null 2>&1 || true; done`,
        misbehave(timeout, 1),
        testUnit(ours),
        misbehave(0),
        testUnit(ours),
      ]
      // udev looks at what was written, and would be told in our place.
      await guest.succeed('udevadm settle', minuteMs)
      expect((await outcomesOf(guest, ...failing)).filter(line => line !== '')).toEqual([
        ...each.map(() => 'Medium Error: Unrecovered read error'),
        ...each.map(() => 'Aborted Command: Logical block guard check failed'),
        'Unit Attention: Capacity data has changed',
        'Aborted Command: Logical unit communication time-out',
        'Good',
      ])
    },
    5 * minuteMs,
  )

  it(
    'are reset where an initiator resets a LUN that passes commands through',
    async () => {
      const [ours, own] = [passedThrough('memory'), direct('memory')]
      await guest.succeed('udevadm settle', minuteMs)
      expect(
        await outcomesOf(
          guest,
          testUnit(own),
          testUnit(own),
          `sg_reset -d ${generic(ours)} > /dev/null`,
          testUnit(own),
        ),
      ).toEqual(['Good', 'Good', '', 'Unit Attention: Power on, reset, or bus device reset occurred'])
    },
    5 * minuteMs,
  )

  it(
    'have blocks of any length, and filemarks, as without it, where commands are passed through: a tape',
    async () => {
      const [ours = '', own = ''] = await genericNodes('/sys/class/scsi_tape/st2', '/sys/class/scsi_tape/st1')
      const [through = '', without] = await printedBy(tapeLines(ours), tapeLines(own))
      expect(through).toBe(without)
      const residuals = [/Info fld=0x418 \[1048\] +ILI/, /Info fld=0xfffff478 .*ILI/]
      for (const said of [...residuals, /Filemark detected\n.*FMK/, /^\d+ 700000$/m]) expect(through).toMatch(said)
      const [state = '', known] = await printedBy('mt -f /dev/nst2 status', 'mt -f /dev/nst1 status')
      expect(state).toBe(known)
      expect(state).toMatch(/SCSI 2 tape drive:[^]*BOT ONLINE/)
    },
    5 * minuteMs,
  )

  it(
    'move their media as without it, where commands are passed through: a changer',
    async () => {
      const [ours = '', own = ''] = await genericNodes('/sys/class/scsi_changer/sch2', '/sys/class/scsi_changer/sch1')
      const [before = '', known] = await printedBy(changerLines(ours), changerLines(own))
      expect(before).toBe(known)
      const [, moved = '', seen] = await printedBy(moveTape(ours), changerLines(ours), changerLines(own))
      expect(moved).toBe(seen)
      expect(moved).not.toBe(before)
    },
    5 * minuteMs,
  )

  it(
    'are served as a real LIO has saved them, its devices replaced by those of the guest',
    async () => {
      await writeFile(scratch.path('share/lio.json'), savedByLio({ '/dev/sda': direct('imported') }))
      await guest.succeed(serveSaved('/share/lio.json'), 5 * minuteMs)
      expect(await guest.succeed(savedFacts, minuteMs)).toBe(
        '131072 LIO-ORG blk0\n65536 Linux scsi_debug\n2097152 LIO-ORG disk0\n65536 LIO-ORG rd0\n',
      )
      const [block, scsi] = savedLuns.map(diskPath)
      const written = `head -c 1M /dev/urandom > /tmp/imported
        for disk in ${block} ${scsi}; do dd if=/tmp/imported of=$disk bs=64k oflag=direct status=none; done
        for own in /dev/loop0 ${direct('imported')}; do dd if=$own bs=64k count=16 iflag=direct status=none | cmp - /tmp/imported; done`
      expect(await guest.succeed(written, minuteMs)).toBe('')
    },
    6 * minuteMs,
  )

  /** The nodes for all SCSI devices of some that sysfs has: that of the second session to tgt is free, as lunkitd has the first alone. */
  async function genericNodes(...devices: readonly string[]): Promise<readonly string[]> {
    const listed = devices.map(device => `echo /dev/$(ls ${device}/device/scsi_generic)`)
    return (await guest.succeed(listed.join('\n'), minuteMs)).trim().split('\n')
  }

  /** What each of these scripts prints. */
  async function printedBy(...scripts: readonly string[]): Promise<readonly string[]> {
    const { output } = await guest.run(scripts.map(script => `(${script})`).join('\necho ----\n'), 3 * minuteMs)
    return output.split('----\n')
  }

  /** What a script prints of a disk through lunkitd, and of the same without it. */
  async function both(script: (disk: string) => string): Promise<readonly string[]> {
    const printed = await guest.succeed(`(${script(thin)}); echo ----; (${script(direct('thin'))})`, minuteMs)
    return printed.split('----\n')
  }
})

const passedThrough = (name: PassedName): string => diskPath({ ...passedTarget, lun: passed.indexOf(name) })

/** Script: prints what a program prints otherwise of a device through lunkitd and without it, the names of ports apart. */
function compared(question: string, ours: string, own: string): string {
  const asked = (disk: string, file: string): string =>
    `{ ${question} ${disk} 2>&1 || echo "exit code $?"; } | sed 's|${disk}|DEVICE|g' | ${withoutPorts} > ${file}`
  return `${asked(ours, '/tmp/ours')}; ${asked(own, '/tmp/own')}; diff /tmp/ours /tmp/own || true`
}
