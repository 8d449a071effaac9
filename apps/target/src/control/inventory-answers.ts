import { type ControlService, MadeAnswer } from '@lunkit/control'
import { toldInventory } from '../inventory/told-inventory.ts'
import type { ControlParts } from './control-parts.ts'

/** What there is to be counted. */
export function inventoryAnswers(parts: ControlParts): Pick<ControlService, 'inventory'> {
  return { inventory: async () => new MadeAnswer(await toldInventory(parts)) }
}
