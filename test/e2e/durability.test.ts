import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileio } from 'lunkit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { failing } from './harness/layered.ts'
import { openFiles } from './harness/open-handles.ts'
import { pattern } from './harness/pattern.ts'
import { TestServer } from './harness/test-server.ts'

const MIB = 1024 * 1024
const [before, after] = [pattern(8 * 512, { seed: 1 }), pattern(8 * 512, { seed: 2 })]

describe('a file whose device fails', () => {
  let directory = ''
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'lunkit-e2e-'))
  })
  afterEach(() => rm(directory, { recursive: true }))

  const disk = (writeBack: boolean) =>
    failing(fileio({ path: join(directory, 'disk.img'), sizeBytes: 16 * MIB, writeBack }))

  it.each([true, false])('never answers GOOD to a write that failed: write-back %s', async writeBack => {
    const { server, faults } = await served(disk(writeBack))
    await using test = server
    const unit = (await test.connect()).lun(0)
    await unit.ready()
    await unit.write(0, before)
    faults().fail({ fault: 'io', operations: ['write'], times: 1 })
    await expect(unit.write(0, after)).rejects.toMatchObject({ sense: { code: { key: 0x3, asc: 0x0c, ascq: 0x00 } } })
    expect(Buffer.compare(await unit.read(0, 8), before)).toBe(0)
    await unit.write(0, after)
    expect(Buffer.compare(await unit.read(0, 8), after)).toBe(0)
  })

  it('says of a read that failed that it was one', async () => {
    const { server, faults } = await served(disk(true))
    await using test = server
    const unit = (await test.connect()).lun(0)
    await unit.ready()
    faults().fail({ fault: 'io', operations: ['read'], times: 1 })
    await expect(unit.read(0, 8)).rejects.toMatchObject({ sense: { code: { key: 0x3, asc: 0x11, ascq: 0x00 } } })
  })

  it('says so when the space behind a thin file has run out', async () => {
    const { server, faults } = await served(disk(true))
    await using test = server
    const unit = (await test.connect()).lun(0)
    await unit.ready()
    faults().fail({ fault: 'noSpace', operations: ['write'], times: 1 })
    await expect(unit.write(0, after)).rejects.toMatchObject({ sense: { code: { key: 0x7, asc: 0x27, ascq: 0x07 } } })
  })

  it('does not answer GOOD to a flush that failed', async () => {
    const { server, faults } = await served(disk(true))
    await using test = server
    const unit = (await test.connect()).lun(0)
    await unit.ready()
    await unit.write(0, after)
    faults().fail({ fault: 'io', operations: ['flush'], times: 1 })
    await expect(unit.synchronizeCache()).rejects.toMatchObject({ sense: { code: { key: 0x3, asc: 0x0c } } })
  })

  it('is closed when the server is', async () => {
    const { server } = await served(disk(true))
    expect(openFiles(directory)).not.toEqual([])
    await server[Symbol.asyncDispose]()
    expect(openFiles(directory)).toEqual([])
  })

  async function served(made: ReturnType<typeof failing>) {
    return { server: await TestServer.serve({ luns: [made.storage] }), faults: () => made.faults }
  }
})
