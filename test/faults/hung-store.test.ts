import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { stat, truncate, writeFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { ControlClient } from '@lunkit/control/client'
import { TaskManagementFunction } from '@lunkit/pdu'
import { Write16 } from '@lunkit/scsi'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { outcomeOf } from '../harness/command-outcome.ts'
import { Scratch } from '../harness/scratch.ts'
import { findTool } from '../harness/tool.ts'
import { Ledger } from './ledger.ts'
import { Mount } from './mount.ts'
import { Rig, until } from './rig.ts'
import type { CallRule } from './system-calls.ts'
import { VerifiedLoad } from './verified-load.ts'

const MIB = 2 ** 20
const disk0 = { name: 'disk0', sizeBytes: 8 * MIB }
const disks = [disk0, { name: 'disk1', sizeBytes: 8 * MIB }, { name: 'disk2', sizeBytes: 8 * MIB, writeBack: false }]
const stuck = /^fileio\/disk0: an operation on its file does not return/
const returned = /^fileio\/disk0: the operation has returned$/
/** What a unit may make another one wait for a thread: until the thread is given up, and a new one has started. */
const longestWaitMs = 5000

let scratch: Scratch
beforeEach(async () => {
  scratch = await Scratch.create('faults')
})
afterEach(() => scratch.remove())

describe('a system call that does not return', () => {
  it.each<[string, CallRule['calls']]>([
    ['a write', ['write']],
    ['a write with FUA', ['writeThrough']],
    ['a flush', ['sync']],
    ['an UNMAP', ['space']],
    ['a read', ['read']],
  ])('%s keeps its disk waiting, all others are served, and it goes on when the call returns', async (_what, calls) => {
    await using rig = await Rig.start({ disks })
    rig.expected.push(stuck)
    const others = await Promise.all(
      [1, 2].map(async lun => {
        const units = await rig.units(2, lun)
        return new VerifiedLoad({ units, ledger: new Ledger(64), depth: 4 })
      }),
    )
    for (const load of others) await load.goesOn(20)
    const isWrite = calls.includes('write')
    const uncached = rig.calls.meet({ file: rig.file(), calls: ['readCached'], error: 'EOPNOTSUPP' })
    const held = rig.calls.meet({ file: rig.file(), calls, wait: true })
    // A plain write to a disk that has nothing else to do is done on the thread that serves all. Here none must be: the
    // load sends none, and the one that is sent comes when an UNMAP is under way, which is held until a lane has it.
    const unmaps = isWrite ? rig.calls.meet({ file: rig.file(), calls: ['space'], wait: true }) : undefined
    const load = new VerifiedLoad({
      units: await rig.units(2),
      ledger: new Ledger(64),
      depth: 8,
      ...(isWrite && { kinds: ['writeThrough', 'read'] }),
    })
    const writer = await rig.unit()
    const unmapped = (await rig.unit()).writeSame(8192, 8, Buffer.alloc(512), { unmap: true })
    if (unmaps) await until('an UNMAP is under way', () => unmaps.met > 0)
    const written = isWrite ? writer.write(10_240, Buffer.alloc(256 * 1024)) : undefined
    await until('the call is under way', () => held.met > 0)
    unmaps?.end()
    await rig.logged(stuck)
    for (const other of others) await other.goesOn(300)
    held.end()
    uncached.end()
    await rig.logged(returned)
    await load.goesOn(100)
    await Promise.all([load, ...others].map(each => each.stop()))
    await Promise.all([unmapped, written])
    expect([load, ...others].flatMap(each => [...each.failures])).toEqual([])
    expect(Math.max(...others.map(other => other.longestMs))).toBeLessThan(longestWaitMs)
    expect(rig.neighbour.longestMs).toBeLessThan(longestWaitMs)
    await load.ledger.checkUnit(await rig.unit())
    for (const [i, other] of others.entries()) await other.ledger.checkUnit(await rig.unit(i + 1))
  })

  it('is told within two seconds: in the log, and to who asks how lunkitd is, until it returns', async () => {
    await using rig = await Rig.start({ disks })
    rig.expected.push(stuck)
    const client = new ControlClient({ path: rig.scratch.path('control.sock') })
    const ofDisk = async () => (await client.call('status')).troubles.filter(({ path }) => path.endsWith('/disk0'))
    expect(await ofDisk()).toEqual([])
    const rule = rig.calls.meet({ file: rig.file(), calls: ['writeThrough'], wait: true })
    const startedMs = performance.now()
    const written = (await rig.unit()).write(0, Buffer.alloc(4096, 2), { fua: true })
    await rig.logged(stuck)
    // Half a second for a machine that has more to do.
    expect(performance.now() - startedMs).toBeLessThan(2500)
    expect((await ofDisk()).map(({ wrong }) => wrong)).toEqual([
      expect.stringMatching(/^an operation on its file has not returned since \S+: what it is asked for waits$/),
    ])
    expect((await client.call('status')).health).toBe('degraded')
    rule.end()
    await written
    await rig.logged(returned)
    expect(await ofDisk()).toEqual([])
  })

  it('of an aborted write: the abort is answered after 30 s, the unit is NOT READY, and ready when the call returns', async () => {
    await using rig = await Rig.start({ disks })
    rig.expected.push(stuck, /^fileio\/disk0: an operation of an aborted command does not return/)
    const unit = await rig.unit()
    await unit.write(0, Buffer.alloc(4096, 1))
    const rule = rig.calls.meet({ file: rig.file(), calls: ['writeThrough'], wait: true })
    const cdb = Write16.encode({ lba: 0, blocks: 8, fua: true })
    const command = unit.session.execute({ lun: 0, cdb, write: Buffer.alloc(4096, 2) })
    const ended = outcomeOf(command.result)
    await rig.logged(stuck)
    const waiting = outcomeOf((await rig.unit()).read(0, 8))
    const abortedAtMs = performance.now()
    await unit.session.taskManagement(TaskManagementFunction.abortTask, { lun: 0, command })
    expect(performance.now() - abortedAtMs).toBeGreaterThan(29_000)
    await ended.catch(() => undefined)
    expect(await outcomeOf(unit.read(0, 8))).toBe('logicalUnitNotReadyCauseNotReportable')
    expect(await waiting).toBe('logicalUnitNotReadyCauseNotReportable')
    expect((await unit.inquiry()).vendor).toBe('LIO-ORG')
    await rig.logged(
      /^fileio\/disk0: an operation of an aborted command does not return: it is not ready until it does$/,
    )
    rule.end()
    await rig.logged(/^fileio\/disk0: the operation has returned: it is ready again$/)
    expect(await outcomeOf(unit.testUnitReady())).toBe('notReadyToReadyChangeMediumMayHaveChanged')
    expect(await outcomeOf(unit.testUnitReady())).toBe('good')
    expect(Buffer.compare(await unit.read(0, 8), Buffer.alloc(4096, 2))).toBe(0)
  }, 90_000)

  it('does not keep lunkitd from ending: the other disks are flushed, this one is named, after 10 s it ends itself', async () => {
    const rig = await Rig.start({ disks })
    const unit = await rig.unit()
    const other = await rig.unit(1)
    await other.write(0, Buffer.alloc(4096, 1))
    rig.calls.meet({ file: rig.file(), calls: ['writeThrough'], wait: true })
    unit.write(0, Buffer.alloc(4096, 2), { fua: true }).catch(() => undefined)
    await rig.logged(stuck)
    const flushes = rig.calls.meet({ file: rig.file(1), calls: ['sync'], mostBytes: 0 })
    const startedAtMs = performance.now()
    expect(await rig.end()).toBe('SIGKILL')
    expect(performance.now() - startedAtMs).toBeLessThan(15_000)
    expect(flushes.met).toBe(1)
    expect(await rig.logged(/^operations did not end in time: ending by SIGKILL$/)).toMatchObject({
      level: 50,
      disks: ['fileio/disk0'],
    })
    await rig.abandon()
  })
})

/** A file that a program serves through FUSE, as a network file system serves files: it stops when the program does. */
class FuseFile implements AsyncDisposable {
  readonly path: string
  readonly #program: ChildProcess

  private constructor(path: string, program: ChildProcess) {
    this.path = path
    this.#program = program
  }

  static async serve(sizeBytes: number): Promise<FuseFile> {
    const [path, behind] = [scratch.path('fuse.img'), scratch.path('behind.img')]
    await writeFile(path, '')
    await writeFile(behind, '')
    await truncate(behind, sizeBytes)
    const args = [
      ...['--blockdev', `driver=file,filename=${behind},node-name=disk`],
      ...['--export', `type=fuse,id=fuse,node-name=disk,mountpoint=${path},writable=on,allow-other=on`],
    ]
    const program = spawn(findTool('qemu-storage-daemon'), args, { stdio: ['ignore', 'inherit', 'inherit'] })
    await until('the FUSE file is there', async () => (await stat(path)).size === sizeBytes)
    return new FuseFile(path, program)
  }

  hang(): void {
    this.#program.kill('SIGSTOP')
  }

  goOn(): void {
    this.#program.kill('SIGCONT')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = once(this.#program, 'exit')
    this.goOn()
    this.#program.kill('SIGTERM')
    await ended
  }
}

describe('a file system that hangs', () => {
  it('as one behind a network does keeps its disk waiting and no other; its disk goes on with it', async () => {
    await using fuse = await FuseFile.serve(8 * MIB)
    await using rig = await Rig.start({ disks: [{ ...disk0, path: fuse.path }, ...disks.slice(1)], scratch })
    rig.expected.push(stuck)
    const load = new VerifiedLoad({ units: await rig.units(2), ledger: new Ledger(128), depth: 8 })
    await load.goesOn(50)
    fuse.hang()
    await rig.logged(stuck)
    await rig.neighbourServes(500)
    expect(await outcomeOf((await rig.unit(2)).write(0, Buffer.alloc(4096)))).toBe('good')
    expect(rig.neighbour.longestMs).toBeLessThan(longestWaitMs)
    fuse.goOn()
    await rig.logged(returned)
    await load.goesOn(100)
    await load.stop()
    expect([...load.failures]).toEqual([])
    await load.ledger.checkUnit(await rig.unit())
  })

  it('as one that is frozen for a snapshot does keeps its write-through disk waiting and no other', async () => {
    await using disk = await Mount.ext4(scratch, 'disk', { file: scratch.path('medium.img'), sizeBytes: 64 * MIB })
    const path = disk.path('disk0.img')
    await using rig = await Rig.start({ disks: [{ ...disk0, path, writeBack: false }, ...disks.slice(1)], scratch })
    rig.expected.push(stuck)
    const load = new VerifiedLoad({ units: await rig.units(2), ledger: new Ledger(128), depth: 8 })
    await load.goesOn(50)
    await disk.freeze()
    try {
      await rig.logged(stuck)
      await rig.neighbourServes(500)
      expect(rig.neighbour.longestMs).toBeLessThan(longestWaitMs)
    } finally {
      await disk.thaw()
    }
    await rig.logged(returned)
    await load.goesOn(100)
    await load.stop()
    expect([...load.failures]).toEqual([])
    await load.ledger.checkUnit(await rig.unit())
  })

  it('as one does whose device no longer answers keeps writes waiting, but no reads from memory and no other disk', async () => {
    await using device = await FuseFile.serve(64 * MIB)
    // All that is done to its files is in the journal, and that is stuck a second later.
    const options = 'commit=1,strictatime'
    await using disk = await Mount.ext4(scratch, 'disk', { file: device.path, format: true, options })
    const here = [disk0, { ...disk0, name: 'disk3' }].map(each => ({ ...each, path: disk.path(`${each.name}.img`) }))
    await using rig = await Rig.start({ disks: [...here, ...disks.slice(1)], scratch })
    rig.expected.push(stuck)
    // No plain writes: docs/operating/recover.md says what those wait for.
    const load = new VerifiedLoad({
      units: await rig.units(2),
      ledger: new Ledger(128),
      depth: 8,
      kinds: ['writeThrough', 'read'],
    })
    const reads = new VerifiedLoad({ units: [await rig.unit(1)], ledger: new Ledger(64), depth: 8, kinds: ['read'] })
    await load.goesOn(50)
    await reads.goesOn(200)
    device.hang()
    await rig.logged(stuck)
    await delay(3000)
    await rig.neighbourServes(500)
    await reads.goesOn(500)
    expect(rig.neighbour.longestMs).toBeLessThan(longestWaitMs)
    device.goOn()
    await rig.logged(returned)
    await load.goesOn(100)
    await Promise.all([load.stop(), reads.stop()])
    expect([...load.failures, ...reads.failures]).toEqual([])
    await load.ledger.checkUnit(await rig.unit())
  })
})
