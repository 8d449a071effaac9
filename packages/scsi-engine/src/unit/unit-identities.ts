import { naaDesignator, t10VendorDesignator } from '@lunkit/scsi'
import { checkArgument, text } from '@lunkit/wire'
import { checkIdentity, type UnitIdentity } from './unit-identity.ts'

/** Two logical units would say that they are one; the message says which two, by what, and what would be right. */
export class DuplicateIdentityError extends RangeError {
  override readonly name = 'DuplicateIdentityError'
}

interface Holder {
  readonly title: string
  readonly serial: string
}

/** One of the names by which initiators tell disks apart. */
interface Name {
  /** Names that an initiator takes for one have one key. */
  readonly key: string
  /** `the NAA designator 6001405...`. */
  readonly words: string
  readonly right: string
}

const TITLE = text('a title', title => title !== '')

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

/** Every name that initiators may go by: multipath joins two units that share one of them. */
function namesOf({ vendor, product, serial, companyId }: UnitIdentity): Name[] {
  const naa = hex(naaDesignator(companyId, serial).value)
  return [
    {
      // Initiators take spaces away at both ends, and many of them make one of several.
      key: `serial ${serial.trim().replace(/ +/g, ' ')}`,
      words: 'the unit serial number',
      right: 'a serial number that no other disk has',
    },
    {
      key: `naa ${naa}`,
      words: `the NAA designator ${naa} (its first 25 hex digits)`,
      right: 'a serial number whose hex digits no other disk has, such as a UUID',
    },
    {
      key: `t10 ${hex(t10VendorDesignator(vendor, product, serial).value)}`,
      words: 'the T10 vendor designator (product and serial number, cut to 254 characters)',
      right: 'a shorter serial number that no other disk has',
    },
  ]
}

/**
 * Who the logical units of a process say they are. Two that say the same would be joined by multipath, and the data of both
 * destroyed, whichever targets and portals they are reached through: the second one is refused.
 */
export class UnitIdentities {
  readonly #holders = new Map<string, Holder>()

  /**
   * Takes an identity for a unit, and returns what gives it back. `title` is what messages call the unit.
   * @throws {DuplicateIdentityError} {TypeError} or {RangeError} for what is no identity, or no title.
   */
  take(identity: UnitIdentity, title: string): () => void {
    checkIdentity(identity, true)
    checkArgument('take: title', title, TITLE)
    const names = namesOf(identity)
    const { serial } = identity
    for (const { key, words, right } of names) {
      const holder = this.#holders.get(key)
      if (holder === undefined) continue
      const other = holder.title === title ? `another ${title}` : holder.title
      const both = `the serial number ${JSON.stringify(serial)} gives ${title} ${words} of ${other}`
      const why = `(${JSON.stringify(holder.serial)}), and initiators would take the two for one disk`
      throw new DuplicateIdentityError(`${both} ${why}; right is ${right}`)
    }
    const holder = { title, serial }
    for (const { key } of names) this.#holders.set(key, holder)
    return () => {
      for (const { key } of names) if (this.#holders.get(key) === holder) this.#holders.delete(key)
    }
  }
}
