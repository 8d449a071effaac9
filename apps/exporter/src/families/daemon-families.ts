import { countedGroups } from './counted-families.ts'
import { labelsOf } from './counted-family.ts'
import type { Family } from './family.ts'
import { inventoryFamilies } from './inventory-families.ts'

/** Every family of what lunkitd tells, in the order in which they are written. */
export const daemonFamilies: readonly Family[] = [
  ...inventoryFamilies,
  ...countedGroups.flatMap(group =>
    group.families.map((family): Family => {
      const { name, type, help, sparse } = family
      return { name, type, help, labels: labelsOf(group, family), ...(sparse && { sparse }) }
    }),
  ),
]
