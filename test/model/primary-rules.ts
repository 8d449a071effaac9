import { decodeCapacity16, decodeModeData, decodeSense, decodeStandardInquiry, ModeForm } from '@lunkit/scsi'
import { raisedForAll, reportable, withAttentions } from './attention.ts'
import { Control } from './control-page.ts'
import { type Ending, good, type Rule } from './rule.ts'
import { senses, tripleOf } from './sense-triple.ts'

const NO_SENSE = '0/00/00'

/** TEST UNIT READY. */
export const testUnitReady: Rule<'testUnitReady'> = { endings: (_command, { state }) => [good(state)] }

/** INQUIRY: a disk, or for a number without a unit peripheral qualifier 011b and device type 1Fh. */
export const inquiry: Rule<'inquiry'> = {
  passesAttention: true,
  passesReservation: true,
  endings: (_command, { state, facts }) => [
    good(state, 'GOOD with the right peripheral', ({ data }) => {
      const { qualifier, deviceType } = decodeStandardInquiry(data)
      return facts.absent ? qualifier === 3 && deviceType === 0x1f : qualifier === 0 && deviceType === 0
    }),
  ],
}

/** REQUEST SENSE: a pending unit attention as data, which clears it; else no sense. */
export const requestSense: Rule<'requestSense'> = {
  passesAttention: true,
  passesReservation: true,
  endings: ({ descriptor }, { state, nexus, facts }): readonly Ending[] => {
    const pending = facts.absent ? [] : (state.attentions[nexus] ?? [])
    const none = facts.absent ? senses.unitNotSupported : NO_SENSE
    const told = pending.length > 0 ? reportable(pending) : [none]
    return told.map(sense =>
      good(
        withAttentions(
          state,
          nexus,
          pending.filter(other => other !== sense),
        ),
        `GOOD with ${sense}`,
        ({ data }) => tripleOf(decodeSense(data).code) === sense && (data[0] ?? 0) >= 0x72 === descriptor,
      ),
    )
  },
}

/** READ CAPACITY (16), which SBC-3 allows whoever has reserved the unit. */
export const readCapacity: Rule<'readCapacity'> = {
  passesReservation: true,
  endings: (_command, { state, facts }) => [
    good(state, `GOOD with ${facts.blocks} blocks`, ({ data }) => {
      const { blocks, blockSizeBytes } = decodeCapacity16(data)
      return blocks === facts.blocks && blockSizeBytes === facts.blockSizeBytes
    }),
  ],
}

/** MODE SENSE (10) of the control page; WP tells of write protection. */
export const modeSense: Rule<'modeSense'> = {
  endings: (_command, { state, facts, nexus }) => [
    good(state, `GOOD with SWP=${state.softwareWriteProtected} D_SENSE=${state.descriptorSense}`, ({ data }) => {
      const { pages, writeProtected } = decodeModeData(ModeForm.ten, data)
      const page = pages[0]
      if (!page) return false
      const control = new Control(page.bytes)
      return (
        control.softwareWriteProtect === state.softwareWriteProtected &&
        control.descriptorSense === state.descriptorSense &&
        writeProtected === (state.softwareWriteProtected || facts.readOnlyFor.includes(nexus))
      )
    }),
  ],
}

/** MODE SELECT (10) of the control page: the other nexuses hear of a change (SPC-5: 2A/01). */
export const modeSelect: Rule<'modeSelect'> = {
  endings: ({ softwareWriteProtect, descriptorSense }, { state, nexus }) => {
    const changed = softwareWriteProtect !== state.softwareWriteProtected || descriptorSense !== state.descriptorSense
    const after = { ...state, softwareWriteProtected: softwareWriteProtect, descriptorSense }
    return [good(changed ? raisedForAll(after, senses.modeParametersChanged, nexus) : after)]
  },
}

/** RESERVE (6) and (10), SPC-2. */
export const reserve: Rule<'reserve'> = { endings: (_command, { state, nexus }) => [good({ ...state, holder: nexus })] }

/** RELEASE (6) and (10), SPC-2: of a nexus that holds nothing it does nothing, and is no error. */
export const release: Rule<'release'> = {
  passesReservation: true,
  endings: (_command, { state, nexus }) => [good(state.holder === nexus ? { ...state, holder: undefined } : state)],
}
