import type { Step } from './step.ts'

/** What has gone wrong with which step. */
export interface StepFailure {
  readonly step: Step
  readonly error: Error
}

/** What was thrown, as an error. */
export const asError = (thrown: unknown): Error => (thrown instanceof Error ? thrown : new Error(String(thrown)))

/** A step could not be done, and those before it were undone. `cause` is what has gone wrong. */
export class StepError extends Error {
  override readonly name = 'StepError'
  readonly step: Step
  /** What could not be undone; none: everything is as it was. */
  readonly notUndone: readonly unknown[]

  /** @internal */
  constructor({ step, error }: StepFailure, notUndone: readonly unknown[]) {
    const left = notUndone.map(each => (each instanceof Error ? each.message : String(each)))
    const undone = left.length === 0 ? 'nothing has changed' : `this could not be undone: ${left.join('; ')}`
    super(`${describeStep(step)}: ${error.message}; ${undone}`, { cause: error })
    this.step = step
    this.notUndone = notUndone
  }
}

/** What a step is about, as a person reads it: `openDisk fileio/disk0`, `mapLun iqn.2026-11.com.example:a tpg1 LUN 0`. */
function describeStep(step: Step): string {
  const { kind } = step
  const of = [
    'disk' in step && kind !== 'mapLun' ? step.disk : undefined,
    'target' in step && !('storage' in step) ? step.target : undefined,
    'tag' in step ? `portal group ${step.tag}` : undefined,
    'initiator' in step ? step.initiator : undefined,
    'portal' in step ? `${step.portal.host}:${step.portal.port}` : undefined,
    'lun' in step ? `LUN ${step.lun}` : undefined,
  ]
  return [kind, ...of.filter(part => part !== undefined)].join(' ')
}
