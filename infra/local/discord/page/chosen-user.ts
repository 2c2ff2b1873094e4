const KEY = 'refinery.user';

/** Who acts in this tab: `?user=ID` in the address, else whoever acted here last; null for the server's first. */
export function chosenUser(): string | null {
  return new URL(location.href).searchParams.get('user') ?? sessionStorage.getItem(KEY);
}

/** Keeps the choice for this tab alone, so that two tabs can be two people. */
export function rememberUser(userId: string | null): void {
  if (userId === null) sessionStorage.removeItem(KEY);
  else sessionStorage.setItem(KEY, userId);
  const address = new URL(location.href);
  if (!address.searchParams.has('user')) return;
  if (userId === null) address.searchParams.delete('user');
  else address.searchParams.set('user', userId);
  history.replaceState(null, '', address);
}
