import { useMemo } from 'preact/hooks';
import { Emoji } from '../emoji/emoji.tsx';
import { ChannelMention, RoleMention, UserMention } from './mention.tsx';
import { MessageLink } from './message-link.tsx';
import type { Block, Inline } from './nodes.ts';
import { parseBlocks } from './parse-blocks.ts';
import { parseInline } from './parse-inline.ts';
import { Spoiler } from './spoiler.tsx';
import { Timestamp } from './timestamp.tsx';

/** Text of a message or of an embed, blocks and all. */
export function Markdown({ source }: { readonly source: string }) {
  const blocks = useMemo(() => parseBlocks(source), [source]);
  return <Blocks blocks={blocks} />;
}

/** Text of one line: a title, a field's name, a preview. */
export function InlineMarkdown({ source }: { readonly source: string }) {
  const nodes = useMemo(() => parseInline(source), [source]);
  return <Inlines nodes={nodes} />;
}

function Blocks({ blocks }: { readonly blocks: readonly Block[] }) {
  return blocks.map((block, index) => <OneBlock key={index} block={block} />);
}

function OneBlock({ block }: { readonly block: Block }) {
  switch (block.kind) {
    case 'paragraph':
      return <div class="paragraph"><Inlines nodes={block.children} /></div>;
    case 'heading': {
      // The page's own headings come before a message's.
      const Tag = ({ 1: 'h4', 2: 'h5', 3: 'h6' } as const)[block.level];
      return <Tag class={`heading level-${block.level}`}><Inlines nodes={block.children} /></Tag>;
    }
    case 'subtext':
      return <div class="subtext"><Inlines nodes={block.children} /></div>;
    case 'quote':
      return <blockquote><Blocks blocks={block.blocks} /></blockquote>;
    case 'list': {
      const items = block.items.map((item, index) => <li key={index}><Blocks blocks={item} /></li>);
      return block.start === null ? <ul>{items}</ul> : <ol start={block.start}>{items}</ol>;
    }
    case 'code':
      return <pre tabIndex={0} aria-label={block.language === '' ? 'Code' : `Code, ${block.language}`}><code>{block.text}</code></pre>;
  }
}

function Inlines({ nodes }: { readonly nodes: readonly Inline[] }) {
  return nodes.map((node, index) => <OneInline key={index} node={node} />);
}

function OneInline({ node }: { readonly node: Inline }) {
  switch (node.kind) {
    case 'text':
      return <>{node.text}</>;
    case 'emoji':
      return <Emoji text={node.text} />;
    case 'custom-emoji':
      return <span class="custom-emoji">:{node.name}:</span>;
    case 'code':
      return <code class="inline">{node.text}</code>;
    case 'strong':
      return <strong><Inlines nodes={node.children} /></strong>;
    case 'emphasis':
      return <em><Inlines nodes={node.children} /></em>;
    case 'underline':
      return <u><Inlines nodes={node.children} /></u>;
    case 'strike':
      return <s><Inlines nodes={node.children} /></s>;
    case 'spoiler':
      return <Spoiler><Inlines nodes={node.children} /></Spoiler>;
    case 'link':
      return <MessageLink url={node.url} masked={node.masked}><Inlines nodes={node.children} /></MessageLink>;
    case 'user':
      return <UserMention id={node.id} />;
    case 'role':
      return <RoleMention id={node.id} />;
    case 'channel':
      return <ChannelMention id={node.id} />;
    case 'command':
      return <span class="mention">/{node.name}</span>;
    case 'everyone':
      return <span class="mention">{node.text}</span>;
    case 'time':
      return <Timestamp seconds={node.seconds} style={node.style} />;
  }
}
