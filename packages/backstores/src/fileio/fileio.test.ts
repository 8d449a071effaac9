import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as vitest from 'vitest'
import { afterAll } from 'vitest'
import { type MakeStore, storeCompliance } from '../compliance/index.ts'
import { createLanes, type Lanes } from '../lanes/lanes.ts'
import { openFileio } from './fileio.ts'

const directory = mkdtempSync(join(tmpdir(), 'lunkit-fileio-'))
afterAll(() => rmSync(directory, { recursive: true }))

let files = 0

/** Makes fileio stores that share their lanes for one suite. */
function compliance(
  name: string,
  options: {
    readonly writeBack: boolean
    readonly native: boolean
    readonly blockBytes?: number
    readonly direct?: boolean
  },
): void {
  let lanes: Lanes | undefined
  const { native, writeBack, blockBytes = 512, direct = false } = options
  const make: MakeStore = ({ slab, sizeBytes }) => {
    lanes ??= createLanes({ slab, native })
    const path = join(directory, `disk${files++}`)
    return openFileio({ name: 'disk', path, sizeBytes, writeBack, direct, lanes })
  }
  afterAll(async () => {
    await lanes?.close()
  })
  storeCompliance(name, make, vitest, { blockBytes })
}

compliance('fileio with write-back', { writeBack: true, native: true })
compliance('fileio with write-through', { writeBack: false, native: true })
compliance('fileio with write-back, in blocks of 4096 bytes', { writeBack: true, native: true, blockBytes: 4096 })
compliance('fileio with write-through, in blocks of 4096 bytes', { writeBack: false, native: true, blockBytes: 4096 })
compliance('fileio past the page cache, with write-back', { writeBack: true, native: true, direct: true })
compliance('fileio past the page cache, with write-through', { writeBack: false, native: true, direct: true })
compliance('fileio past the page cache, with write-back, in blocks of 4096 bytes', {
  ...{ writeBack: true, native: true, direct: true, blockBytes: 4096 },
})
compliance('fileio past the page cache, with write-through, in blocks of 4096 bytes', {
  ...{ writeBack: false, native: true, direct: true, blockBytes: 4096 },
})
compliance('fileio without koffi, past the page cache', { writeBack: true, native: false, direct: true })
compliance('fileio without koffi, with write-back', { writeBack: true, native: false })
compliance('fileio without koffi, with write-through', { writeBack: false, native: false })
