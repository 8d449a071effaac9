import { createHash } from 'node:crypto'
import type { Store } from '@lunkit/backstores'

/** Who a logical unit says it is: INQUIRY and VPD pages 80h and 83h are made of it. */
export interface UnitIdentity {
  /** T10 vendor identification, 8 characters at most. */
  readonly vendor: string
  /** Product identification, 16 characters at most. */
  readonly product: string
  /** Product revision level, 4 characters at most. */
  readonly revision: string
  /** The unit serial number; its hex digits make the NAA designator. */
  readonly serial: string
  /** IEEE company identifier of the NAA designator, 24 bits. */
  readonly companyId: number
}

/** The product names that LIO gives its plugins. */
const PRODUCTS: Readonly<Record<string, string>> = { fileio: 'FILEIO', ramdisk: 'RAMDISK-MCP', block: 'IBLOCK' }

/** LIO's identity for this store under what was given; `alias` puts the storage object's name in the product's place. */
export function unitIdentity(store: Store, alias: boolean, given: Partial<UnitIdentity> = {}): UnitIdentity {
  return {
    vendor: 'LIO-ORG',
    product: alias ? store.name : (PRODUCTS[store.plugin] ?? store.plugin.toUpperCase()),
    revision: '4.0',
    serial: derivedSerial(store),
    companyId: 0x001405,
    ...given,
  }
}

/** A serial in the form of a UUID that is the same at every start, for a storage object that has none. */
function derivedSerial({ plugin, name }: Store): string {
  const hex = createHash('sha256').update(`lunkit\0${plugin}\0${name}`).digest('hex')
  const parts = [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)]
  return parts.join('-')
}
