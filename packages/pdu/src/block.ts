import { dataView } from '@lunkit/wire'
import { BLOCK_BYTES, SPARE_BLOCKS } from './limits.ts'

/** Memory in which an encoder composes. */
export interface Block {
  readonly bytes: Buffer
  readonly view: DataView
}

/** Blocks that have no user now, for the next one. */
export class BlockPool {
  readonly #spare: Block[] = []

  take(): Block {
    return this.#spare.pop() ?? makeBlock()
  }

  recycle(block: Block): void {
    if (this.#spare.length < SPARE_BLOCKS) this.#spare.push(block)
  }
}

function makeBlock(): Block {
  const bytes = Buffer.allocUnsafeSlow(BLOCK_BYTES)
  return { bytes, view: dataView(bytes) }
}
