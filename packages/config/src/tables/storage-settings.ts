import type { JsonPath } from '../json/path.ts'
import type { Kind } from '../schema/kind.ts'
import { flag, kind, wholeNumber } from '../schema/kind.ts'
import type { LayerSettings } from './layer-settings.ts'
import { layerSettings } from './layer-settings.ts'
import { MOST_LANES } from './server-settings.ts'
import { setting } from './setting.ts'

/** LOGICAL BLOCKS PER PHYSICAL BLOCK EXPONENT has four bits (SBC-4, READ CAPACITY (16) parameter data). */
export const MAX_BLOCKS_PER_PHYSICAL_BLOCK = 2 ** 15
const LEAST_PHYSICAL_BLOCK_BYTES = 512
const MOST_PHYSICAL_BLOCK_BYTES = 4096 * MAX_BLOCKS_PER_PHYSICAL_BLOCK

const physicalBlockSize: Kind<number | undefined> = kind(
  `a power of two from ${LEAST_PHYSICAL_BLOCK_BYTES} to ${MOST_PHYSICAL_BLOCK_BYTES}`,
  value =>
    typeof value === 'number' &&
    Number.isInteger(Math.log2(value)) &&
    value >= LEAST_PHYSICAL_BLOCK_BYTES &&
    value <= MOST_PHYSICAL_BLOCK_BYTES
      ? value
      : undefined,
)

/** What a field of INQUIRY data holds (SPC-4 4.3.1). */
const asciiText = (least: number, most: number): Kind<string | undefined> => {
  const right = `${least} to ${most} characters, all of them printable ASCII`
  const allowed = new RegExp(`^[ -~]{${least},${most}}$`)
  return kind(right, value => (typeof value === 'string' && allowed.test(value) ? value : undefined))
}

/** IEEE gives companies 24 bits. */
const companyId: Kind<number | undefined> = wholeNumber(0, 0xffffff)

const lane: Kind<number | undefined> = wholeNumber(0, MOST_LANES - 1)

const optionalFlag: Kind<boolean | undefined> = flag

/** What lunkit lets be set of a storage object beyond LIO's attributes, under `lunkit.storage_objects`. */
export const storageSettings = {
  physical_block_size: setting(physicalBlockSize, undefined, 'bytes best read and written whole; not set: block_size'),
  create: setting(
    optionalFlag,
    undefined,
    'a file that is missing may be created, one that is too short made longer; not set: create_files',
  ),
  sparse: setting(flag, true, 'a file that is created, or made longer, has holes; false: it has all its space'),
  direct: setting(
    optionalFlag,
    undefined,
    'it is read and written past the page cache; not set: true for block, what aio says for fileio',
  ),
  vendor_id: setting(asciiText(1, 8), undefined, 'T10 vendor identification; not set: LIO-ORG'),
  product_id: setting(asciiText(0, 16), undefined, 'product identification; not set: what LIO says of its plugin'),
  revision: setting(asciiText(0, 4), undefined, 'product revision level; not set: 4.0'),
  company_id: setting(companyId, undefined, 'IEEE company identifier of the NAA designator; not set: 0x001405'),
  removable: setting(flag, false, 'START STOP UNIT can take the medium out and put it in again'),
  lane: setting(
    lane,
    undefined,
    'the lane, from 0, that does for it what may block, and for no disk without this setting; not set: any',
  ),
  ...layerSettings,
} as const

/** The settings of a storage object that are in force. */
export interface StorageSettings extends LayerSettings {
  readonly physical_block_size: number | undefined
  readonly create: boolean
  readonly sparse: boolean
  /** Undefined: as its plugin does. */
  readonly direct: boolean | undefined
  readonly removable: boolean
  readonly vendor_id: string | undefined
  readonly product_id: string | undefined
  readonly revision: string | undefined
  readonly company_id: number | undefined
  readonly lane: number | undefined
  /** Where they stand; undefined: the file has none. */
  readonly path?: JsonPath
}
