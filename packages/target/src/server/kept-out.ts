import type { GroupRedirection } from './target.ts'

/** A login of a normal session, as far as it decides who is kept out: before it has proved anything. */
export interface ArrivingLogin {
  /** As it is compared: RFC 7143 4.2.7.1. */
  readonly initiatorName: string
  readonly targetName: string
  readonly targetPortalGroupTag: number
  /** The portal that it came to. */
  readonly portal: { readonly host: string; readonly port: number }
}

/** Why a login is kept out for now. */
export interface KeptOut {
  /** For people; nothing of it is sent. */
  readonly reason: string
  /** Where it is sent meanwhile; when left out, it is told to come back later (0301). */
  readonly elsewhere?: Pick<GroupRedirection, 'host' | 'port'>
}

/** Tells of a login whether it is kept out now; undefined lets it in. It must not throw. */
export type KeepOut = (login: ArrivingLogin) => KeptOut | undefined
