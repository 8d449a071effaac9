/** What there will be, and what of lunkit is not built yet that it would tell of. */
export const comingFamilies: readonly { readonly name: string; readonly why: string }[] = [
  { name: 'lunkit_lun_registrations', why: 'persistent reservations' },
  { name: 'lunkit_alua_state', why: 'ALUA states' },
]
