/** Bytes that tell where they belong and who wrote them: each 32-bit word differs from that of any other place or seed. */
export function pattern(lengthBytes: number, { seed, offset = 0 }: { seed: number; offset?: number }): Buffer {
  const words = new Uint32Array(Math.ceil(lengthBytes / 4))
  const first = Math.floor(offset / 4)
  for (let i = 0; i < words.length; i++)
    words[i] = Math.imul(first + i + 1, 0x9e37_79b1) ^ Math.imul(seed + 1, 0x85eb_ca6b)
  return Buffer.from(words.buffer, 0, lengthBytes)
}
