import type { LayerSettings } from '@lunkit/config'
import type { LayerRules } from 'lunkit'
import { given } from './given.ts'

type Rule<K extends keyof LayerRules> = NonNullable<LayerRules[K]>

/** What stands before the store of a disk, by its settings; `tell` hears of its operations where they say so. */
export const layerRules = (settings: LayerSettings, tell: Rule<'log'>['tell']): LayerRules => ({
  log: logOf(settings, tell),
  limit: limitOf(settings),
  delay: delayOf(settings),
  fail: failureOf(settings),
})

function logOf({ log = 'off' }: LayerSettings, tell: Rule<'log'>['tell']): Rule<'log'> | undefined {
  return log === 'off' ? undefined : { outcomes: log, tell }
}

function limitOf(settings: LayerSettings): Rule<'limit'> | undefined {
  const all = { operations: settings.limit_iops, bytes: settings.limit_bytes }
  const perSource = { operations: settings.limit_initiator_iops, bytes: settings.limit_initiator_bytes }
  const isLimited = [all, perSource].some(({ operations, bytes }) => operations !== undefined || bytes !== undefined)
  return isLimited ? { ...all, perSource, burstMs: settings.limit_burst_ms } : undefined
}

function delayOf(settings: LayerSettings): Rule<'delay'> | undefined {
  const { delay_ms: delayMs } = settings
  return delayMs === undefined ? undefined : { delayMs, ...whichOf(settings, 'delay') }
}

function failureOf(settings: LayerSettings): Rule<'fail'> | undefined {
  const { fault } = settings
  return fault === undefined ? undefined : { fault, ...whichOf(settings, 'fault') }
}

/** Which operations a rule is about, as the settings of its layer say it. */
function whichOf(settings: LayerSettings, layer: 'delay' | 'fault'): Omit<Rule<'fail'>, 'fault'> {
  const operation = settings[`${layer}_operation`]
  const percent = settings[`${layer}_percent`]
  const numbers = {
    offset: settings[`${layer}_offset`],
    lengthBytes: settings[`${layer}_bytes`],
    after: settings[`${layer}_after`],
    times: settings[`${layer}_times`],
  }
  return {
    ...(operation !== undefined && { operations: [operation] }),
    ...(percent !== undefined && { probability: percent / 100 }),
    ...given(numbers),
  }
}
