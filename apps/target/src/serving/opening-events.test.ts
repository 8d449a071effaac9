import type { DiskEvent } from 'lunkit'
import { describe, expect, it } from 'vitest'
import { logDiskEvent } from './disk-events.ts'

const path = '/srv/d.img'

describe('how a disk was opened becomes a warning', () => {
  it.each<[DiskEvent, string]>([
    [
      { kind: 'fileCreated', path, sizeBytes: 4096 },
      'fileio/d: /srv/d.img was missing and has been created, empty, with 4096 bytes',
    ],
    [
      { kind: 'sizeRounded', sizeBytes: 4100, servedBytes: 4096 },
      'fileio/d: 4100 bytes are no whole number of 512-byte blocks: 4096 are served',
    ],
    [
      { kind: 'sizeDiffers', path, fileBytes: 1024, askedBytes: 4096, servedBytes: 4096 },
      'fileio/d: /srv/d.img has 1024 bytes and the configuration says 4096: it has been made longer, and reads as zeroes ' +
        'beyond its old end',
    ],
    [
      { kind: 'sizeDiffers', path, fileBytes: 8192, askedBytes: 4096, servedBytes: 4096 },
      'fileio/d: /srv/d.img has 8192 bytes and the configuration says 4096: 4096 are served, as LIO does',
    ],
    [
      { kind: 'sizeDiffers', path, fileBytes: 4096, askedBytes: 4100, servedBytes: 4096 },
      'fileio/d: /srv/d.img has 4096 bytes and the configuration says 4100: 4096 are served, as LIO does',
    ],
  ])('%j', (event, line) => {
    const said: [object, string][] = []
    logDiskEvent({ warn: (facts: object, text: string) => said.push([facts, text]) } as never, 'fileio/d', event)
    const { kind: opening, ...facts } = event
    expect(said).toEqual([[{ event: 'diskOpening', disk: 'fileio/d', opening, ...facts }, line]])
  })
})
