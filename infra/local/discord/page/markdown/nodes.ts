/** The tree of a message's text. It holds no HTML: what was typed reaches the page as text nodes only. */
export type Inline =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'emoji'; readonly text: string }
  | { readonly kind: 'custom-emoji'; readonly name: string }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: Wrapping; readonly children: readonly Inline[] }
  /** `url` is http or https. `masked`: the text shown is not the address. */
  | { readonly kind: 'link'; readonly url: string; readonly masked: boolean; readonly children: readonly Inline[] }
  | { readonly kind: 'user' | 'role' | 'channel'; readonly id: string }
  | { readonly kind: 'command'; readonly name: string }
  | { readonly kind: 'everyone'; readonly text: '@everyone' | '@here' }
  /** Epoch seconds; Discord's styles: t T d D f F R. */
  | { readonly kind: 'time'; readonly seconds: number; readonly style: TimeStyle };

export type Wrapping = 'strong' | 'emphasis' | 'underline' | 'strike' | 'spoiler';
export type TimeStyle = 't' | 'T' | 'd' | 'D' | 'f' | 'F' | 'R';

export type Block =
  | { readonly kind: 'paragraph'; readonly children: readonly Inline[] }
  | { readonly kind: 'heading'; readonly level: 1 | 2 | 3; readonly children: readonly Inline[] }
  | { readonly kind: 'subtext'; readonly children: readonly Inline[] }
  | { readonly kind: 'quote'; readonly blocks: readonly Block[] }
  | { readonly kind: 'list'; readonly start: number | null; readonly items: readonly (readonly Block[])[] }
  | { readonly kind: 'code'; readonly language: string; readonly text: string };
