import { applyEdit, type Configuration, formatConfiguration, parseConfiguration } from '@lunkit/config'
import { connect, createTarget, fileio } from 'lunkit'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { Daemon } from '../harness/daemon.ts'
import { saveConfig } from '../harness/save-config.ts'
import { Scratch } from '../harness/scratch.ts'
import { LunCurve, STRETCH, timed } from './lun-curve.ts'
import { makeFiles, manyLuns, targetName } from './many-luns.ts'
import { readLast } from './start.ts'

const LUNS = 1000
const TARGETS = 100
const MOST_RISE = 1.5
/** Before how many LUNs a stretch is added one by one; the others come together, in one change. */
const STRETCHES = [100, 200, 500, 900]

describe(`the last of ${LUNS} LUNs is added as fast as the first`, () => {
  let scratch: Scratch
  let daemon: Daemon | undefined
  const path = (number: number): string => scratch.path(`disk${number}.img`)

  beforeAll(async () => {
    scratch = await Scratch.create('scale-one-more')
    await makeFiles(scratch.directory, LUNS)
  })

  afterEach(() => daemon?.stop())
  afterAll(() => scratch?.remove())

  it('by a program, to a target that has a session', async () => {
    await using target = await createTarget({ luns: [fileio({ path: path(0) })] })
    await using session = await connect(target.address)
    const curve = new LunCurve()
    for (let lun = 1; lun < LUNS; lun++) curve.note(lun, await timed(() => target.addLun(fileio({ path: path(lun) }))))
    console.log(`a program: ${curve.described}`)
    expect(await session.unit.reportLuns()).toHaveLength(LUNS)
    expect(curve.rise).toBeLessThan(MOST_RISE)
  })

  // The file has become longer, and is read whole: what is judged is that nothing else has grown as much.
  it('by lunkitd, but for how long its file takes to be read', async () => {
    const { directory } = scratch
    const served = manyLuns({ luns: TARGETS, targets: TARGETS, directory })
    const serving = await Daemon.start(served, directory)
    daemon = serving
    let configuration = parseConfiguration(JSON.stringify(saveConfig(served)))
    const [added, same] = [new LunCurve(), new LunCurve()]
    for (let lun = TARGETS; lun < LUNS; lun++) {
      configuration = withLun(configuration, lun, path(lun))
      if (!STRETCHES.some(from => lun >= from && lun < from + STRETCH)) continue
      await serving.writeConfiguration(formatConfiguration(configuration))
      added.note(lun, await timed(() => serving.readAgain()))
      same.note(lun, await timed(() => serving.readAgain()))
    }
    console.log(`lunkitd, one LUN more: ${added.described}`)
    console.log(`lunkitd, the same file again: ${same.described}`)
    await readLast(manyLuns({ luns: LUNS, targets: TARGETS, directory }), serving)
    expect(added.lastMs / same.lastMs).toBeLessThan(MOST_RISE)
  })
})

/** The configuration with one file more, as a LUN of one target after the other. */
function withLun(configuration: Configuration, number: number, file_or_dev: string): Configuration {
  const name = `disk${number}`
  const disk = applyEdit(configuration, { name: 'createFileio', given: { name, file_or_dev } })
  const lun = { target: targetName(number % TARGETS), tag: 1, storage_object: `/backstores/fileio/${name}` }
  return applyEdit(disk.configuration, { name: 'createLun', given: lun }).configuration
}
