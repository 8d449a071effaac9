import type { DeviceFacts } from 'lunkit'
import { describe, expect, it } from 'vitest'
import { type FileFacts, FileKind } from '../files/file-look.ts'
import { whyNoDevice } from './backing-device.ts'

const facts: DeviceFacts = {
  ...{ sizeBytes: 2 ** 20, logicalBlockBytes: 512, physicalBlockBytes: 512, alignmentBytes: 0, optimalIoBytes: 0 },
  ...{ rotational: false, discardBytes: 0, discardGranularityBytes: 0, discardAlignmentBytes: 0, zeroBytes: 0 },
  ...{ volatileCache: false, readOnly: false },
}

type Found = Partial<DeviceFacts> & { readonly holders?: readonly string[] }

/** What is said of a device of which the kernel says this, which is to have these blocks. */
function said({ holders = [], ...found }: Found, blockSizeBytes?: number, exclusive = true): string | undefined {
  const device = { number: '8:0', disk: '8:0', holders, facts: { ...facts, ...found } } as const
  const look: FileFacts = {
    kind: FileKind.blockDevice,
    sizeBytes: 0,
    identity: 'device 8:0',
    refusal: undefined,
    device,
  }
  return whyNoDevice({ unit: { attributes: { blockSizeBytes } }, exclusive } as never, look)
}

const nothing: FileFacts = { kind: FileKind.missing, sizeBytes: 0, identity: undefined, refusal: undefined }
const plan = { unit: { attributes: {} }, exclusive: true } as never

describe('a device is looked at before it is a disk:', () => {
  it.each<[string, string | undefined, string]>([
    [
      'is mounted',
      said({ holders: ['it is mounted at /srv', 'it is a part of dm-0'] }),
      'it is mounted at /srv, it is a part of dm-0; end that first, or give another device',
    ],
    [
      'is write protected',
      said({ readOnly: true }),
      'the device is write protected; set readonly=true, or clear that (blockdev --setrw)',
    ],
    [
      'has longer blocks',
      said({ logicalBlockBytes: 4096 }, 512),
      'its block_size is to be 512, and the device has blocks of 4096 bytes; right is block_size=4096',
    ],
    [
      'has blocks that are too long',
      said({ logicalBlockBytes: 8192 }),
      'the device has blocks of 8192 bytes; right are 4096 or fewer',
    ],
    ['has no medium', said({ sizeBytes: 0 }), 'the device has 0 bytes; put a medium in, or give a device that has one'],
  ])('one that %s is none', (_what, words, right) => {
    expect(words).toBe(right)
  })

  it('one that others hold may be one where it is shared, and one may be counted in larger blocks', () => {
    expect(said({ holders: ['it is mounted at /srv'] }, undefined, false)).toBeUndefined()
    expect([said({}), said({}, 4096), said({ logicalBlockBytes: 4096 })]).toEqual([undefined, undefined, undefined])
  })

  it.each<[Partial<FileFacts>, string]>([
    [{}, 'there is no such device; plug it in, or give the path of a device that is there (lsblk lists them)'],
    [{ kind: FileKind.regularFile }, 'it is a regular file, which fileio serves; give the path of a block device'],
    [{ kind: FileKind.directory }, 'it is a directory; give the path of a block device'],
    [{ kind: FileKind.socket }, 'it is a socket; give the path of a block device'],
    [{ kind: FileKind.unknown, refusal: 'EIO' }, 'the system says EIO'],
  ])('what is no device is none: %j', (found, words) => {
    expect(whyNoDevice(plan, { ...nothing, ...found })).toBe(words)
  })
})
