import { data, flags, forms, optionalWholes, options, partOfABlock, wholes } from './bad-calls.ts'
import { type BadCall, eachBad, eachBadOption, NO_FLAGS, NO_WHOLE_NUMBERS } from './bad-values.ts'
import { BLOCK, door } from './door.ts'

const cdb = new Uint8Array(6)

/** Bad calls of logical units and block devices. */
export const UNIT_CALLS: Readonly<Record<string, () => BadCall[]>> = {
  'LogicalUnit.command': () => [
    ...eachBad([undefined, null, 1, []], bad => door.unit.command(bad)),
    ...data(bad => door.unit.command({ cdb: bad })),
    ...eachBad([null, 1, {}], name => door.unit.command({ cdb, name })),
  ],
  'LogicalUnit.requestSense': () => [
    ...options(bad => door.unit.requestSense(bad)),
    ...flags('descriptorFormat', bad => door.unit.requestSense(bad)),
  ],
  'LogicalUnit.vitalProductData': () => eachBad([...NO_WHOLE_NUMBERS, 256], bad => door.unit.vitalProductData(bad)),
  'LogicalUnit.reportLuns': () =>
    eachBad([...NO_WHOLE_NUMBERS.filter(bad => bad !== undefined), 256], bad => door.unit.reportLuns(bad)),
  'LogicalUnit.modeSense': () => [
    ...eachBad([...NO_WHOLE_NUMBERS, 64], bad => door.unit.modeSense(bad)),
    ...options(bad => door.unit.modeSense(8, bad)),
    ...forms(bad => door.unit.modeSense(8, bad)),
    ...optionalWholes('subpageCode', bad => door.unit.modeSense(8, bad)),
    ...eachBadOption('pageControl', [4, -1, '0', null], bad => door.unit.modeSense(8, bad)),
    ...flags('noBlockDescriptors', bad => door.unit.modeSense(8, bad)),
  ],
  'LogicalUnit.modeSelect': () => [
    ...eachBad([undefined, null, 1, {}, { pages: 1 }, { pages: ['text'] }], bad => door.unit.modeSelect(bad)),
    ...options(bad => door.unit.modeSelect({ writeProtected: false, dpoFua: false, pages: [] }, bad)),
    ...forms(bad => door.unit.modeSelect({ writeProtected: false, dpoFua: false, pages: [] }, bad)),
  ],
  'LogicalUnit.reserve': () => [...options(bad => door.unit.reserve(bad)), ...forms(bad => door.unit.reserve(bad))],
  'LogicalUnit.release': () => [...options(bad => door.unit.release(bad)), ...forms(bad => door.unit.release(bad))],
  'LogicalUnit.supportedCommands': () => [
    ...options(bad => door.unit.supportedCommands(bad)),
    ...flags('timeouts', bad => door.unit.supportedCommands(bad)),
  ],
  'LogicalUnit.supportedCommand': () => [
    ...eachBad([...NO_WHOLE_NUMBERS, 256], bad => door.unit.supportedCommand(bad)),
    ...eachBad([null, NaN, -1, 1.7, '1', 65_536], bad => door.unit.supportedCommand(0x12, bad)),
  ],
  'LogicalUnit.read': () => [
    ...wholes(lba => door.unit.read(lba, 1)),
    ...wholes(blocks => door.unit.read(0, blocks)),
    ...eachBad([2 ** 32], blocks => door.unit.read(0, blocks)),
    ...eachBad([2 ** 32], lba => door.unit.read(lba, 1, { form: 10 })),
    ...eachBad([2 ** 32], lba => door.unit.read(lba, 1, { form: 12 })),
    ...eachBad([2 ** 21], lba => door.unit.read(lba, 1, { form: 6 })),
    ...eachBad([2 ** 16], blocks => door.unit.read(0, blocks, { form: 10 })),
    ...eachBad([0, 257], blocks => door.unit.read(0, blocks, { form: 6 })),
    ...eachBad([2 ** 31], blocks => door.unit.read(0, blocks)),
    ...options(bad => door.unit.read(0, 1, bad)),
    ...forms(bad => door.unit.read(0, 1, bad)),
    ...flags('fua', bad => door.unit.read(0, 1, bad)),
    ...flags('dpo', bad => door.unit.read(0, 1, bad)),
    { what: 'fua of READ (6)', call: () => door.unit.read(0, 1, { form: 6, fua: true }) },
  ],
  'LogicalUnit.write': () => [
    ...wholes(lba => door.unit.write(lba, Buffer.alloc(512))),
    ...data(bad => door.unit.write(0, bad)),
    ...partOfABlock(bad => door.unit.write(0, bad)),
    ...eachBad([2 ** 32], lba => door.unit.write(lba, Buffer.alloc(512), { form: 10 })),
    ...eachBad([2 ** 21], lba => door.unit.write(lba, Buffer.alloc(512), { form: 6 })),
    ...eachBad([new Uint8Array(0)], bad => door.unit.write(0, bad, { form: 6 })),
    ...options(bad => door.unit.write(0, Buffer.alloc(512), bad)),
    ...forms(bad => door.unit.write(0, Buffer.alloc(512), bad)),
    ...flags('fua', bad => door.unit.write(0, Buffer.alloc(512), bad)),
    ...flags('dpo', bad => door.unit.write(0, Buffer.alloc(512), bad)),
    { what: 'fua of WRITE (6)', call: () => door.unit.write(0, Buffer.alloc(512), { form: 6, fua: true }) },
  ],
  'LogicalUnit.verify': () => [
    ...wholes(lba => door.unit.verify(lba, BLOCK)),
    ...data(bad => door.unit.verify(0, bad)),
    ...partOfABlock(bad => door.unit.verify(0, bad)),
    ...options(bad => door.unit.verify(0, BLOCK, bad)),
    ...forms(bad => door.unit.verify(0, BLOCK, bad)),
  ],
  'LogicalUnit.verifySame': () => [
    ...wholes(lba => door.unit.verifySame(lba, 1, BLOCK)),
    ...wholes(blocks => door.unit.verifySame(0, blocks, BLOCK)),
    ...data(bad => door.unit.verifySame(0, 1, bad)),
    ...partOfABlock(bad => door.unit.verifySame(0, 1, bad)),
    ...options(bad => door.unit.verifySame(0, 1, BLOCK, bad)),
  ],
  'LogicalUnit.verifyMedium': () => [
    ...wholes(lba => door.unit.verifyMedium(lba, 1)),
    ...wholes(blocks => door.unit.verifyMedium(0, blocks)),
    ...options(bad => door.unit.verifyMedium(0, 1, bad)),
  ],
  'LogicalUnit.writeAndVerify': () => [
    ...wholes(lba => door.unit.writeAndVerify(lba, Buffer.alloc(512))),
    ...data(bad => door.unit.writeAndVerify(0, bad)),
    ...options(bad => door.unit.writeAndVerify(0, Buffer.alloc(512), bad)),
    ...flags('compare', bad => door.unit.writeAndVerify(0, Buffer.alloc(512), bad)),
  ],
  'LogicalUnit.writeSame': () => [
    ...wholes(lba => door.unit.writeSame(lba, 1, Buffer.alloc(512))),
    ...wholes(blocks => door.unit.writeSame(0, blocks, Buffer.alloc(512))),
    ...data(bad => door.unit.writeSame(0, 1, bad)),
    ...partOfABlock(bad => door.unit.writeSame(0, 1, bad)),
    ...options(bad => door.unit.writeSame(0, 1, Buffer.alloc(512), bad)),
    ...forms(bad => door.unit.writeSame(0, 1, Buffer.alloc(512), bad)),
    { what: 'noDataOut of 10', call: () => door.unit.writeSame(0, 1, BLOCK, { form: 10, noDataOut: true }) },
  ],
  'LogicalUnit.unmap': () => [
    ...eachBad([undefined, null, 1, {}, [null], [{}], [{ lba: 0 }], [{ blocks: 1 }]], bad => door.unit.unmap(bad)),
    ...wholes(lba => door.unit.unmap([{ lba, blocks: 1 }])),
    ...wholes(blocks => door.unit.unmap([{ lba: 0, blocks }])),
    ...eachBad([4096], length => door.unit.unmap(Array.from({ length }, () => ({ lba: 0, blocks: 1 })))),
  ],
  'LogicalUnit.getLbaStatus': () => wholes(lba => door.unit.getLbaStatus(lba)),
  'LogicalUnit.compareAndWrite': () => [
    ...wholes(lba => door.unit.compareAndWrite(lba, BLOCK, BLOCK)),
    ...data(bad => door.unit.compareAndWrite(0, bad, BLOCK)),
    ...data(bad => door.unit.compareAndWrite(0, BLOCK, bad)),
    ...eachBad([Buffer.alloc(1024)], bad => door.unit.compareAndWrite(0, BLOCK, bad)),
    ...eachBad([Buffer.alloc(256 * 512)], bad => door.unit.compareAndWrite(0, bad, bad)),
  ],
  'LogicalUnit.synchronizeCache': () => [
    ...wholes(lba => door.unit.synchronizeCache(lba)).filter(({ what }) => what !== 'undefined'),
    ...wholes(blocks => door.unit.synchronizeCache(0, blocks)).filter(({ what }) => what !== 'undefined'),
    ...options(bad => door.unit.synchronizeCache(0, 0, bad)),
    ...forms(bad => door.unit.synchronizeCache(0, 0, bad)),
  ],
  'LogicalUnit.startStop': () => [
    ...eachBad([undefined, ...NO_FLAGS], bad => door.unit.startStop(bad)),
    ...options(bad => door.unit.startStop(true, bad)),
  ],

  'BlockDevice.read': () => [
    ...wholes(offset => door.device.read(offset, 512)),
    ...wholes(length => door.device.read(0, length)),
    ...eachBad([2 ** 40], length => door.device.read(0, length)),
  ],
  'BlockDevice.write': () => [
    ...wholes(offset => door.device.write(offset, Buffer.alloc(512))),
    ...data(bad => door.device.write(0, bad)),
    ...partOfABlock(bad => door.device.write(0, bad)),
    ...options(bad => door.device.write(0, Buffer.alloc(512), bad)),
    ...flags('fua', bad => door.device.write(0, Buffer.alloc(512), bad)),
  ],
  'BlockDevice.discard': () => [
    ...wholes(offset => door.device.discard(offset, 512)),
    ...wholes(length => door.device.discard(0, length)),
  ],
}
