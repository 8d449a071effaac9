import type { Family } from './family.ts'

/** Whether lunkitd was reached. */
export const UP: Family = {
  name: 'lunkit_up',
  type: 'gauge',
  help: '1 where lunkitd has answered, else 0',
  labels: [],
}

/** How long that took. */
export const SCRAPE_DURATION: Family = {
  name: 'lunkit_scrape_duration_seconds',
  type: 'gauge',
  help: 'how long lunkitd took to tell what it counts',
  labels: [],
}
