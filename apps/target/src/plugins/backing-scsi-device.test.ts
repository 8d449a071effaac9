import { describe, expect, it } from 'vitest'
import { type FileFacts, FileKind } from '../files/file-look.ts'
import { whyNoScsiDevice } from './backing-scsi-device.ts'
import { pscsi } from './pscsi.ts'
import { scsiTypeWords } from './scsi-type-words.ts'

const plan = { file: '/dev/sg1', readOnly: false } as never
const nothing: FileFacts = { kind: FileKind.missing, sizeBytes: 0, identity: undefined, refusal: undefined }
const scsi = { address: '2:0:0:1', deviceType: 1, vendor: 'STK', model: 'L700', node: '/dev/sg1' }
const found: FileFacts = { ...nothing, kind: FileKind.characterDevice, identity: 'SCSI device 2:0:0:1', scsi }
const held = { number: '8:0', disk: '8:0', holders: ['it is mounted at /srv'], facts: {} } as never

describe('a SCSI device is looked at before commands are passed through to it:', () => {
  it.each<[string, Partial<FileFacts>, string]>([
    ['nothing', {}, 'there is no such device; plug it in'],
    ['a regular file', { kind: FileKind.regularFile }, 'it is a regular file, which fileio serves; give a node of'],
    ['a directory', { kind: FileKind.directory }, 'it is a directory; give a node of a whole SCSI device'],
    ['a socket', { kind: FileKind.socket }, 'it is a socket; give a node of'],
    ['a loop device', { kind: FileKind.blockDevice }, 'it is a partition, or a device that takes no SCSI commands'],
    ['a terminal', { kind: FileKind.characterDevice }, 'it is no SCSI device; give a node of'],
    ['what cannot be seen', { kind: FileKind.unknown, refusal: 'EACCES' }, 'the system says EACCES'],
  ])('%s is none', (_what, facts, words) => {
    expect(whyNoScsiDevice(plan, { ...nothing, ...facts })).toContain(words)
  })

  it.each<[string, Partial<FileFacts>, string]>([
    ['has no node', { scsi: { ...scsi, node: undefined } }, 'has no node that takes commands; load the driver'],
    ['is mounted', { scsi: { ...scsi, block: held } }, 'it is mounted at /srv; end that first, or give another device'],
    ['may not be opened', { readRefusal: 'EACCES', refusal: 'EACCES' }, 'permission is denied to this user (EACCES)'],
  ])('one that %s is refused', (_what, facts, words) => {
    expect(whyNoScsiDevice(plan, { ...found, ...facts })).toContain(words)
  })

  it('one that nobody may write, and says so itself, is served', () => {
    expect([whyNoScsiDevice(plan, found), whyNoScsiDevice(plan, { ...found, refusal: 'EROFS' })]).toEqual([
      undefined,
      undefined,
    ])
  })
})

describe('what is said of a SCSI device', () => {
  it('is what it is, where that was looked at', () => {
    expect([pscsi.explain(plan, undefined), pscsi.explain(plan, found)]).toEqual([
      '/dev/sg1, commands passed through',
      '/dev/sg1 (a tape drive: STK L700, at 2:0:0:1), commands passed through',
    ])
    expect([scsiTypeWords(0), scsiTypeWords(0x1e)]).toEqual(['a disk', 'a device of the type 1eh'])
  })
})
