import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { compile } from '../harness/compiler.ts'
import { Daemon } from '../harness/daemon.ts'
import type { StorageObject } from '../harness/save-config.ts'
import { Scratch } from '../harness/scratch.ts'
import { type LoadMode, runLoad } from './load-run.ts'

const iqn = 'iqn.2026-11.io.lunkit.test:load'
/** Small, so that a moment of sequential writes covers all of it. */
const sizeBytes = 16 * 2 ** 20
const coveringBytes = 64 * 1024
const sequentialBytes = 16 * 1024
const randomBytes = 4096
const largeBytes = 256 * 1024
const seconds = 0.9
/** iscsi-load starts to count after half a second; it checks from the start. */
const countedSeconds = 0.4

const shapes = {
  fileio: [1, 32, 128].flatMap(depth => [1, 16].map(sessions => ({ depth, sessions }))),
  ramdisk: [
    { depth: 32, sessions: 1 },
    { depth: 128, sessions: 16 },
  ],
} as const

describe.each(['fileio', 'ramdisk'] as const)('iscsi-load with checked data on %s', plugin => {
  let scratch: Scratch
  let daemon: Daemon
  let program: string
  let seed = 0

  beforeAll(async () => {
    scratch = await Scratch.create('load')
    program = scratch.path('iscsi-load')
    await compile(fileURLToPath(new URL('./iscsi-load.c', import.meta.url)), program)
    daemon = await Daemon.start({ iqn, stores: [storageObject(plugin, scratch)] }, scratch.directory)
  })

  afterAll(async () => {
    await daemon?.stop()
    await scratch?.remove()
  })

  it.each(shapes[plugin])(
    'covers, reads, covers anew and reads at depth $depth with $sessions sessions',
    async shape => {
      const load = (mode: LoadMode, bytes: number) =>
        runLoad(program, daemon.address(0), { ...shape, mode, bytes, seconds, seed })
      for (let pass = 0; pass < 2; pass += 1) {
        seed += 1
        // One session alone, since several that begin at the same place only cover the LUN when one of them does.
        const cover = { depth: 32, sessions: 1, bytes: coveringBytes, mode: 'seqwrite', seconds, seed } as const
        const { iops } = await runLoad(program, daemon.address(0), cover)
        expect(iops * coveringBytes * countedSeconds, 'bytes written must cover the LUN').toBeGreaterThan(sizeBytes)
        await load('seqwrite', sequentialBytes)
        await load('seqread', sequentialBytes)
        await load('read', randomBytes)
      }
      await load('write', randomBytes)
      await load('seqread', sequentialBytes)
    },
  )

  it('writes by R2T and reads by many Data-In PDUs, and every byte is right', async () => {
    seed += 1
    const shape = { depth: 8, sessions: 2, bytes: largeBytes, seconds, seed }
    for (const mode of ['seqwrite', 'seqread', 'write', 'read'] as const) {
      const report = await runLoad(program, daemon.address(0), { ...shape, mode })
      expect(report).toMatchObject({ errors: 0, corrupt: 0 })
    }
  })

  it('would have noticed the data of another seed', async () => {
    const load = { mode: 'read', bytes: randomBytes, depth: 1, sessions: 1, seconds, seed: seed + 1 } as const
    await expect(runLoad(program, daemon.address(0), load)).rejects.toThrow(/"corrupt":[1-9]/)
  })
})

function storageObject(plugin: 'fileio' | 'ramdisk', scratch: Scratch): StorageObject {
  return plugin === 'ramdisk'
    ? { plugin, name: 'disk0', sizeBytes }
    : { plugin, name: 'disk0', sizeBytes, path: scratch.path('disk.img'), writeBack: true }
}
