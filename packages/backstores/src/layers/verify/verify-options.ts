import { type OptionDomains, object, oneOf, required, Slab, text } from '@lunkit/wire'
import type { Store } from '../../store/store.ts'
import { STORE } from '../../store-domain.ts'
import { IDENTITY_BYTES } from './sidecar-layout.ts'

/** What a disk is verified by. */
export interface VerifyOptions {
  /** Keeps the checksums: new, or what it was for this disk. It belongs to the layer. */
  readonly sidecar: Store
  readonly slab: Slab
  /** The block that has a checksum, in bytes; what is asked for begins and ends at multiples of it. */
  readonly blockBytes: number
  /** Which disk it is, the same for as long as it is the same content: at most 256 bytes. */
  readonly identity: string
}

/** What each of them may be. */
export const VERIFY_DOMAINS: OptionDomains = {
  sidecar: required(STORE),
  slab: required(object('a Slab', slab => slab instanceof Slab)),
  blockBytes: required(oneOf([512, 1024, 2048, 4096])),
  identity: required(text(`a name of 1 to ${IDENTITY_BYTES} bytes`, isIdentity)),
}

function isIdentity(identity: string): boolean {
  const { length } = Buffer.from(identity)
  return length > 0 && length <= IDENTITY_BYTES
}
