import { NoSuchPath } from '@lunkit/config'
import { ControlFault, FaultKind } from '@lunkit/control'
import { type Step, StepError } from 'lunkit'
import { UnusableConfiguration } from '../configuration.ts'
import { NoConfigurationFile } from '../live/configuration-file.ts'
import { LostChanges } from '../live/lost-changes.ts'
import { FixedSetting } from '../serving/fixed-setting.ts'
import { ServingEnds } from '../serving/serving-ends.ts'
import { TooManyPreferences } from '../state/kept-preferences.ts'
import { StateUnusable } from '../state/state-directory.ts'

type Thrown = abstract new (...given: never[]) => Error
type Row = readonly [thrown: Thrown, fault: (error: never) => ControlFault]
const row = <E extends Error>(
  thrown: abstract new (...given: never[]) => E,
  fault: (error: E) => ControlFault,
): Row => [thrown, fault]

/** What is thrown below the service, and what a client is told of it. What is not here is a bug, or knows itself what it is. */
const ROWS: readonly Row[] = [
  row(NoSuchPath, ({ path, nearest }) => {
    return new ControlFault(FaultKind.notFound, { what: 'is not there', where: path, right: 'a path that is', nearest })
  }),
  row(LostChanges, ({ what, right }) => new ControlFault(FaultKind.conflict, { what, right })),
  row(UnusableConfiguration, ({ lines }) => {
    const more = lines.length > 1 ? ` (and ${lines.length - 1} more)` : ''
    return new ControlFault(FaultKind.refused, { what: `${lines[0]}${more}`, right: 'a file that can be served' })
  }),
  row(StepError, error => {
    const { message } = error.cause as Error
    const kept = error.notUndone.length === 0 ? 'nothing has changed' : error.message
    const where = pathOf(error.step)
    return new ControlFault(FaultKind.refused, {
      what: `cannot be served: ${message}`,
      where,
      right: `one that can; ${kept}`,
    })
  }),
  row(NoConfigurationFile, () => {
    const what = 'what is served stands in no file'
    return new ControlFault(FaultKind.refused, { what, right: 'to start lunkitd with a configuration' })
  }),
  row(FixedSetting, ({ path, what, right }) => new ControlFault(FaultKind.refused, { what, where: path, right })),
  row(TooManyPreferences, ({ what, right }) => new ControlFault(FaultKind.refused, { what, right })),
  row(ServingEnds, () => {
    return new ControlFault(FaultKind.busy, { what: 'lunkitd is ending', right: 'to ask when it runs again' })
  }),
  row(StateUnusable, ({ message }) => {
    return new ControlFault(FaultKind.failed, { what: message, right: 'a state directory that can be written' })
  }),
]

/** What a client is told of an error; undefined: it is one that says so itself, or a bug. */
export function serviceFault(error: unknown): ControlFault | undefined {
  const found = ROWS.find(([thrown]) => error instanceof thrown)
  return found && (found[1] as (error: unknown) => ControlFault)(error)
}

/** What a step is about, in targetcli's tree. */
function pathOf(step: Step): string {
  if ('disk' in step) return `/backstores/${step.disk}`
  if (!('target' in step)) return '/'
  const target = `/iscsi/${step.target}`
  return 'tag' in step ? `${target}/tpg${step.tag}` : target
}
