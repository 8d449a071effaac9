import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Slab } from '@lunkit/wire'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { FILE_SPACE } from '../fileio/file-space.ts'
import { ScriptedLanes } from '../testing/scripted-lanes.ts'
import { Descriptor } from './descriptor.ts'

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'lunkit-last-flush-'))
})
afterEach(() => rmSync(directory, { recursive: true }))

it.each([
  [false, 'gone'],
  [true, undefined],
] as const)(
  'the last flush of a descriptor that leads to what was opened (%s) after its lane died ends with %s',
  async (isSame, fault) => {
    const lanes = new ScriptedLanes(new Slab({ sizeBytes: 1024 * 1024 }))
    const fd = openSync(join(directory, 'file'), 'w+')
    const features = {
      write: true,
      discard: false,
      extents: false,
      discardsToZeroes: true,
      discardGranularityBytes: 4096,
      writeBack: true,
    }
    const descriptor = new Descriptor({
      plugin: 'fileio',
      name: 'disk',
      fd,
      witnessFd: undefined,
      sizeBytes: 4096,
      features,
      space: FILE_SPACE,
      lanes,
      inPlace: { allowed: false, writes: false },
      endFound: () => undefined,
      isSame: () => isSame,
    })
    lanes.die()
    lanes.comeBack()
    expect(await descriptor.close(async () => closeSync(fd))).toBe(fault)
  },
)
