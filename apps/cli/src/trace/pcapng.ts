import { layout, u16, u32, u64 } from '@lunkit/wire'
import type { TimedFrame } from './traced-connection.ts'

/** draft-ietf-opsawg-pcapng: blocks and options that are written. */
const Block = { section: 0x0a0d0d0a, interface: 1, statistics: 5, packet: 6 } as const
const Option = { end: 0, comment: 1 } as const
const ByteOrder = 0x1a2b3c4d
const ETHERNET = 1
/** The length of a section that is not known. */
const UNKNOWN_LENGTH = 0xffff_ffff_ffff_ffffn
/** What options are called whose numbers mean something else in each block. */
const SectionOption = { application: 4 } as const
const InterfaceOption = { name: 2, timeResolution: 9 } as const
const PacketOption = { flags: 2 } as const
const StatisticsOption = { dropped: 5 } as const
const NANOSECONDS = 9
const Direction = { inbound: 1, outbound: 2 } as const

/** A file may have the byte order that it begins with; this one has that of all our layouts. */
const spec = 'draft-ietf-opsawg-pcapng'
const U16 = layout({ name: '16 bits', spec, size: 2, fields: { value: u16(0) } })
const U32 = layout({ name: '32 bits', spec, size: 4, fields: { value: u32(0) } })
const U64 = layout({ name: '64 bits', spec, size: 8, fields: { value: u64(0) } })

const short = (value: number): Uint8Array => U16.encode({ value })
const word = (value: number): Uint8Array => U32.encode({ value })
const long = (value: bigint): Uint8Array => U64.encode({ value })

const padded = (bytes: Uint8Array): Uint8Array => Buffer.concat([bytes, Buffer.alloc(-bytes.length & 3)])

const option = (code: number, value: Uint8Array): Uint8Array =>
  Buffer.concat([short(code), short(value.length), padded(value)])

const options = (...all: readonly Uint8Array[]): Uint8Array => Buffer.concat([...all, short(Option.end), short(0)])

function block(type: number, ...body: readonly Uint8Array[]): Uint8Array {
  const bytes = Buffer.concat(body)
  const length = word(bytes.length + 12)
  return Buffer.concat([word(type), length, bytes, length])
}

/** What a file begins with: a section, and its one interface, whose times are nanoseconds. */
export function fileStart(version: string): Uint8Array {
  const application = option(SectionOption.application, Buffer.from(version))
  const section = block(Block.section, word(ByteOrder), short(1), short(0), long(UNKNOWN_LENGTH), options(application))
  const described = options(
    option(InterfaceOption.name, Buffer.from('lunkit')),
    option(InterfaceOption.timeResolution, Uint8Array.of(NANOSECONDS)),
  )
  return Buffer.concat([section, block(Block.interface, short(ETHERNET), short(0), word(0), described)])
}

/** A packet; `comment` is what a person is told of it. */
export function packet({ timeNs, isOurs, bytes }: TimedFrame, comment?: string): Uint8Array {
  const flags = option(PacketOption.flags, word(isOurs ? Direction.outbound : Direction.inbound))
  const said = comment === undefined ? [] : [option(Option.comment, Buffer.from(comment))]
  const length = word(bytes.length)
  return block(Block.packet, word(0), long(timeNs), length, length, padded(bytes), options(...said, flags))
}

/** What a file ends with: how many PDUs are missing. */
export function fileEnd(timeNs: bigint, lost: number): Uint8Array {
  return block(Block.statistics, word(0), long(timeNs), options(option(StatisticsOption.dropped, long(BigInt(lost)))))
}
