import { storeLimits } from '../limits.ts'
import type { Extent } from '../store/extent.ts'
import type { StoreRequest } from '../store/store-request.ts'
import type { ChunkDirectory } from './chunk-directory.ts'

const { ramChunkBytes } = storeLimits

/** Finds which parts of a request's range were written, page by page, and gives them to the request. */
export function findExtents(directory: ChunkDirectory, request: StoreRequest): undefined {
  const { offset, lengthBytes, maxExtents } = request
  const end = offset + lengthBytes
  const extents: Extent[] = []
  for (let at = offset; at < end; ) {
    const chunk = directory.find(at)
    const from = at % ramChunkBytes
    const allocated = chunk?.isWritten(from) ?? false
    const chunkStart = at - from
    const chunkEnd = Math.min(ramChunkBytes, end - chunkStart)
    const next = chunk ? chunkStart + chunk.runEnd(from, chunkEnd) : Math.min(directory.skip(at), end)
    const last = extents.at(-1)
    if (last?.allocated === allocated)
      extents[extents.length - 1] = { ...last, lengthBytes: last.lengthBytes + next - at }
    else if (extents.length >= maxExtents) break
    else extents.push({ offset: at, lengthBytes: next - at, allocated })
    at = next
  }
  request.extents = extents
}
