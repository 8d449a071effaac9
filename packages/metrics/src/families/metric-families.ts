import { countedGroups } from './counted-families.ts'
import { labelsOf } from './counted-family.ts'
import type { Family } from './family.ts'
import { inventoryFamilies } from './inventory-families.ts'
import { SCRAPE_DURATION, UP } from './own-families.ts'

/** Every family of what lunkitd tells, in the order in which they are written. */
const daemonFamilies: readonly Family[] = [
  ...inventoryFamilies.map(({ name, type, help, labels }): Family => ({ name, type, help, labels })),
  ...countedGroups.flatMap(group =>
    group.families.map((family): Family => {
      const { name, type, help, sparse } = family
      return { name, type, help, labels: labelsOf(group, family), ...(sparse && { sparse }) }
    }),
  ),
]

/** Every family that there is. */
export const metricFamilies: readonly Family[] = [UP, SCRAPE_DURATION, ...daemonFamilies]
