import { choice, range, toggle } from './attribute.ts'

/** The group that every storage object has, and that a LUN is in when it names none. */
export const DEFAULT_ALUA_GROUP = 'default_tg_pt_gp'

/** The asymmetric access states of REPORT TARGET PORT GROUPS (SPC-4), by LIO's numbers, which are the standard's. */
export const AluaState = {
  activeOptimized: 0,
  activeNonOptimized: 1,
  standby: 2,
  unavailable: 3,
  lbaDependent: 4,
  offline: 14,
  transitioning: 15,
} as const
export type AluaState = (typeof AluaState)[keyof typeof AluaState]

/** A state in words, as targetcli's `ls` shows it. */
export const aluaStateNames: Readonly<Record<number, string>> = {
  [AluaState.activeOptimized]: 'Active/optimized',
  [AluaState.activeNonOptimized]: 'Active/non-optimized',
  [AluaState.standby]: 'Standby',
  [AluaState.unavailable]: 'Unavailable',
  [AluaState.lbaDependent]: 'LBA Dependent',
  [AluaState.offline]: 'Offline',
  [AluaState.transitioning]: 'Transitioning',
}

/** What an ALUA target port group holds beside its name and number (Linux 6.12, target_core_alua.h). */
export const aluaAttributes = {
  alua_access_state: choice(Object.values(AluaState), AluaState.activeOptimized, 'asymmetric access state'),
  alua_access_status: choice([0, 1, 2], 0, 'who altered the state last'),
  alua_access_type: choice([0, 1, 2, 3], 3, 'none, implicit, explicit, both'),
  alua_support_active_nonoptimized: toggle(1, 'the state may be taken'),
  alua_support_active_optimized: toggle(1, 'the state may be taken'),
  alua_support_lba_dependent: toggle(0, 'the state may be taken'),
  alua_support_offline: toggle(1, 'the state may be taken'),
  alua_support_standby: toggle(1, 'the state may be taken'),
  alua_support_transitioning: toggle(1, 'the state may be taken'),
  alua_support_unavailable: toggle(1, 'the state may be taken'),
  alua_write_metadata: toggle(0, 'the state is saved'),
  implicit_trans_secs: range(0, 255, 0, 'seconds an implicit transition may take'),
  nonop_delay_msecs: range(0, 10_000, 100, 'delay of a command while not optimized, in ms'),
  preferred: toggle(0, 'the PREF bit'),
  trans_delay_msecs: range(0, 30_000, 0, 'delay of a transition, in ms'),
} as const
