import { ConfigError, EditError, EditFault } from '@lunkit/config'
import { ControlFault, FaultKind } from '../control-fault.ts'

const KIND_OF_EDIT: Readonly<Record<EditFault, FaultKind>> = {
  [EditFault.notFound]: FaultKind.notFound,
  [EditFault.exists]: FaultKind.conflict,
  [EditFault.inUse]: FaultKind.conflict,
  [EditFault.invalid]: FaultKind.refused,
  [EditFault.readOnly]: FaultKind.refused,
}

function ofConfiguration({ problems }: ConfigError): ControlFault {
  const [first] = problems
  const others = problems.length - 1
  const { path = '', wrong = 'nothing of it can be served', right = 'a saveconfig.json' } = first ?? {}
  const what = others > 0 ? `${wrong} (and ${others} more)` : wrong
  return new ControlFault(FaultKind.refused, { what, where: path, right })
}

/** The fault that an error of a service is; undefined: a bug. */
export function faultOf(error: unknown): ControlFault | undefined {
  if (error instanceof ControlFault) return error
  if (error instanceof ConfigError) return ofConfiguration(error)
  if (!(error instanceof EditError)) return undefined
  const { fault, path, wrong, right } = error
  return new ControlFault(KIND_OF_EDIT[fault], { what: wrong, where: path, right })
}
