import type { JsonPath } from '../json/path.ts'
import { formatPath } from '../json/path.ts'
import { normalizeIscsiName } from '../names.ts'
import type { AccessRuleSettings, AuthenticationSettings, LunkitSettings } from '../saveconfig.ts'
import type { Placed } from '../schema/kind.ts'
import type { SecretReference } from '../secret-reference.ts'
import { formatSecretReference } from '../secret-reference.ts'
import type { FindSecret } from './found-secret.ts'
import type { Notices } from './notice.ts'
import { NoticeKind } from './notice-kind.ts'
import { NO_OWN_LOGIN, type OwnLogin, ownLogin, partsOf, withinGroup } from './own-login.ts'
import type { TargetPlan } from './serving-plan.ts'

/** What is said of a TPG, by initiator; undefined: of the TPG itself. */
type OfGroup = Map<string | undefined, OwnLogin>
interface Kept {
  readonly path: JsonPath
  readonly target: string
  readonly tag: number
  readonly initiator: string | undefined
}

const PASSWORDS = ['password', 'mutual_password'] as const

/** What lunkit's own settings say of how logins authenticate, under `lunkit.authentication` and `lunkit.discovery`. */
export class OwnLogins {
  readonly discovery: OwnLogin
  readonly #find: FindSecret
  readonly #notices: Notices
  readonly #targets = new Map<string, Map<number, OfGroup>>()
  readonly #kept = new Map<string, Kept>()

  constructor(settings: LunkitSettings | undefined, find: FindSecret, notices: Notices) {
    this.#find = find
    this.#notices = notices
    for (const { value, path } of settings?.authentication ?? []) this.#add(value, path)
    this.discovery = this.#read(settings?.discovery, ['lunkit', 'discovery'])
  }

  /** What a plan of targets depends on; of one target where it is given, of one TPG where that is. */
  partsOf(target?: string, tag?: number): readonly unknown[] {
    const named = target === undefined ? undefined : this.#targets.get(normalizeIscsiName(target))
    const targets = target === undefined ? [...this.#targets] : named === undefined ? [] : [['', named] as const]
    return targets.flatMap(([name, groups]) =>
      [...groups].flatMap(([each, logins]) =>
        tag === undefined || tag === each
          ? [...logins].flatMap(([initiator, own]) => [name, each, initiator, ...partsOf(own)])
          : [],
      ),
    )
  }

  /** What is said of a TPG, and of its ACLs. */
  ofGroup(target: string, tag: number): OwnGroupLogins {
    return new OwnGroupLogins(this.#targets.get(normalizeIscsiName(target))?.get(tag))
  }

  /** What an access rule says, and else its TPG: whose passwords are not the rule's. */
  ofRule({ value, path }: Placed<AccessRuleSettings>): OwnLogin {
    return withinGroup(this.#read(value, path), this.ofGroup(value.target, value.tag).own)
  }

  /** Says what is of no TPG or ACL that is served. */
  noteUnused(targets: readonly TargetPlan[]): void {
    if (this.#kept.size === 0) return
    const served = new Set(
      targets.flatMap(({ name, groups }) =>
        groups.flatMap(({ tag, acls }) => [
          keyOf({ target: name, tag, initiator: undefined }),
          ...acls.map(({ initiator }) => keyOf({ target: name, tag, initiator })),
        ]),
      ),
    )
    for (const [key, { path, target, tag, initiator }] of this.#kept) {
      const what = initiator === undefined ? `TPG ${tag}` : `ACL of ${initiator} in TPG ${tag}`
      if (!served.has(key))
        this.#notices.add(NoticeKind.unused, `no ${what} of ${target} is served; how it authenticates is kept`, path)
    }
  }

  #add(given: NonNullable<LunkitSettings['authentication']>[number]['value'], path: JsonPath): void {
    const target = normalizeIscsiName(given.target)
    const initiator = given.initiator === undefined ? undefined : normalizeIscsiName(given.initiator)
    const kept = { path, target, tag: given.tag, initiator }
    const before = this.#kept.get(keyOf(kept))
    if (before !== undefined) {
      const wrong = `is the same TPG or ACL again, as ${formatPath(before.path)}`
      return this.#notices.wrong(path, { wrong, right: 'one that nothing else has', so: 'the first holds' })
    }
    this.#kept.set(keyOf(kept), kept)
    const groups = this.#targets.get(target) ?? new Map<number, OfGroup>()
    this.#targets.set(target, groups)
    groups.set(given.tag, (groups.get(given.tag) ?? new Map()).set(initiator, this.#read(given, path)))
  }

  #read(given: AuthenticationSettings | undefined, path: JsonPath): OwnLogin {
    if (given === undefined) return NO_OWN_LOGIN
    for (const name of PASSWORDS) {
      const reference = given[name]
      if (reference !== undefined) this.#noteSecret(reference, [...path, name])
    }
    return ownLogin(given, this.#find)
  }

  #noteSecret(reference: SecretReference, path: JsonPath): void {
    const { secret, concern } = this.#find(reference)
    if (concern === undefined) return
    const where = formatSecretReference(reference)
    if (secret !== undefined) return this.#notices.add(NoticeKind.weak, `${where} ${concern}`, path)
    const so = 'it counts as no password'
    this.#notices.add(NoticeKind.wrong, `a secret cannot be had of ${where}: ${concern}; ${so}`, path)
  }
}

const keyOf = ({ target, tag, initiator }: Omit<Kept, 'path'>): string => JSON.stringify([target, tag, initiator])

/** What is said of a TPG, and of its ACLs. */
export class OwnGroupLogins {
  readonly own: OwnLogin
  readonly #logins: OfGroup | undefined

  constructor(logins: OfGroup | undefined) {
    this.own = logins?.get(undefined) ?? NO_OWN_LOGIN
    this.#logins = logins
  }

  /** What holds for an initiator that has an ACL. */
  ofAcl(initiator: string): OwnLogin {
    return withinGroup(this.#logins?.get(normalizeIscsiName(initiator)) ?? NO_OWN_LOGIN, this.own)
  }
}
