/** How long initiators may take to log out, when the server is closed or their access is taken away. */
export const LOGOUT_GRACE_MS = 2000
