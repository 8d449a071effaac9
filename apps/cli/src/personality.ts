/** Whose manners the program has. */
export interface Personality {
  readonly name: 'lunkit' | 'targetcli'
  /** Passwords are said as they were given, which some programs look for. */
  readonly echoesSecrets: boolean
  /** What `version` says: the program as it was called, and a version. */
  readonly version: string
}
