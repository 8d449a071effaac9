import { callback, checkArgument } from '@lunkit/wire'
import { checkConfiguration, checkOnce } from '../document.ts'
import type { JsonPath } from '../json/path.ts'
import type { Json, JsonObject } from '../json/value.ts'
import { isJsonObject } from '../json/value.ts'
import { normalizeIscsiName } from '../names.ts'
import type { Configuration, LunkitSettings } from '../saveconfig.ts'
import { asJson, configurationKind, ISCSI_FABRIC, iscsiTargetKind, lunkitKind } from '../saveconfig.ts'
import { own } from '../schema/kind.ts'
import type { LimitSettings } from '../tables/limit-settings.ts'
import { serverSettings } from '../tables/server-settings.ts'
import { withAccessRules } from './access-rules.ts'
import { planDiscovery } from './discovery.ts'
import { withDiscoveryPortals } from './discovery-portals.ts'
import type { FindSecret } from './found-secret.ts'
import { unreadSecret } from './found-secret.ts'
import { planIsnsServers } from './isns-servers.ts'
import { planLanes } from './lanes.ts'
import { lunCount } from './lun-count.ts'
import type { Notice } from './notice.ts'
import { Notices } from './notice.ts'
import { NoticeKind } from './notice-kind.ts'
import { OwnLogins } from './own-logins.ts'
import { PartMemory } from './part-memory.ts'
import { withRedirections } from './redirections.ts'
import type { ServingPlan, TargetPlan } from './serving-plan.ts'
import { StorageList } from './storage-list.ts'
import { StorageObjects } from './storage-objects.ts'
import { planTarget } from './targets.ts'

/**
 * What a configuration means to the lunkit of today: what it serves, what it keeps for later, what it refuses. `find` knows the
 * secrets that stand elsewhere (`secretReferences`); without it there are none.
 * @throws {ConfigError} or {TypeError} as checkConfiguration().
 */
export function planServing(configuration: Configuration, find: FindSecret = unreadSecret): ServingPlan {
  checkConfiguration(asJson(configuration))
  checkArgument('planServing: find', find, callback)
  return new FilePlan(configuration, { notices: new Notices(), list: new StorageList(), find }).plan()
}

/**
 * Plans configurations one after another, each as planServing() would. What is the same object as in one before is not
 * looked at again, and its plan is the same object too: an edit costs what it touches, here and in difference().
 */
export class Planner {
  readonly #memory = new PartMemory()
  readonly #list = new StorageList()
  readonly #find: FindSecret

  /** `find` knows the secrets that stand elsewhere; without it there are none. @throws {TypeError} where it is no function. */
  constructor(find: FindSecret = unreadSecret) {
    checkArgument('Planner: find', find, callback)
    this.#find = find
  }

  /** @throws {ConfigError} or {TypeError} as checkConfiguration(). */
  plan(configuration: Configuration): ServingPlan {
    checkOnce(asJson(configuration))
    const of = { notices: new Notices(this.#memory), list: this.#list, find: this.#find }
    return new FilePlan(configuration, of).plan()
  }
}

/** One file that is being planned. */
class FilePlan {
  readonly #configuration: Configuration
  readonly #notices: Notices
  readonly #settings: LunkitSettings | undefined
  readonly #storage: StorageObjects
  readonly #logins: OwnLogins

  constructor(
    configuration: Configuration,
    { notices, list, find }: { readonly notices: Notices; readonly list: StorageList; readonly find: FindSecret },
  ) {
    const { lunkit } = configuration
    this.#configuration = configuration
    this.#notices = notices
    for (const key of Object.keys(configuration))
      if (!Object.hasOwn(configurationKind.shape.optional, key)) notices.unknown([], key)
    this.#settings = lunkit === undefined ? undefined : lunkitKind.read(lunkit, { path: ['lunkit'], notes: notices })
    this.#storage = new StorageObjects({ configuration, list }, this.#settings, notices)
    this.#logins = new OwnLogins(this.#settings, find, notices)
  }

  plan(): ServingPlan {
    const notices = this.#notices
    const { targets: given } = this.#configuration
    const make = (inner: Notices) => this.#targets(given ?? [], inner)
    const context = this.#logins.partsOf()
    const planned = given
      ? this.#storage.recall({ by: FilePlan, of: given, path: ['targets'], context, make }, notices)
      : NO_TARGETS
    const { redirections, access_rules: rules, discovery_portals: portals } = this.#settings ?? {}
    const redirected = withRedirections(planned, redirections, notices)
    const ruled = withAccessRules(
      redirected,
      { rules, configuration: this.#configuration, logins: this.#logins },
      notices,
    )
    const targets = withDiscoveryPortals(ruled, portals, notices)
    this.#logins.noteUnused(targets)
    const discovery = planDiscovery(this.#configuration.fabric_modules, { notices, own: this.#logins.discovery })
    const isns = planIsnsServers(this.#settings?.isns, notices)
    const { served, judged } = this.#storage.finish()
    const { limits = NO_LIMITS, poll_us: pollUs = serverSettings.poll_us.default } = this.#settings ?? {}
    const placed = planLanes(this.#settings, served, notices)
    const count = () => lunCount(this.#configuration)
    const lunsInFile = given ? notices.recall({ by: lunCount, of: given, path: ['targets'], make: count }) : 0
    let found: readonly Notice[] | undefined
    return {
      storage: served,
      targets,
      lunsInFile,
      discovery,
      isns,
      limits,
      ...placed,
      pollUs,
      /** Put together when somebody reads them: of a large file there are many, of an edit few. */
      get notices() {
        if (found !== undefined) return found
        const all = new Notices()
        for (const { chunk, path } of judged) all.say(chunk, path)
        all.say(notices.chunk, [])
        found = ordered(all.found)
        return found
      },
    }
  }

  /** Two targets of one name: nobody knows which is meant, so that neither is served. */
  #targets(targets: readonly Json[], notices: Notices): readonly TargetPlan[] {
    const places = new Map<string, number[]>()
    const names = targets.map((target, index) => {
      const name = recallName(target, index, notices)
      if (name !== undefined) places.set(name, [...(places.get(name) ?? []), index])
      return name
    })
    return targets.flatMap((value, index): TargetPlan[] => {
      const path = ['targets', index]
      const name = names[index]
      if (!isServed(value, path, notices)) return []
      const rivals = (name === undefined ? [] : (places.get(name) ?? [])).filter(other => other !== index)
      if (rivals.length === 0) return this.#target(value as JsonObject, path, notices)
      const others = rivals.map(other => `targets[${other}].wwn`).join(', ')
      const wrong = `is target ${name} again, as ${others}`
      const so = 'none of them is served'
      notices.wrong([...path, 'wwn'], { wrong, right: 'one that nothing else has', so })
      return []
    })
  }

  #target(value: JsonObject, path: JsonPath, notices: Notices): TargetPlan[] {
    const logins = this.#logins
    const context = logins.partsOf(nameOf(value))
    const make = (inner: Notices) => planTarget(value, { path, storage: this.#storage, logins }, inner)
    const plan = this.#storage.recall({ by: planTarget, of: value, path, context, make }, notices)
    return plan === undefined ? [] : [plan]
  }
}

function recallName(target: Json, index: number, notices: Notices): string | undefined {
  if (!isJsonObject(target)) return undefined
  const make = () => nameOf(target)
  return notices.recall({ by: nameOf, of: target, path: ['targets', index], make, moved: name => name })
}

/** Whether a target is of the fabric that is served; what another one is is said. */
function isServed(value: Json, path: JsonPath, notices: Notices): boolean {
  const fabric = isJsonObject(value) ? own(value, 'fabric') : undefined
  if (fabric === ISCSI_FABRIC) return true
  if (typeof fabric === 'string')
    notices.add(NoticeKind.kept, `targets of the fabric ${fabric} are not built yet`, path)
  else iscsiTargetKind.read(value, { path, notes: notices })
  return false
}

const NO_TARGETS: readonly TargetPlan[] = []
const NO_LIMITS: LimitSettings = {}

/** By what name initiators know a target; undefined: it is not of iSCSI, or has none. */
function nameOf(target: JsonObject): string | undefined {
  if (own(target, 'fabric') !== ISCSI_FABRIC) return undefined
  const name = own(target, 'wwn')
  return typeof name === 'string' ? normalizeIscsiName(name) : undefined
}

const ORDER: readonly string[] = Object.values(NoticeKind)

function ordered(notices: readonly Notice[]): readonly Notice[] {
  return notices.toSorted((one, other) => ORDER.indexOf(one.kind) - ORDER.indexOf(other.kind))
}
