import { NopOut, RESERVED_TAG, ScsiCommand, TaskAttribute } from '@lunkit/pdu'
import { encodeUnmapList, TestUnitReady } from '@lunkit/scsi'
import type { SeededRandom } from '../../harness/seeded-random.ts'
import { effectOf, everyCdb } from '../oracle/command-effect.ts'
import { DiskModel } from '../oracle/disk-model.ts'
import type { PduStep } from './case.ts'
import { boundaryValue, LUN_FIELDS, setBits, widthOf } from './field-value.ts'

const ANY_CDB_BYTES = 16
const TAGS = 24
/** For lengths alone. */
const shape = new DiskModel(512 * 1024, 512)
const BLOCKS = shape.sizeBytes / shape.blockBytes

/** The CDB of a command there is, with plausible fields or any. */
function anyCdb(random: SeededRandom): Buffer {
  const cdb = Buffer.alloc(ANY_CDB_BYTES)
  if (random.once(16)) return random.bytes(ANY_CDB_BYTES)
  const declared = random.pick(everyCdb)
  cdb.set(declared.encode({}))
  const plausible = !random.once(4)
  for (const [name, field] of Object.entries(declared.fields)) {
    if (name === 'operationCode' || (name === 'action' && !random.once(8))) continue
    const bits = widthOf(field)
    if (!plausible) setBits(cdb, field, boundaryValue(random, bits, 0n))
    else if (name === 'lba') setBits(cdb, field, BigInt(random.below(BLOCKS + 2)) % 2n ** BigInt(bits))
    else if (name === 'blocks') setBits(cdb, field, BigInt(blocks(random)) % 2n ** BigInt(bits))
    else if (/length$/i.test(name)) setBits(cdb, field, BigInt(random.pick(LENGTHS)) % 2n ** BigInt(bits))
    else if (random.once(6)) setBits(cdb, field, boundaryValue(random, bits, 0n))
  }
  if (random.once(20)) cdb[declared.size - 1] = random.next()
  return cdb
}

const LENGTHS = [0, 1, 4, 8, 24, 40, 64, 96, 255, 256, 512, 4096, 65_535]

function blocks(random: SeededRandom): number {
  return random.once(12) ? random.pick([0, 128, 300, 600, BLOCKS, BLOCKS + 1]) : random.between(1, 8)
}

/** A SCSI Command with a CDB of whatever kind; its data is what the CDB says, or not. */
export function anyCommand(random: SeededRandom, on: number, cdb = anyCdb(random)): PduStep {
  const { kind, dataBytes, lengthBytes } = effectOf(cdb, shape)
  const modest = (bytes: number) => (Number.isFinite(bytes) ? Math.min(bytes, 600 * 1024) : 0)
  const out = kind !== 'none' && dataBytes > 0
  const bytes = out ? modest(dataBytes) : kind === 'read' ? modest(lengthBytes) : random.pick(LENGTHS)
  const write = out ? !random.once(30) : random.once(20)
  const expected = random.once(12) ? random.pick([0, 1, 511, 512, 1000, bytes + 512, 65_536]) : bytes
  const tag = random.once(10) ? random.below(TAGS) : random.next() % 0xffff_fff0
  const immediate = write && expected > 0 && expected <= 32_768 && !random.once(3) ? expected : 0
  const header = Buffer.from(
    ScsiCommand.encode({
      immediate: random.once(12),
      final: !(write && random.once(6)),
      read: !write && !random.once(20),
      write,
      attribute: random.once(4) ? ((random.below(6) % 5) as TaskAttribute) : TaskAttribute.simple,
      lun: random.pick(LUN_FIELDS),
      expectedDataTransferLength: expected,
      initiatorTaskTag: tag,
      cdb,
    }),
  )
  const step = { do: 'pdu', on, header: header.toString('hex'), bound: { cmdSN: 0, expStatSN: 0 } } as const
  if (immediate === 0) return step
  const list = kind === 'unmap' ? unmapList(random, immediate) : undefined
  if (list) return { ...step, data: list.toString('hex') }
  return immediate <= 64 && random.once(3)
    ? { ...step, data: random.bytes(immediate).toString('hex') }
    : { ...step, patternBytes: random.once(20) ? random.below(immediate) : immediate }
}

/** A parameter list of UNMAP, as long as the command says. */
function unmapList(random: SeededRandom, lengthBytes: number): Buffer | undefined {
  if (random.once(6)) return undefined
  const ranges = Array.from({ length: Math.min(4, Math.floor((lengthBytes - 8) / 16)) }, () => ({
    lba: random.below(BLOCKS + 1),
    blocks: random.below(20),
  }))
  const list = Buffer.from(encodeUnmapList(ranges))
  return Buffer.concat([list, Buffer.alloc(Math.max(0, lengthBytes - list.length))]).subarray(0, lengthBytes)
}

/** TEST UNIT READY. */
export function testUnitReady(random: SeededRandom, on: number, lun: bigint): PduStep {
  const cdb = TestUnitReady.encode({})
  const header = ScsiCommand.encode({
    final: true,
    attribute: TaskAttribute.simple,
    lun,
    cdb,
    initiatorTaskTag: random.next(),
  })
  return { do: 'pdu', on, header: Buffer.from(header).toString('hex'), bound: { cmdSN: 0, expStatSN: 0 } }
}

/** A NOP-Out that asks for an answer. */
export function ping(random: SeededRandom, on: number): PduStep {
  const header = Buffer.from(
    NopOut.encode({ immediate: random.once(2), initiatorTaskTag: random.next(), targetTransferTag: RESERVED_TAG }),
  )
  const data = random.once(2) ? random.bytes(random.below(40)).toString('hex') : ''
  return { do: 'pdu', on, header: header.toString('hex'), data, bound: { cmdSN: 0, expStatSN: 0 } }
}
