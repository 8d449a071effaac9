import type { EditArguments, EditCall } from '@lunkit/config'
import { ControlFault, FaultKind } from '@lunkit/control'
import { type FileFacts, lookAtFile } from '../files/file-look.ts'
import { whyNoDevice } from '../plugins/backing-device.ts'
import { whyNoScsiDevice } from '../plugins/backing-scsi-device.ts'

type DeviceEdit = 'createBlock' | 'createPscsi'
type WhyNone<K extends DeviceEdit> = (given: EditArguments<K>, facts: FileFacts) => string | undefined

/** Why what was found at its path cannot be the device of a storage object that is made. */
const WHY_NONE: { readonly [K in DeviceEdit]: WhyNone<K> } = {
  createBlock: ({ readonly = false, exclusive = true }, facts) =>
    whyNoDevice({ unit: { attributes: { blockSizeBytes: undefined } }, readOnly: readonly, exclusive }, facts),
  createPscsi: ({ dev }, facts) => whyNoScsiDevice({ file: dev }, facts),
}

type DeviceCall = Extract<EditCall, { readonly name: DeviceEdit }>
const isOfDevice = (call: EditCall): call is DeviceCall => Object.hasOwn(WHY_NONE, call.name)

/** What is wrong with the first device that edits name and that cannot be one, as LIO tells it when a storage object is made; undefined: none is. */
export async function missingDevice(edits: readonly EditCall[]): Promise<ControlFault | undefined> {
  for (const { name, given } of edits.filter(isOfDevice)) {
    const facts = await lookAtFile(given.dev)
    const why = (WHY_NONE[name] as WhyNone<DeviceEdit>)(given, facts)
    if (why === undefined) continue
    return new ControlFault(isHeld(facts) ? FaultKind.conflict : FaultKind.refused, {
      what: `cannot have the device ${given.dev}: ${why}`,
      where: `/backstores/${name === 'createBlock' ? 'block' : 'pscsi'}/${given.name}`,
      right: 'one that can be opened',
    })
  }
  return undefined
}

const isHeld = ({ device, scsi }: FileFacts): boolean => ((scsi?.block ?? device)?.holders.length ?? 0) > 0
