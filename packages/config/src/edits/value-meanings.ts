import { checkArgument, oneOf } from '@lunkit/wire'
import { aclAttributes, tpgAttributes } from '../tables/access-attributes.ts'
import { aluaAttributes } from '../tables/alua-attributes.ts'
import { limitSettings } from '../tables/limit-settings.ts'
import { loginSettings, secretSettings } from '../tables/login-settings.ts'
import { serverSettings } from '../tables/server-settings.ts'
import type { SettingRow } from '../tables/setting.ts'
import { storageAttributes } from '../tables/storage-attributes.ts'
import { storageSettings } from '../tables/storage-settings.ts'
import { tpgParameters } from '../tables/tpg-parameters.ts'
import type { ValueGroupName } from './values.ts'
import { valueGroups } from './values.ts'

/** What a value of a group does, and what it may be. */
export interface ValueMeaning {
  /** In a line. */
  readonly meaning: string
  /** In words: `0 or 1`. */
  readonly right: string
}

/** The meanings of a group by the names of its values. */
export type ValueMeanings = Readonly<Record<string, ValueMeaning>>

type Worded = Readonly<Record<string, { readonly meaning: string; readonly values: string }>>

function mapped<R>(table: Readonly<Record<string, R>>, meaningOf: (row: R) => ValueMeaning): ValueMeanings {
  return Object.fromEntries(Object.entries(table).map(([name, row]) => [name, meaningOf(row)]))
}

const ofRows = (table: Worded): ValueMeanings => mapped(table, ({ meaning, values }) => ({ meaning, right: values }))
const ofSettings = (table: Readonly<Record<string, SettingRow<unknown>>>): ValueMeanings =>
  mapped(table, ({ meaning, kind }) => ({ meaning, right: kind.right }))

const ofLogins = (): ValueMeanings => ({ ...ofSettings(loginSettings), ...ofSettings(secretSettings) })

const TEXT = 'a text; empty: none'
const credentials: ValueMeanings = {
  userid: { meaning: 'the name by which initiators prove who they are (CHAP)', right: TEXT },
  password: { meaning: 'the secret that goes with it', right: TEXT },
  mutual_userid: { meaning: 'the name by which the target proves who it is to them', right: TEXT },
  mutual_password: { meaning: 'the secret that goes with that', right: TEXT },
}

const sent: ValueMeaning = {
  meaning: 'where the logins of all are sent that have no place of their own',
  right: 'set by lunkit redirect',
}

const MEANINGS: Readonly<Record<ValueGroupName, () => ValueMeanings>> = {
  storageAttributes: () => ofRows(storageAttributes),
  aluaGroup: () => ({
    ...ofRows(aluaAttributes),
    tg_pt_gp_id: { meaning: 'the number of the group', right: 'what it was made with' },
  }),
  storageSettings: () => ofSettings(storageSettings),
  serverSettings: () => ofSettings(serverSettings),
  limits: () =>
    mapped(limitSettings, ({ meaning, least, most }) => ({
      meaning,
      right: `a whole number from ${least} to ${most}`,
    })),
  tpgAttributes: () => ofRows(tpgAttributes),
  tpgParameters: () => ofRows(tpgParameters),
  tpgAuth: () => credentials,
  // Named by whose they are: of the names that there may be, one each.
  targetRedirections: () => ({ 'tpg1/everybody': sent }),
  tpgRedirections: () => ({ everybody: sent }),
  accessRules: () => ({
    'tag:NAME': { meaning: 'what those are given who have the tag', right: 'set by lunkit allow' },
  }),
  aclRedirections: () => ({ everybody: sent }),
  tpgSettings: () => ofLogins(),
  aclAttributes: () => ofRows(aclAttributes),
  aclAuth: () => credentials,
  aclSettings: () => ofLogins(),
  discoverySettings: () => ofLogins(),
  discoveryAuth: () => ({
    enable: { meaning: 'discovery asks initiators to prove who they are', right: '0 or 1' },
    ...credentials,
  }),
}

/**
 * What the values of a group do, and what they may be, by name.
 * @throws {TypeError} or {RangeError} for what is no group.
 */
export function valueMeanings(name: ValueGroupName): ValueMeanings {
  checkArgument('valueMeanings: name', name, oneOf(Object.keys(valueGroups)))
  return MEANINGS[name]()
}
