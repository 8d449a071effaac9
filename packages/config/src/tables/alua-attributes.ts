import { attribute, choice, number, range, toggle } from './attribute.ts'
import { Change, KEPT, otherThan, refusedWhen } from './row.ts'

const { always, never } = Change

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

/** What a state counts as that cannot be read: none of them, so that no LUN is served in it. */
const NO_STATE = -1

const may = (state: string, initial: 0 | 1, change: Change = always) =>
  attribute(toggle(initial), { meaning: `the group may be ${state}`, change, sets: KEPT })

/** What an ALUA target port group holds beside its name and number (Linux 6.12, target_core_alua.h). */
export const aluaAttributes = {
  alua_access_state: attribute(choice(Object.values(AluaState), AluaState.activeOptimized), {
    meaning: 'the asymmetric access state; LUNs are served in active/optimized only',
    change: always,
    sets: number('accessState'),
    shortfall: refusedWhen(
      otherThan<number>(AluaState.activeOptimized),
      'ALUA is not built yet, so the LUN is not served',
    ),
    whenWrong: NO_STATE,
  }),
  alua_access_status: attribute(choice([0, 1, 2], 0), {
    meaning: 'what altered the state last: nothing, a command, or the target',
    change: always,
    sets: KEPT,
  }),
  alua_access_type: attribute(choice([0, 1, 2, 3], 3), {
    meaning: 'how the state may change: not at all, by the target, by command, or both ways',
    change: always,
    sets: KEPT,
  }),
  alua_support_active_nonoptimized: may('active/non-optimized', 1),
  alua_support_active_optimized: may('active/optimized', 1),
  alua_support_lba_dependent: may('LBA dependent', 0, never),
  alua_support_offline: may('offline', 1),
  alua_support_standby: may('standby', 1),
  alua_support_transitioning: may('transitioning', 1),
  alua_support_unavailable: may('unavailable', 1),
  alua_write_metadata: attribute(toggle(0), { meaning: 'the state outlives a start', change: always, sets: KEPT }),
  implicit_trans_secs: attribute(range(0, 255, 0), {
    meaning: 'seconds that initiators are told a transition takes',
    change: always,
    sets: KEPT,
  }),
  nonop_delay_msecs: attribute(range(0, 10_000, 100), {
    meaning: 'milliseconds that a command is delayed while not optimized',
    change: always,
    sets: KEPT,
  }),
  preferred: attribute(toggle(0), { meaning: 'the group is preferred (PREF)', change: always, sets: KEPT }),
  trans_delay_msecs: attribute(range(0, 30_000, 0), {
    meaning: 'milliseconds that a transition is delayed',
    change: always,
    sets: KEPT,
  }),
} as const
