import { checkArgument, flag } from '@lunkit/wire'
import { keys } from './keys.ts'
import { KEY_NAME_BYTES } from './limits.ts'
import { BYTES } from './text-domains.ts'

/** What prove who somebody is: a challenge and its answer are enough to look for the secret at leisure, RFC 7143 9.2.1. */
const SECRETS: ReadonlySet<string> = new Set(['CHAP_C', 'CHAP_R'])
/** Keys whose values may be seen. What nobody knows is hidden: of SRP, Kerberos or a vendor's own it may be a proof. */
const SHOWN: ReadonlySet<string> = new Set(Object.keys(keys).filter(name => !SECRETS.has(name)))

const EQUALS = 0x3d
const STAR = 0x2a

/** What is done with the bytes of a pair: its key is read, its value is seen, or all of it is hidden. */
type Part = 'key' | 'shown' | 'hidden'

/**
 * Puts stars in the place of what is secret in the text of one side of a connection, byte for byte, so that lengths stay. A pair
 * that is cut by the end of a PDU goes on in the next one (RFC 7143 6.1), and so does what was known of it.
 */
export class TextMask {
  #part: Part
  /** What has been read of the key of a pair that goes on. */
  #key = ''

  /**
   * @param fromStart whether the first text is the first of its side; else it may be the rest of one, and is hidden up to its next
   * pair. @throws {TypeError} for what is no flag.
   */
  constructor(fromStart: boolean) {
    checkArgument('TextMask: fromStart', fromStart, flag)
    this.#part = fromStart ? 'key' : 'hidden'
  }

  /**
   * A copy of the data segment of the next PDU, without what is secret; `continues` is its C bit.
   * @throws {TypeError} for what are no bytes or no flag.
   */
  masked(data: Uint8Array, continues: boolean): Uint8Array {
    checkArgument('masked: data', data, BYTES)
    checkArgument('masked: continues', continues, flag)
    const out = Uint8Array.from(data)
    for (let at = 0; at < out.length; at = this.#pair(out, at)) {}
    if (!continues) this.#begin()
    return out
  }

  /** Masks what is here of the pair that is at `start`, its zero byte left out; answers where the next one begins. */
  #pair(out: Uint8Array, start: number): number {
    const end = indexOr(out.indexOf(0, start), out.length)
    let from = start
    if (this.#part === 'key') from = this.#readKey(out, start, end)
    if (this.#part !== 'shown') out.fill(STAR, from, end)
    if (end < out.length) this.#begin()
    return end + 1
  }

  /** Reads a key as far as it is here; answers from where on the pair is hidden, if it is. */
  #readKey(out: Uint8Array, start: number, end: number): number {
    const equals = out.subarray(start, end).indexOf(EQUALS)
    const keyEnd = equals < 0 ? end : start + equals
    this.#key += Buffer.from(out.subarray(start, Math.min(keyEnd, start + KEY_NAME_BYTES + 1))).toString('latin1')
    if (this.#key.length > KEY_NAME_BYTES) this.#part = 'hidden'
    // Without its "=" nobody knows yet whether it is a key.
    if (equals < 0 || this.#part === 'hidden') return start
    this.#part = SHOWN.has(this.#key) ? 'shown' : 'hidden'
    return /^[\w.+@#-]+$/.test(this.#key) ? keyEnd + 1 : start
  }

  #begin(): void {
    this.#part = 'key'
    this.#key = ''
  }
}

const indexOr = (index: number, otherwise: number): number => (index < 0 ? otherwise : index)
