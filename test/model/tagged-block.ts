/** What a block holds, by a number: 0 is all zeroes, every write has a number of its own. */
export type Tag = number

/** The tag of bytes that nobody wrote. */
export const STRANGE: Tag = -1

const WORD_BYTES = 4

/** The bytes of a block with this tag. */
function blockOf(tag: Tag, blockSizeBytes: number): Uint32Array {
  const words = new Uint32Array(blockSizeBytes / WORD_BYTES)
  if (tag !== 0) for (let at = 0; at < words.length; at++) words[at] = tag + Math.imul(at, 0x9e37_79b1)
  return words
}

/** The bytes of blocks with these tags. */
export const bytesOf = (tags: readonly Tag[], blockSizeBytes: number): Buffer =>
  Buffer.concat(tags.map(tag => Buffer.from(blockOf(tag, blockSizeBytes).buffer)))

/** The tags of blocks by their bytes. */
export function tagsOf(bytes: Uint8Array, blockSizeBytes: number): Tag[] {
  const tags: Tag[] = []
  for (let at = 0; at < bytes.length; at += blockSizeBytes) {
    const words = new Uint32Array(new Uint8Array(bytes.subarray(at, at + blockSizeBytes)).buffer)
    const tag = words[0] ?? STRANGE
    const right = blockOf(tag, blockSizeBytes)
    tags.push(words.length === right.length && words.every((word, index) => word === right[index]) ? tag : STRANGE)
  }
  return tags
}
