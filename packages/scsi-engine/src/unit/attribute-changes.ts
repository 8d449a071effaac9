import { Sense, type SenseCode } from '@lunkit/scsi'
import type { UnitAttributes } from './unit-attributes.ts'

/** The attentions that a change raises at every nexus, or why there is no change. */
type Rule = readonly SenseCode[] | { readonly fixed: string }

const { capacityDataHasChanged, inquiryDataHasChanged, modeParametersChanged } = Sense

/** Seen in a VPD page, or in standard INQUIRY data. */
const inInquiry = [inquiryDataHasChanged]
/** Seen there, and in READ CAPACITY (16). */
const inInquiryAndCapacity = [inquiryDataHasChanged, capacityDataHasChanged]
const nowhere: readonly SenseCode[] = []

/** What changes while initiators see the unit, and what they are told by it (SPC-5, SBC-4). */
export const ATTRIBUTE_CHANGES: Readonly<Record<keyof UnitAttributes, Rule>> = {
  blockSizeBytes: { fixed: 'initiators count in blocks of that size, and what they have written lies where that says' },
  emulateModelAlias: { fixed: 'it makes the product that the unit is known by, and its T10 designator' },
  physicalBlockBytes: [capacityDataHasChanged],
  emulateCaw: inInquiry,
  emulateFuaWrite: [modeParametersChanged],
  // A reservation that there is ends, which is told.
  emulatePr: nowhere,
  emulateRsoc: nowhere,
  emulateTas: [modeParametersChanged],
  emulateTpu: inInquiryAndCapacity,
  emulateTpws: inInquiryAndCapacity,
  emulateWriteCache: [modeParametersChanged, inquiryDataHasChanged],
  hwMaxSectors: inInquiry,
  isNonrot: inInquiry,
  maxUnmapBlockDescCount: inInquiry,
  maxUnmapLbaCount: inInquiry,
  maxWriteSameLen: inInquiry,
  optimalSectors: inInquiry,
  queueDepth: nowhere,
  removable: inInquiry,
  unmapGranularity: inInquiry,
  unmapGranularityAlignment: inInquiry,
  unmapZeroesData: inInquiryAndCapacity,
}

/** What nexuses are to be told when `before` becomes `after`. */
export function attentionsOfChange(before: UnitAttributes, after: UnitAttributes): ReadonlySet<SenseCode> {
  const codes = changed(before, after).flatMap(name => rulesOf(name))
  return new Set(codes)
}

/**
 * Checks that `before` may become `after` while initiators see the unit.
 * @throws {RangeError} naming what cannot change, and why.
 */
export function refuseFixed(unitName: string, before: UnitAttributes, after: UnitAttributes): void {
  for (const name of changed(before, after)) {
    const rule = ATTRIBUTE_CHANGES[name]
    if (!('fixed' in rule)) continue
    const right = `right is ${before[name]}, or another unit in its place`
    throw new RangeError(
      `${unitName}: ${name} cannot become ${after[name]} while it is served: ${rule.fixed}; ${right}`,
    )
  }
}

const rulesOf = (name: keyof UnitAttributes): readonly SenseCode[] => {
  const rule = ATTRIBUTE_CHANGES[name]
  return 'fixed' in rule ? nowhere : rule
}

const changed = (before: UnitAttributes, after: UnitAttributes): (keyof UnitAttributes)[] =>
  (Object.keys(ATTRIBUTE_CHANGES) as (keyof UnitAttributes)[]).filter(name => before[name] !== after[name])
