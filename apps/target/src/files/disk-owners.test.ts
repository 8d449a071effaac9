import { describe, expect, it } from 'vitest'
import { DiskOwners } from './disk-owners.ts'
import { type FileFacts, FileKind } from './file-look.ts'

const MIB = 2 ** 20
const file = (identity: string): FileFacts => ({
  ...{ kind: FileKind.regularFile, sizeBytes: MIB, identity, refusal: undefined },
})
const facts = {
  ...{ sizeBytes: MIB, logicalBlockBytes: 512, physicalBlockBytes: 512, alignmentBytes: 0, optimalIoBytes: 0 },
  ...{ rotational: false, discardBytes: 0, discardGranularityBytes: 0, discardAlignmentBytes: 0, zeroBytes: 0 },
  ...{ volatileCache: false, readOnly: false },
}
const device = (number: `8:${number}`, disk: `8:${number}` = number): FileFacts => ({
  ...{ kind: FileKind.blockDevice, sizeBytes: MIB, identity: `device ${number}`, refusal: undefined },
  device: { number, disk, facts, holders: [] },
})
const generic = (identity: string): FileFacts => ({
  ...{ kind: FileKind.characterDevice, sizeBytes: 0, identity, refusal: undefined },
  scsi: { address: '2:0:0:1', deviceType: 1, vendor: '', model: '', node: '/dev/sg1' },
})
const loop = (number: `8:${number}`, behind: string): FileFacts => ({ ...device(number), behind })

/** What is said of the second where somebody has the first. */
function saidOf(first: FileFacts, second: FileFacts): string | undefined {
  const owners = new DiskOwners()
  expect(owners.rivalOf(first)).toBeUndefined()
  owners.take(first, 'block/a')
  return owners.rivalOf(second)
}

const onDevice = 'two disks on one device destroy each other'
const onFile = 'two disks on one file destroy each other'

describe('what a disk has no other disk can have:', () => {
  it.each<[string, FileFacts, FileFacts, string]>([
    ['a file', file('1:2'), file('1:2'), `it is the file of block/a already (by a link); ${onFile}`],
    ['a device', device('8:0'), device('8:0'), `it is the device of block/a already (by another name); ${onDevice}`],
    [
      'the disk of a partition',
      device('8:1', '8:0'),
      device('8:0'),
      `a partition of it is the device of block/a; ${onDevice}`,
    ],
    ['a partition', device('8:0'), device('8:1', '8:0'), `it is a partition of the device of block/a; ${onDevice}`],
    [
      'the file of a loop device',
      loop('8:0', '1:2'),
      file('1:2'),
      `it is the file of block/a already (by a link); ${onFile}`,
    ],
    ['a loop device of a file', file('1:2'), loop('8:0', '1:2'), `its file is that of block/a already; ${onFile}`],
    [
      'the disk behind a node that takes commands',
      device('8:0'),
      generic('device 8:0'),
      `it is the device of block/a already (by another name); ${onDevice}`,
    ],
    [
      'a device by its address',
      generic('SCSI device 2:0:0:1'),
      generic('SCSI device 2:0:0:1'),
      `it is the device of block/a already (by another name); ${onDevice}`,
    ],
    ['two loop devices', loop('8:0', '1:2'), loop('8:16', '1:2'), `its file is that of block/a already; ${onFile}`],
  ])('%s', (_what, first, second, said) => {
    expect(saidOf(first, second)).toBe(said)
  })

  it.each<[string, FileFacts, FileFacts]>([
    ['other files', file('1:2'), file('1:3')],
    ['files that are not there', { ...file('1:2'), identity: undefined }, { ...file('1:2'), identity: undefined }],
    ['two partitions of one disk', device('8:1', '8:0'), device('8:2', '8:0')],
    ['a partition of another disk', device('8:0'), device('8:17', '8:16')],
  ])('but they can have %s', (_what, first, second) => {
    expect(saidOf(first, second)).toBeUndefined()
  })
})
