import { crc32c } from '@lunkit/wire'
import { statisticsLimits } from './limits.ts'

const { labelBytes } = statisticsLimits
/** What no byte of UTF-8 is (RFC 3629 1): it stands behind a label. */
const END = 0xff
const SPACE_BYTES = labelBytes - 1
/** `~` and eight digits. */
const MARK_BYTES = 9
/** No character of a text, as JavaScript counts them, is more bytes. */
const BYTES_A_CHARACTER = 3
const encoder = new TextEncoder()
const decoder = new TextDecoder()

/** A label as a row can have it: one that is too long is cut, and told from others that begin like it by its checksum. */
export function fittingLabel(label: string): string {
  // What is no character is one from here on, so that the label reads as it was written.
  if (label.length * BYTES_A_CHARACTER <= SPACE_BYTES) return label.toWellFormed()
  const bytes = encoder.encode(label)
  if (bytes.length <= SPACE_BYTES) return label.toWellFormed()
  // As a part of more, so that a character that is cut is left out.
  const begin = new TextDecoder().decode(bytes.subarray(0, SPACE_BYTES - MARK_BYTES), { stream: true })
  return `${begin}~${crc32c(bytes).toString(16).padStart(8, '0')}`
}

/** Writes labels that fit into a row's memory. */
export function writeLabels(memory: Uint8Array, labels: readonly string[]): void {
  for (const [at, label] of labels.entries()) {
    const bytes = encoder.encode(label)
    const start = at * labelBytes
    memory.set(bytes, start)
    memory[start + bytes.length] = END
  }
}

/** The label at a place in a row's memory; what another thread is just writing reads as anything. */
export function readLabel(memory: Uint8Array, at: number): string {
  const start = at * labelBytes
  const label = memory.slice(start, start + labelBytes)
  const end = label.indexOf(END)
  // A decoder takes no shared memory.
  return decoder.decode(label.subarray(0, end < 0 ? SPACE_BYTES : end))
}
