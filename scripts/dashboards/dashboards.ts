import { daemonDashboard } from './daemon-dashboard.ts'
import type { Dashboard } from './dashboard.ts'
import { initiatorDashboard } from './initiator-dashboard.ts'
import { lunDashboard } from './lun-dashboard.ts'
import { overviewDashboard } from './overview-dashboard.ts'

/** Every dashboard that comes with lunkit-exporter. */
export const dashboards: readonly Dashboard[] = [overviewDashboard, lunDashboard, initiatorDashboard, daemonDashboard]
