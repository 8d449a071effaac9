import { crc32c } from '@lunkit/wire'
import { statisticsLimits } from './limits.ts'

const { labelBytes } = statisticsLimits
const LENGTH_BYTES = 2
const SPACE_BYTES = labelBytes - LENGTH_BYTES
/** `~` and eight digits. */
const MARK_BYTES = 9
const encoder = new TextEncoder()
const decoder = new TextDecoder()

/** A label as a row can have it: one that is too long is cut, and told from others that begin like it by its checksum. */
export function fittingLabel(label: string): string {
  // What is no character is one from here on, so that the label reads as it was written.
  const bytes = encoder.encode(label)
  if (bytes.length <= SPACE_BYTES) return label.toWellFormed()
  let end = SPACE_BYTES - MARK_BYTES
  while (((bytes[end] as number) & 0xc0) === 0x80) end--
  return `${decoder.decode(bytes.subarray(0, end))}~${crc32c(bytes).toString(16).padStart(8, '0')}`
}

/** Writes labels that fit into a row's memory. */
export function writeLabels(memory: Uint8Array, labels: readonly string[]): void {
  for (const [at, label] of labels.entries()) {
    const bytes = encoder.encode(label)
    const start = at * labelBytes
    memory[start] = bytes.length & 0xff
    memory[start + 1] = bytes.length >>> 8
    memory.set(bytes, start + LENGTH_BYTES)
  }
}

/** The label at a place in a row's memory; what another thread is just writing reads as anything. */
export function readLabel(memory: Uint8Array, at: number): string {
  const start = at * labelBytes
  const length = (memory[start] as number) | ((memory[start + 1] as number) << 8)
  // A decoder takes no shared memory.
  return decoder.decode(memory.slice(start + LENGTH_BYTES, start + LENGTH_BYTES + Math.min(length, SPACE_BYTES)))
}
