/** A block of a pcapng file: its type, and what is between its lengths. */
export interface ReadBlock {
  readonly type: number
  readonly body: Buffer
}

/** A frame, as far as tests look at it. */
export interface ReadFrame {
  readonly from: string
  readonly to: string
  readonly sequence: number
  readonly acknowledged: number
  readonly flags: string
  readonly payload: Buffer
  readonly comment: string | undefined
}

const PACKET = 6
const COMMENT = 1
const FLAGS: readonly (readonly [number, string])[] = [
  [0x02, 'syn'],
  [0x08, 'psh'],
  [0x10, 'ack'],
]

/** The blocks of a file. @throws {Error} where their lengths contradict each other. */
export function blocksOf(file: Buffer): ReadBlock[] {
  const blocks: ReadBlock[] = []
  for (let at = 0; at < file.length; ) {
    const length = file.readUInt32BE(at + 4)
    if (file.readUInt32BE(at + length - 4) !== length) throw new Error(`the block at ${at} has two lengths`)
    blocks.push({ type: file.readUInt32BE(at), body: file.subarray(at + 8, at + length - 4) })
    at += length
  }
  return blocks
}

/** The frames of a file. */
export const framesOf = (file: Buffer): ReadFrame[] =>
  blocksOf(file)
    .filter(({ type }) => type === PACKET)
    .map(({ body }) => frameOf(body))

function frameOf(body: Buffer): ReadFrame {
  const length = body.readUInt32BE(12)
  const bytes = body.subarray(20, 20 + length)
  const isFour = bytes.readUInt16BE(12) === 0x0800
  const addresses = bytes.subarray(isFour ? 26 : 22, isFour ? 34 : 54)
  const half = addresses.length / 2
  const tcp = bytes.subarray(isFour ? 34 : 54)
  const flags = tcp.readUInt8(13)
  return {
    from: `${addresses.toString('hex', 0, half)}:${tcp.readUInt16BE(0)}`,
    to: `${addresses.toString('hex', half)}:${tcp.readUInt16BE(2)}`,
    sequence: tcp.readUInt32BE(4),
    acknowledged: tcp.readUInt32BE(8),
    flags: FLAGS.flatMap(([bit, name]) => (flags & bit ? [name] : [])).join(' '),
    payload: tcp.subarray(20),
    comment: commentOf(body.subarray(20 + length + (-length & 3))),
  }
}

function commentOf(options: Buffer): string | undefined {
  if (options.readUInt16BE(0) !== COMMENT) return undefined
  return options.toString('utf8', 4, 4 + options.readUInt16BE(2))
}
