import { useState } from 'preact/hooks';

/** Whether the list over the composer shows, and which line of it is active. */
export interface OptionPopup {
  readonly shut: boolean;
  readonly forced: boolean;
  /** −1: none. */
  readonly active: number;
  /** Begins anew, for another field or another text. */
  reset(active: number): void;
  setActive(index: number): void;
  shutIt(): void;
  /** Moves by one among `count` lines, around the ends; opens the list. */
  move(by: 1 | -1, count: number): void;
}

/** The state behind `OptionPopup`. */
export function useOptionPopup(): OptionPopup {
  const [state, setState] = useState({ shut: false, forced: false, active: 0 });
  return {
    ...state,
    reset: (active) => setState({ shut: false, forced: false, active }),
    setActive: (active) => setState({ ...state, active }),
    shutIt: () => setState({ shut: true, forced: false, active: -1 }),
    move: (by, count) => {
      const from = state.active === -1 && by === -1 ? 0 : state.active;
      setState({ shut: false, forced: true, active: count === 0 ? -1 : (from + by + count) % count });
    },
  };
}
