import type { LayersPlan } from '@lunkit/config'
import type { LayerRules, LimitRule } from 'lunkit'

/** What stands before the store of a disk, by its plan. */
export const layerRules = (layers: LayersPlan): LayerRules => ({ limit: limitOf(layers) })

function limitOf(layers: LayersPlan): LimitRule | undefined {
  const { limitIops, limitBytes, limitInitiatorIops, limitInitiatorBytes, limitBurstMs: burstMs } = layers
  const all = { operations: limitIops, bytes: limitBytes }
  const each = { operations: limitInitiatorIops, bytes: limitInitiatorBytes }
  const isLimited = [all, each].some(({ operations, bytes }) => operations !== undefined || bytes !== undefined)
  return isLimited ? { ...all, perSource: each, ...(burstMs !== undefined && { burstMs }) } : undefined
}
