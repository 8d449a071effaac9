import { count64, crc32cRange, dataView, layout, u32 } from '@lunkit/wire'
import { PAGE_BYTES } from './sidecar-calls.ts'

/** Checksums in a page: the blocks of a region. */
export const REGION_BLOCKS = PAGE_BYTES / 4
/** Regions whose marks are in one page, which stands before their checksums. */
export const GROUP_REGIONS = PAGE_BYTES * 8
const GROUP_BYTES = (1 + GROUP_REGIONS) * PAGE_BYTES
const MAGIC = 'lunkit-verify-1\0'
/** Of the name of a disk, at most. */
export const IDENTITY_BYTES = 256
const IDENTITY_AT = 40
const CHECKSUM_AT = IDENTITY_AT + IDENTITY_BYTES
const Header = layout({
  name: 'the header of a sidecar',
  spec: 'docs/decisions/0025-verified-blocks.md',
  size: CHECKSUM_AT + 4,
  fields: { blockBytes: u32(16), sizeBytes: count64(24), otherBytes: count64(32), checksum: u32(CHECKSUM_AT) },
})
/** The header lies in one sector, which is written whole or not at all. */
export const HEADER_BYTES = 512

/** Where the marks of a group of regions lie. */
export const markPageAt = (group: number): number => PAGE_BYTES + group * GROUP_BYTES

/** Where the checksums of a region lie. */
export const checksumsAt = (region: number): number =>
  markPageAt(Math.floor(region / GROUP_REGIONS)) + PAGE_BYTES * (1 + (region % GROUP_REGIONS))

/** How many regions a disk has. */
export const regionsOf = (sizeBytes: number, blockBytes: number): number =>
  Math.ceil(Math.floor(sizeBytes / blockBytes) / REGION_BLOCKS)

/** The bytes of a sidecar of a disk of that size. */
export const sidecarBytes = (sizeBytes: number, blockBytes: number): number =>
  checksumsAt(Math.max(0, regionsOf(sizeBytes, blockBytes) - 1)) + PAGE_BYTES

/** Whose sidecar it is. */
export interface SidecarHeader {
  readonly blockBytes: number
  readonly sizeBytes: number
  /** The size that it had, or is to have, while it is being changed; else the same. */
  readonly otherBytes: number
  /** Which disk it is, at most 256 bytes. */
  readonly identity: string
}

/** The header as it lies in the sidecar. */
export function encodeHeader({ identity, ...numbers }: SidecarHeader): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES)
  const values = Object.assign(Header.compose(dataView(bytes)), numbers)
  bytes.set(Buffer.from(MAGIC, 'latin1'))
  bytes.set(Buffer.from(identity, 'utf8').subarray(0, IDENTITY_BYTES), IDENTITY_AT)
  values.checksum = crc32cRange(bytes, 0, CHECKSUM_AT)
  return bytes
}

/** Undefined: it is a new one, all zeroes. @throws {Error} for what is no sidecar, or a damaged one. */
export function decodeHeader(bytes: Uint8Array): SidecarHeader | undefined {
  if (bytes.every(byte => byte === 0)) return undefined
  const text = Buffer.from(bytes)
  if (text.toString('latin1', 0, MAGIC.length) !== MAGIC) throw new Error('is not one that lunkit has made')
  const { blockBytes, sizeBytes, otherBytes, checksum } = Header.view(dataView(bytes))
  if (checksum !== crc32cRange(bytes, 0, CHECKSUM_AT)) throw new Error('is damaged')
  return {
    blockBytes,
    sizeBytes,
    otherBytes,
    identity: text.toString('utf8', IDENTITY_AT, CHECKSUM_AT).replace(/\0+$/, ''),
  }
}
