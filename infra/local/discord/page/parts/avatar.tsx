import { findUser } from '../client/client-state.ts';
import { useClientState } from '../client/client-context.ts';
import { pictureUrl } from './picture-url.ts';

const HUES = [252, 205, 160, 32, 345, 285];

/** A round picture of a user, or their initial on a colour of their own. A decoration: their name stands beside it. */
export function Avatar({ userId, name, size, online }: { readonly userId: string; readonly name: string; readonly size: number; /** Shows a dot when given. */ readonly online?: boolean }) {
  const user = useClientState((state) => findUser(state, userId));
  const picture = typeof user?.avatarUrl === 'string' ? pictureUrl(user.avatarUrl) : undefined;
  const hue = HUES[Number(BigInt(userId) % BigInt(HUES.length))] ?? 252;
  return (
    <span class="avatar" style={{ width: `${size}px`, height: `${size}px`, fontSize: `${size * 0.44}px` }} aria-hidden="true">
      {picture === undefined ? (
        <span class="initial" style={{ background: `linear-gradient(145deg, hsl(${hue} 62% 58%), hsl(${hue + 24} 58% 42%))` }}>{[...name][0]?.toUpperCase()}</span>
      ) : (
        <img src={picture} alt="" width={size} height={size} />
      )}
      {online !== undefined && <span class={`presence ${online ? 'online' : 'offline'}`} />}
    </span>
  );
}
