import { createLanes, createRamdisk, openFileio } from '@lunkit/backstores'
import { checkOffers, encodeText, splitText } from '@lunkit/pdu'
import { encodeUnmapList, Read6, Read16, Write10 } from '@lunkit/scsi'
import { encodeLun } from '@lunkit/scsi/transport'
import { nodeAccess } from '@lunkit/target'
import { Slab } from '@lunkit/wire'
import { DiskServer, fileio, ramdisk } from 'lunkit'
import { describe, expect, it } from 'vitest'
import {
  type BadCall,
  eachBad,
  eachBadOption,
  NO_FLAGS,
  NO_FUNCTIONS,
  NO_OPTIONS,
  NO_TEXTS,
  NO_WHOLE_NUMBERS,
  thrownBy,
} from './bad-values.ts'

const MIB = 1024 * 1024
const wholes = (call: (bad: never) => unknown) => eachBad(NO_WHOLE_NUMBERS, call)

/** Calls of the other packages that must be refused. */
const BAD_CALLS: Readonly<Record<string, () => BadCall[]>> = {
  Slab: () => [...wholes(sizeBytes => new Slab({ sizeBytes })), ...eachBad(NO_OPTIONS, bad => new Slab(bad))],
  encodeLun: () => wholes(lun => encodeLun(lun, new DataView(new ArrayBuffer(8)))).filter(({ what }) => what !== '-1'),
  'READ (6)': () => [
    // What is undefined counts as left out, which is zero.
    ...wholes(lba => Read6.encode({ lba })).filter(({ what }) => what !== 'undefined'),
    ...eachBad([0, 257], blocks => Read6.encode({ blocks })),
  ],
  'WRITE (10)': () => eachBad([2 ** 32, NaN, 1.7, '1', 1n], lba => Write10.encode({ lba })),
  'READ (16)': () => eachBad([2 ** 53, NaN, 1.7, '1', 1n], lba => Read16.encode({ lba })),
  encodeUnmapList: () => wholes(lba => encodeUnmapList([{ lba, blocks: 1 }])),
  encodeText: () => eachBad([undefined, null, 1, {}], value => encodeText([['Key', value]])),
  splitText: () => eachBad([0, ...NO_WHOLE_NUMBERS], length => splitText(new Uint8Array(9), length)),
  checkOffers: () =>
    eachBad([undefined, null, 1, [], { NoKey: 1 }, { InitialR2T: 'Yes' }], bad => checkOffers('x', bad)),
  createRamdisk: () => [
    ...wholes(sizeBytes => createRamdisk({ name: 'a', sizeBytes })),
    ...eachBad(NO_OPTIONS, bad => createRamdisk(bad)),
    ...eachBadOption('nullio', NO_FLAGS, bad => createRamdisk({ name: 'a', sizeBytes: MIB, ...(bad as object) })),
  ],
  openFileio: () => [
    ...eachBad([undefined, ...NO_OPTIONS], bad => openFileio(bad)),
    ...eachBad([...NO_TEXTS, 'a\0b'], path => openFileio({ name: 'a', path, writeBack: true, lanes: {} as never })),
    ...eachBad(NO_FLAGS, writeBack => openFileio({ name: 'a', path: '/a', writeBack, lanes: {} as never })),
  ],
  createLanes: () => eachBad([undefined, ...NO_OPTIONS, {}, { slab: {} }], bad => createLanes(bad)),
  nodeAccess: () => [
    ...eachBad([undefined, ...NO_OPTIONS, {}], bad => nodeAccess(bad)),
    ...eachBad([null, 1, { commandDepth: '8' }, { depth: 8 }], bad =>
      nodeAccess({ acls: { a: bad }, generateNodeAcls: true }),
    ),
  ],
  DiskServer: () => [
    ...eachBad(NO_OPTIONS, bad => new DiskServer(bad)),
    ...eachBadOption('onBug', NO_FUNCTIONS, bad => new DiskServer(bad)),
    ...eachBadOption('pollUs', NO_WHOLE_NUMBERS, bad => new DiskServer(bad)),
    ...eachBadOption('limits', [null, 1, [], { connections: NaN }, { no: 1 }], bad => new DiskServer(bad)),
  ],
  ramdisk: () => [...wholes(sizeBytes => ramdisk({ sizeBytes })), ...eachBad(NO_OPTIONS, bad => ramdisk(bad))],
  fileio: () => [
    ...eachBad(NO_TEXTS, path => fileio({ path })),
    ...eachBadOption('readOnly', NO_FLAGS, bad => fileio({ path: '/a', ...(bad as object) })),
  ],
}

describe('what is given to the other packages', () => {
  it.each(Object.keys(BAD_CALLS))('is checked by %s', async name => {
    for (const { what, call } of BAD_CALLS[name]?.() ?? []) {
      const error = await thrownBy(call)
      const refused = error instanceof RangeError || error instanceof TypeError
      expect(refused ? undefined : (error ?? 'nothing was thrown'), `${name} with ${what}`).toBeUndefined()
      expect((error as Error).message, `${name} with ${what}`).not.toMatch(/Cannot |is not a function|is not iterable/)
    }
  })
})
