import { copyFile, truncate, writeFile } from 'node:fs/promises'
import { connect, type LogicalUnit, type Session } from '@lunkit/initiator'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { outcomeOf } from '../harness/command-outcome.ts'
import { Daemon } from '../harness/daemon.ts'
import type { StorageObject } from '../harness/save-config.ts'
import { Scratch } from '../harness/scratch.ts'
import { LoopDevice } from './loop-device.ts'
import { outcomesUntil, until } from './rig.ts'

const MIB = 2 ** 20
const sizeBytes = 8 * MIB
const iqn = 'iqn.2026-11.io.lunkit.test:gone'
const content = Buffer.alloc(4096, 'kept')
const gone = /^block\/disk: its device has gone: it is not served until that is back$/
const back = 'notReadyToReadyChangeMediumMayHaveChanged'

let scratch: Scratch
let held: AsyncDisposableStack
beforeEach(async () => {
  held = new AsyncDisposableStack()
  scratch = held.adopt(await Scratch.create('block-gone'), each => each.remove())
})
afterEach(() => held.disposeAsync())

/** A lunkitd that serves a loop device, with memory beside it. */
async function serve(path: string, { errors, code = 0 }: { errors: readonly RegExp[]; code?: number }) {
  const stores: StorageObject[] = [
    { plugin: 'block', name: 'disk', sizeBytes, path },
    { plugin: 'ramdisk', name: 'memory', sizeBytes: MIB },
  ]
  const daemon = await Daemon.start({ iqn, stores }, scratch.directory)
  held.adopt(daemon, each => each.stop({ errors, code }))
  const { host, port } = daemon.address(0)
  const session: Session = held.use(await connect({ host, port, target: iqn, attentions: 'command' }))
  const [unit, memory] = [session.lun(0), session.lun(1)] as [LogicalUnit, LogicalUnit]
  await Promise.all([unit.ready(), memory.ready()])
  const says = (line: RegExp): Promise<void> =>
    until(`lunkitd logs ${line}`, () => daemon.records.some(({ msg }) => line.test(msg)))
  return { unit, memory, says }
}

/** Takes the medium of a loop device away, which keeps what it holds, and then, when nobody holds it any more, the device. */
async function pullOut(device: LoopDevice, says: (line: RegExp) => Promise<void>): Promise<void> {
  await copyFile(device.file, `${device.file}.kept`)
  await device.resize(0)
  await says(gone)
  // The kernel refuses no one who detaches a device that is held: it waits, and the name stays.
  device[Symbol.dispose]()
  await until('the device is free', () => device.isFree)
  await copyFile(`${device.file}.kept`, device.file)
}

/** What TEST UNIT READY says to one who knows that the device has gone, as it comes back: lunkitd may have found it before the first. */
const outcomesOnceBack = async (unit: LogicalUnit): Promise<string[]> =>
  (await outcomesUntil('good', () => unit.testUnitReady())).filter(each => each !== 'mediumNotPresent')

describe('a block device that goes while it is served', () => {
  it('is NOT READY within a second, for every command; it is served again when it is back, by whatever name, and nothing else is', async () => {
    const device = await LoopDevice.make(scratch, 'medium', { sizeBytes })
    const { unit, memory, says } = await serve(device.path, { errors: [gone, /not taken back/, /failed: /] })
    await unit.write(0, content)
    await unit.synchronizeCache()
    const begun = performance.now()
    const pulled = pullOut(device, says)
    expect(await outcomesUntil('mediumNotPresent', () => unit.testUnitReady())).toEqual(['good', 'mediumNotPresent'])
    expect(performance.now() - begun).toBeLessThan(1500)
    await pulled
    const commands = [unit.read(0, 8), unit.write(0, content), unit.synchronizeCache(), unit.testUnitReady()]
    expect(await Promise.all(commands.map(outcomeOf))).toEqual(commands.map(() => 'mediumNotPresent'))
    await memory.write(0, content)
    expect(Buffer.compare(await memory.read(0, 8), content)).toBe(0)

    await writeFile(scratch.path('other'), '')
    await truncate(scratch.path('other'), sizeBytes)
    using _ = LoopDevice.at(device.path, scratch.path('other'))
    await says(/: its device is not taken back: .*\/other, and not .*\/medium$/)
    expect(await outcomeOf(unit.testUnitReady())).toBe('mediumNotPresent')

    const again = held.use(LoopDevice.on(device.file, { direct: false }))
    expect(await outcomesOnceBack(unit)).toEqual([back, 'good'])
    await says(new RegExp(`^block/disk: its device is back, ${again.path}: it is served again$`))
    expect(Buffer.compare(await unit.read(0, 8), content)).toBe(0)
    await unit.write(8, content, { fua: true })
    expect(Buffer.compare(await unit.read(8, 8), content)).toBe(0)
  })

  it('with what was not flushed has lost that: each initiator is told, and writes are refused though it is back', async () => {
    const device = await LoopDevice.make(scratch, 'medium', { sizeBytes })
    const { unit, says } = await serve(device.path, {
      errors: [gone, /a flush failed/, /failed: /, /could not be flushed/],
      code: 1,
    })
    await unit.write(0, content)
    await pullOut(device, says)
    const heard = await outcomesUntil('mediumNotPresent', () => unit.testUnitReady())
    expect(heard).toEqual(['deferred writeError', 'mediumNotPresent'])
    held.use(LoopDevice.on(device.file, { direct: false }))
    expect(await outcomesOnceBack(unit)).toEqual([back, 'good'])
    expect(await outcomeOf(unit.write(8, content))).toBe('writeError')
    expect(await outcomeOf(unit.synchronizeCache())).toBe('writeError')
    expect(await outcomeOf(unit.read(8, 8))).toBe('good')
  })
})
