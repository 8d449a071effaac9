import { readdir } from 'node:fs/promises'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import type { Daemon } from '../harness/daemon.ts'
import type { ServedConfig } from '../harness/save-config.ts'
import { Scratch } from '../harness/scratch.ts'
import { makeFiles, manyLuns } from './many-luns.ts'
import { described, start } from './start.ts'

const LUNS = 5000
const TARGETS = 100
const MOST_BYTES_OF_LUN = 64 * 1024
const FILES_OF_LUN = 2

let scratch: Scratch
let daemon: Daemon | undefined
beforeAll(async () => {
  scratch = await Scratch.create('scale-5000')
  await makeFiles(scratch.directory, LUNS)
})
afterEach(() => daemon?.stop())
afterAll(() => scratch?.remove())

/** What a lunkitd holds that serves these LUNs. */
async function heldBy(served: ServedConfig): Promise<{ residentBytes: number; files: number }> {
  // How long it takes is not judged here.
  const started = await start(served, scratch.directory, { startTimeoutMs: 100_000 })
  daemon = started.daemon
  console.log(described(started, served))
  const held = { residentBytes: await daemon.residentBytes(), files: await openFiles(daemon) }
  await daemon.stop()
  return held
}

it(`serves ${LUNS} LUNs, each with ${FILES_OF_LUN} descriptors and at most ${MOST_BYTES_OF_LUN / 1024} KiB of memory`, async () => {
  const { directory } = scratch
  const many = await heldBy(manyLuns({ luns: LUNS, targets: TARGETS, directory }))
  const few = await heldBy(manyLuns({ luns: TARGETS, targets: TARGETS, directory }))
  const more = LUNS - TARGETS
  const bytesOfLun = (many.residentBytes - few.residentBytes) / more
  const filesOfLun = (many.files - few.files) / more
  console.log(
    `${LUNS} LUNs: ${JSON.stringify(many)}, ${TARGETS} LUNs: ${JSON.stringify(few)}; of each LUN ${bytesOfLun.toFixed(0)} bytes and ${filesOfLun} descriptors`,
  )
  expect(bytesOfLun).toBeLessThan(MOST_BYTES_OF_LUN)
  expect(filesOfLun).toBe(FILES_OF_LUN)
})

const openFiles = async ({ pid }: Daemon): Promise<number> => (await readdir(`/proc/${pid}/fd`)).length
