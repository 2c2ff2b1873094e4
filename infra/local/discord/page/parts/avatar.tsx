import { findUser } from '../client/client-state.ts';
import { useClientState } from '../client/client-context.ts';
import { Icon } from './icon.tsx';
import { pictureUrl } from './picture-url.ts';

const HUES = [252, 205, 160, 345, 285];
const BOT_HUE = 22;

/** A round picture of a user, or their initial on a colour of their own. A decoration: their name stands beside it. */
export function Avatar({ userId, name, size, online }: { readonly userId: string; readonly name: string; readonly size: number; /** Shows a dot when given. */ readonly online?: boolean }) {
  const user = useClientState((state) => findUser(state, userId));
  const place = useClientState((state) => Math.max(0, state.session?.users.findIndex(({ id }) => id === userId) ?? 0));
  const picture = typeof user?.avatarUrl === 'string' ? pictureUrl(user.avatarUrl) : undefined;
  const hue = user?.bot === true ? BOT_HUE : (HUES[place % HUES.length] ?? 252);
  return (
    <span class="avatar" style={{ width: `${size}px`, height: `${size}px`, fontSize: `${size * 0.44}px` }} aria-hidden="true">
      {picture === undefined ? (
        <span class="initial" style={{ background: `linear-gradient(145deg, hsl(${hue} 62% 58%), hsl(${hue + 24} 58% 42%))` }}>{user?.bot === true ? <Icon name="spark" size={Math.round(size * 0.6)} /> : [...name][0]?.toUpperCase()}</span>
      ) : (
        <img src={picture} alt="" width={size} height={size} />
      )}
      {online !== undefined && <span class={`presence ${online ? 'online' : 'offline'}`} />}
    </span>
  );
}
