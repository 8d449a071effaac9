/** lunkitd is ending, and changes nothing any more. */
export class ServingEnds extends Error {
  override readonly name = 'ServingEnds'

  constructor() {
    super('lunkitd is ending; right is to ask when it runs again')
  }
}
