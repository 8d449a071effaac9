import type { DeclaredKey, NegotiatedKey } from './key.ts'
import { type Keys, keys } from './keys.ts'

/** The keys on which both sides agree. */
export type NegotiatedName = {
  [K in keyof Keys]: Keys[K]['rule'] extends NegotiatedKey<unknown>['rule'] ? K : never
}[keyof Keys]

/** The keys that one side declares. */
export type DeclaredName = { [K in keyof Keys]: Keys[K]['rule'] extends 'declared' ? K : never }[keyof Keys]

/** What was agreed, by key. */
export type Agreed = {
  [K in NegotiatedName]: Keys[K] extends NegotiatedKey<infer T, infer _> ? T : never
}

/** What one side declared, by key. */
export type Declared = { [K in DeclaredName]?: Keys[K] extends DeclaredKey<infer T> ? T : never }

/**
 * What one side offers, and takes: limits for numbers, wishes for Yes and No, lists in order of preference; and what it
 * declares. A key that is left out has RFC 7143's default.
 */
export type Offers = {
  readonly [K in NegotiatedName]?: Keys[K] extends NegotiatedKey<infer _, infer O> ? O : never
} & Readonly<Declared>

/** What holds on a connection after its login. */
export interface Parameters extends Agreed {
  /** The longest data segment, in bytes, that the initiator receives. */
  InitiatorMaxRecvDataSegmentLength: number
  /** The longest data segment, in bytes, that the target receives. */
  TargetMaxRecvDataSegmentLength: number
}

/** @internal The keys on which both sides agree, in the order in which they are worked through. */
export const negotiatedNames = (Object.keys(keys) as (keyof Keys)[]).filter(
  (name): name is NegotiatedName => 'settle' in keys[name],
)

/** @internal */
export const declaredNames = (Object.keys(keys) as (keyof Keys)[]).filter(
  (name): name is DeclaredName => keys[name].rule === 'declared',
)

/** @internal A negotiated key without its types, for code that works on all of them. */
export const negotiatedKey = (name: NegotiatedName): NegotiatedKey<unknown, unknown> =>
  keys[name] as unknown as NegotiatedKey<unknown, unknown>

/** @internal */
export const declaredKey = (name: DeclaredName): DeclaredKey<unknown> => keys[name] as DeclaredKey<unknown>

/** What holds when nothing was negotiated: RFC 7143's defaults. */
export const DEFAULT_PARAMETERS: Readonly<Parameters> = {
  ...(Object.fromEntries(negotiatedNames.map(name => [name, keys[name].initial])) as unknown as Agreed),
  InitiatorMaxRecvDataSegmentLength: keys.MaxRecvDataSegmentLength.initial as number,
  TargetMaxRecvDataSegmentLength: keys.MaxRecvDataSegmentLength.initial as number,
}
