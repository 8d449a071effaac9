import type { Directive } from './conf-text.ts'
import type { Leavings } from './left-out.ts'

/** What a LUN of tgt says of its disk. */
export interface DiskDraft {
  serial: string | undefined
  vendor: string | undefined
  product: string | undefined
  revision: string | undefined
  removable: boolean
  readOnly: boolean
  writeBack: boolean
  /** It is read and written past the page cache. */
  direct: boolean
  blockBytes: number
  /** Logical blocks of a physical one, as a power of two. */
  physicalExponent: number | undefined
  /** Why it cannot be a disk of lunkit; undefined: it can. */
  unusable: string | undefined
}

/** Takes a value; says why it is not carried over, where it is not. */
type Option = (value: string, draft: DiskDraft) => string | undefined

const ON = /^(?:1|on|yes|true)$/i
const PRINTABLE = /^[ -~]*$/

const ignored =
  (reason: string): Option =>
  () =>
    reason
const silent: Option = () => undefined

/** A field of INQUIRY data: what it has no room for tgt leaves out too. */
const inquiryField =
  (name: 'vendor' | 'product' | 'revision', characters: number): Option =>
  (value, draft) => {
    if (!PRINTABLE.test(value)) return 'it is no printable ASCII'
    draft[name] = value.slice(0, characters)
    return undefined
  }

const unusable =
  (isRight: RegExp, reason: string): Option =>
  (value, draft) => {
    if (!isRight.test(value)) draft.unusable = reason
    return undefined
  }

const INTERNAL = 'lunkit says of transfers what suits it'

/** What may be said of a LUN, in tgt's words. */
const OPTIONS: Readonly<Record<string, Option>> = {
  lun: silent,
  'allow-in-use': silent,
  scsi_id: ignored(
    'lunkit makes VPD page 83h of the serial number: initiators that know the disk by its scsi_id see another name',
  ),
  scsi_sn(value, draft) {
    if (!PRINTABLE.test(value) || value.trim() === '') return 'it is no serial number of printable ASCII'
    draft.serial = value
    return undefined
  },
  vendor_id: inquiryField('vendor', 8),
  product_id: inquiryField('product', 16),
  product_rev: inquiryField('revision', 4),
  removable(value, draft) {
    draft.removable = ON.test(value)
    return undefined
  },
  readonly(value, draft) {
    draft.readOnly = ON.test(value)
    return undefined
  },
  'write-cache'(value, draft) {
    draft.writeBack = !/^off$/i.test(value)
    return undefined
  },
  'block-size'(value, draft) {
    draft.blockBytes = Number(value)
    if (![512, 1024, 2048, 4096].includes(draft.blockBytes))
      draft.unusable = `lunkit has blocks of 512, 1024, 2048 and 4096 bytes, and not of ${value}`
    return undefined
  },
  lbppbe(value, draft) {
    if (!/^[0-9]{1,2}$/.test(value) || Number(value) > 15) return 'it is no exponent from 0 to 15'
    draft.physicalExponent = Number(value)
    return undefined
  },
  bsoflags(value, draft) {
    if (/sync/.test(value)) draft.writeBack = false
    if (/direct/.test(value)) draft.direct = true
    return undefined
  },
  online(value, draft) {
    if (!ON.test(value)) draft.unusable = 'it is offline'
    return undefined
  },
  'bs-type'(value, draft) {
    if (value === 'aio') draft.direct = true
    else if (value !== 'rdwr') draft.unusable = 'lunkit has disks in files; this kind of backing store is none'
    return undefined
  },
  'device-type': unusable(/^(?:disk|0)$/, 'lunkit serves disks only'),
  la_lba: ignored(INTERNAL),
  optimal_xfer_gran: ignored(INTERNAL),
  optimal_xfer_len: ignored(INTERNAL),
  bsopts: ignored('it is for a backing store that lunkit does not have'),
  sense_format: ignored('initiators choose the format of sense data, by the Control mode page'),
  mode_page: ignored('lunkit has mode pages of its own'),
  params: ignored('it is for tgtadm alone'),
  path: ignored('the path of the LUN is that of its store'),
}

/** Whether a name is of what is said of a LUN. */
export const isLunOption = (name: string): boolean => Object.hasOwn(OPTIONS, name)

/** What is said of a LUN: what is said of it alone, over what is said of all of its target. */
export function diskOf(
  defaults: Pick<DiskDraft, 'serial' | 'vendor' | 'product' | 'revision'>,
  [forAll, own]: readonly [forAll: readonly Directive[], own: readonly Directive[]],
  leavings: Leavings,
): DiskDraft {
  const draft: DiskDraft = {
    ...defaults,
    ...{ removable: false, readOnly: false, writeBack: true, direct: false, blockBytes: 512 },
    ...{ physicalExponent: undefined, unusable: undefined },
  }
  const names = new Set(own.map(({ name }) => name))
  for (const directive of [...forAll.filter(({ name }) => isLunOption(name) && !names.has(name)), ...own]) {
    const option = Object.hasOwn(OPTIONS, directive.name) ? OPTIONS[directive.name] : undefined
    const reason = option === undefined ? 'nobody knows what it says of a LUN' : option(directive.value, draft)
    if (reason !== undefined) leavings.add(directive, reason)
  }
  return draft
}
