import type { LayerSettings } from '@lunkit/config'
import type { LayerRules } from 'lunkit'

type Rule<K extends 'limit' | 'delay' | 'fail'> = NonNullable<LayerRules[K]>

/** What stands before the store of a disk, by its settings. */
export const layerRules = (settings: LayerSettings): LayerRules => ({
  limit: limitOf(settings),
  delay: delayOf(settings),
  fail: failureOf(settings),
})

function limitOf(settings: LayerSettings): Rule<'limit'> | undefined {
  const all = { operations: settings.limit_iops, bytes: settings.limit_bytes }
  const perSource = { operations: settings.limit_initiator_iops, bytes: settings.limit_initiator_bytes }
  const isLimited = [all, perSource].some(({ operations, bytes }) => operations !== undefined || bytes !== undefined)
  return isLimited ? { ...all, perSource, burstMs: settings.limit_burst_ms } : undefined
}

function delayOf(settings: LayerSettings): Rule<'delay'> | undefined {
  const { delay_ms: delayMs, delay_operation: operation, delay_percent: percent } = settings
  if (delayMs === undefined) return undefined
  const { delay_offset: offset, delay_bytes: lengthBytes, delay_after: after, delay_times: times } = settings
  return { delayMs, ...whichOf({ operation, percent, offset, lengthBytes, after, times }) }
}

function failureOf(settings: LayerSettings): Rule<'fail'> | undefined {
  const { fault, fault_operation: operation, fault_percent: percent } = settings
  if (fault === undefined) return undefined
  const { fault_offset: offset, fault_bytes: lengthBytes, fault_after: after, fault_times: times } = settings
  return { fault, ...whichOf({ operation, percent, offset, lengthBytes, after, times }) }
}

/** Which operations a rule is about, as the settings say it. */
interface Which {
  readonly operation: LayerSettings['fault_operation']
  readonly percent: number | undefined
  readonly offset: number | undefined
  readonly lengthBytes: number | undefined
  readonly after: number | undefined
  readonly times: number | undefined
}

function whichOf({ operation, percent, offset, lengthBytes, after, times }: Which): Omit<Rule<'fail'>, 'fault'> {
  return {
    ...(operation !== undefined && { operations: [operation] }),
    ...(percent !== undefined && { probability: percent / 100 }),
    ...(offset !== undefined && { offset }),
    ...(lengthBytes !== undefined && { lengthBytes }),
    ...(after !== undefined && { after }),
    ...(times !== undefined && { times }),
  }
}
