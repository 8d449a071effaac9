import { pattern } from './pattern.ts'

/** What a unit holds that a command can change. */
export interface UnitContents {
  readonly medium: Buffer
  /** D_SENSE of the control mode page. */
  descriptorSense: boolean
}

/** What less or more data-out than a CDB asks for does to its command. */
export const Takes = {
  /** Whole blocks, as far as there are some. */
  part: 'part',
  /** A parameter list: what is behind it is not looked at. */
  atLeast: 'at least',
  exactly: 'exactly',
} as const
export type Takes = (typeof Takes)[keyof typeof Takes]

/** A command as it goes over the wire, what its CDB says of its data, and what it does. */
export interface CommandSample {
  readonly name: string
  readonly cdb: Buffer
  readonly way: 'none' | 'in' | 'out'
  /** The length of its data by its CDB. */
  readonly bytes: number
  readonly takes: Takes
  /** READ alone is not refused where data goes the other way. */
  readonly isRead: boolean
  /** Its data-out, as long as the CDB says, by what the unit holds. */
  readonly data: (contents: UnitContents) => Buffer
  /** What it changes once `moved` has come. */
  readonly does: (contents: UnitContents, moved: Buffer) => void
}

/** Bytes of a logical block. */
export const BLOCK_BYTES = 512
/** Blocks of the unit that the samples are for. */
export const BLOCKS = 8
/** The block that commands are about. */
const LBA = 3
const AT = LBA * BLOCK_BYTES

let seed = 0
const fresh = (lengthBytes: number): Buffer => pattern(lengthBytes, { seed: ++seed })
const write = ({ medium }: UnitContents, moved: Buffer): void => void moved.copy(medium, AT)
const onMedium = ({ medium }: UnitContents, blocks: number): Buffer =>
  Buffer.from(medium.subarray(AT, AT + blocks * BLOCK_BYTES))

function sample(name: string, cdb: string, rest: Partial<CommandSample> = {}): CommandSample {
  const nothing = { way: 'none', bytes: 0, takes: Takes.part, isRead: false, data: () => Buffer.alloc(0) } as const
  return { name, cdb: Buffer.from(cdb.replaceAll(' ', ''), 'hex'), ...nothing, does: () => {}, ...rest }
}

const dataIn = (name: string, cdb: string, bytes: number): CommandSample => sample(name, cdb, { way: 'in', bytes })
const read = (name: string, cdb: string, bytes: number): CommandSample =>
  sample(name, cdb, { way: 'in', bytes, isRead: true })
const dataOut = (name: string, cdb: string, bytes: number, rest: Partial<CommandSample>): CommandSample =>
  sample(name, cdb, { way: 'out', bytes, data: () => fresh(bytes), ...rest })

const writes = { does: write }
/** Compares, with data that is on the medium. */
const compares = { data: (contents: UnitContents) => onMedium(contents, 1) }
const fills = { takes: Takes.exactly, ...writes }

const CONTROL_PAGE_BYTES = 12
/** LIO's control mode page behind an empty header, with D_SENSE the other way round. */
function modeList(headerBytes: number) {
  const bytes = headerBytes + CONTROL_PAGE_BYTES
  return {
    takes: Takes.atLeast,
    data: ({ descriptorSense }: UnitContents) => {
      const list = Buffer.alloc(bytes)
      Buffer.from(`0a0a${descriptorSense ? '02' : '06'}1000400000ffff001e`, 'hex').copy(list, headerBytes)
      return list.subarray(0, bytes)
    },
    does: (contents: UnitContents) => {
      contents.descriptorSense = !contents.descriptorSense
    },
  }
}

const unmapList = '0016 0010 00000000 0000000000000003 00000001 00000000'

/** A sample of every command of a disk, and one with a length of 0 where it has a length. */
export const everyCommand: readonly CommandSample[] = [
  sample('TEST UNIT READY', '00 00000000 00'),
  dataIn('REQUEST SENSE', '03 00 0000 12 00', 18),
  dataIn('REQUEST SENSE of 0 bytes', '03 00 0000 00 00', 0),
  read('READ (6)', '08 000003 01 00', 512),
  dataOut('WRITE (6)', '0A 000003 01 00', 512, writes),
  dataIn('INQUIRY', '12 00 00 0024 00', 36),
  dataIn('INQUIRY of a page', '12 01 83 0008 00', 8),
  dataIn('INQUIRY of 0 bytes', '12 00 00 0000 00', 0),
  dataOut('MODE SELECT (6)', '15 10 0000 10 00', 16, modeList(4)),
  dataOut('MODE SELECT (6) of 0 bytes', '15 10 0000 00 00', 0, { takes: Takes.atLeast }),
  sample('RESERVE (6)', '16 00000000 00'),
  sample('RELEASE (6)', '17 00000000 00'),
  dataIn('MODE SENSE (6)', '1A 00 3F 00 18 00', 24),
  dataIn('MODE SENSE (6) of 0 bytes', '1A 00 3F 00 00 00', 0),
  sample('START STOP UNIT', '1B 000000 01 00'),
  dataIn('READ CAPACITY (10)', '25 00 00000000 0000 00 00', 8),
  read('READ (10)', '28 00 00000003 00 0001 00', 512),
  read('READ (10) of 2 blocks', '28 00 00000003 00 0002 00', 1024),
  read('READ (10) of 0 blocks', '28 00 00000003 00 0000 00', 0),
  dataOut('WRITE (10)', '2A 00 00000003 00 0001 00', 512, writes),
  dataOut('WRITE (10) of 2 blocks', '2A 00 00000003 00 0002 00', 1024, writes),
  dataOut('WRITE (10) of 0 blocks', '2A 00 00000003 00 0000 00', 0, writes),
  dataOut('WRITE AND VERIFY (10)', '2E 00 00000003 00 0001 00', 512, writes),
  dataOut('WRITE AND VERIFY (10) with BYTCHK', '2E 02 00000003 00 0001 00', 512, writes),
  dataOut('WRITE AND VERIFY (10) of 0 blocks', '2E 02 00000003 00 0000 00', 0, writes),
  sample('VERIFY (10) without BYTCHK', '2F 00 00000003 00 0001 00'),
  dataOut('VERIFY (10)', '2F 02 00000003 00 0001 00', 512, compares),
  dataOut('VERIFY (10) with one block', '2F 06 00000003 00 0001 00', 512, { ...compares, takes: Takes.exactly }),
  dataOut('VERIFY (10) of 0 blocks', '2F 02 00000003 00 0000 00', 0, compares),
  sample('SYNCHRONIZE CACHE (10)', '35 00 00000000 00 0000 00'),
  dataOut('WRITE SAME (10)', '41 00 00000003 00 0001 00', 512, fills),
  dataOut('WRITE SAME (10) with UNMAP', '41 08 00000003 00 0001 00', 512, fills),
  dataOut('UNMAP', '42 00 00000000 00 0018 00', 24, {
    takes: Takes.atLeast,
    data: () => Buffer.from(unmapList.replaceAll(' ', ''), 'hex'),
    does: contents => write(contents, Buffer.alloc(BLOCK_BYTES)),
  }),
  dataOut('UNMAP of 0 bytes', '42 00 00000000 00 0000 00', 0, { takes: Takes.atLeast }),
  dataOut('MODE SELECT (10)', '55 10 0000000000 0014 00', 20, modeList(8)),
  dataOut('MODE SELECT (10) of 0 bytes', '55 10 0000000000 0000 00', 0, { takes: Takes.atLeast }),
  sample('RESERVE (10)', '56 00000000000000 00 00'),
  sample('RELEASE (10)', '57 00000000000000 00 00'),
  dataIn('MODE SENSE (10)', '5A 00 3F 00 000000 0018 00', 24),
  dataIn('MODE SENSE (10) of 0 bytes', '5A 00 3F 00 000000 0000 00', 0),
  read('READ (16)', '88 00 0000000000000003 00000001 00 00', 512),
  read('READ (16) of 0 blocks', '88 00 0000000000000003 00000000 00 00', 0),
  dataOut('COMPARE AND WRITE', '89 00 0000000000000003 000000 01 00 00', 1024, {
    takes: Takes.exactly,
    data: contents => Buffer.concat([onMedium(contents, 1), fresh(BLOCK_BYTES)]),
    does: (contents, moved) => write(contents, moved.subarray(BLOCK_BYTES)),
  }),
  dataOut('COMPARE AND WRITE of 0 blocks', '89 00 0000000000000003 000000 00 00 00', 0, { takes: Takes.exactly }),
  dataOut('WRITE (16)', '8A 00 0000000000000003 00000001 00 00', 512, writes),
  dataOut('WRITE (16) of 0 blocks', '8A 00 0000000000000003 00000000 00 00', 0, writes),
  dataOut('WRITE AND VERIFY (16)', '8E 02 0000000000000003 00000001 00 00', 512, writes),
  dataOut('WRITE AND VERIFY (16) of 0 blocks', '8E 00 0000000000000003 00000000 00 00', 0, writes),
  sample('VERIFY (16) without BYTCHK', '8F 00 0000000000000003 00000001 00 00'),
  dataOut('VERIFY (16)', '8F 02 0000000000000003 00000001 00 00', 512, compares),
  sample('SYNCHRONIZE CACHE (16)', '91 00 0000000000000000 00000000 00 00'),
  dataOut('WRITE SAME (16)', '93 00 0000000000000003 00000001 00 00', 512, fills),
  sample('WRITE SAME (16) with NDOB', '93 01 0000000000000003 00000001 00 00', {
    does: contents => write(contents, Buffer.alloc(BLOCK_BYTES)),
  }),
  dataIn('READ CAPACITY (16)', '9E 10 0000000000000000 00000020 00 00', 32),
  dataIn('READ CAPACITY (16) of 0 bytes', '9E 10 0000000000000000 00000000 00 00', 0),
  dataIn('GET LBA STATUS', '9E 12 0000000000000000 00000018 00 00', 24),
  dataIn('GET LBA STATUS of 0 bytes', '9E 12 0000000000000000 00000000 00 00', 0),
  dataIn('REPORT LUNS', 'A0 00 00 000000 00000010 00 00', 16),
  dataIn('REPORT LUNS of 0 bytes', 'A0 00 00 000000 00000000 00 00', 0),
  dataIn('REPORT SUPPORTED OPERATION CODES', 'A3 0C 00 00 0000 00000040 00 00', 64),
  dataIn('REPORT SUPPORTED OPERATION CODES of 0 bytes', 'A3 0C 00 00 0000 00000000 00 00', 0),
  dataIn('REPORT SUPPORTED TASK MANAGEMENT FUNCTIONS', 'A3 0D 00 000000 00000004 00 00', 4),
  dataIn('REPORT SUPPORTED TASK MANAGEMENT FUNCTIONS of 0 bytes', 'A3 0D 00 000000 00000000 00 00', 0),
  read('READ (12)', 'A8 00 00000003 00000001 00 00', 512),
  read('READ (12) of 0 blocks', 'A8 00 00000003 00000000 00 00', 0),
  dataOut('WRITE (12)', 'AA 00 00000003 00000001 00 00', 512, writes),
  dataOut('WRITE (12) of 0 blocks', 'AA 00 00000003 00000000 00 00', 0, writes),
  dataOut('WRITE AND VERIFY (12)', 'AE 02 00000003 00000001 00 00', 512, writes),
  dataOut('WRITE AND VERIFY (12) of 0 blocks', 'AE 00 00000003 00000000 00 00', 0, writes),
  sample('VERIFY (12) without BYTCHK', 'AF 00 00000003 00000001 00 00'),
  dataOut('VERIFY (12)', 'AF 02 00000003 00000001 00 00', 512, compares),
]
