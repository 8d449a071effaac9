import { expect, it } from 'vitest'
import { ramdisk } from './ramdisk.ts'
import { verified } from './verified.ts'

const disk = ramdisk({ sizeBytes: 4096 })
const right = { path: '/srv/verify', identity: 'a disk' }

it.each<[string, object, string]>([
  ['no path', { path: undefined }, 'verified: verification: path is undefined; right is a path'],
  ['an empty path', { path: '' }, 'verified: verification: path is ""; right is a path'],
  ['an empty identity', { identity: '' }, 'identity is ""; right is a name of 1 to 256 bytes'],
  ['too long an identity', { identity: 'é'.repeat(129) }, 'right is a name of 1 to 256 bytes'],
  ['a block of another size', { blockBytes: 513 }, 'blockBytes is 513; right is one of 512, 1024, 2048, 4096'],
  ['another key', { blocks: 1 }, 'verified: verification has no option "blocks"; there are path, identity, blockBytes'],
])('a verification with %s is refused before a disk is opened', (_what, wrong, message) => {
  expect(() => verified(disk, { ...right, ...wrong })).toThrow(message)
})

it.each([{}, { identity: 'é'.repeat(128) }, { blockBytes: 512 }, { blockBytes: 4096 }])(
  'a verification may have %j',
  more => {
    expect(verified(disk, { ...right, ...more })).toHaveProperty('open', expect.any(Function))
  },
)
