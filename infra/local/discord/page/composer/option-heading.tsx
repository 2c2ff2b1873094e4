import { boundsOf } from './check-field.ts';
import type { Leaf, ValueOption } from './commands.ts';

/** What the field with the focus is for, or what is wrong with it. */
export function OptionHeading({ leaf, option, problem, remaining }: { readonly leaf: Leaf; readonly option: ValueOption | undefined; readonly problem: string | undefined; readonly remaining: number }) {
  if (option === undefined) {
    return (
      <>
        <strong>/{leaf.name}</strong> {leaf.description}
        <span class="heading-hint">{remaining === 0 ? 'Enter sends' : `${remaining} more ${remaining === 1 ? 'option' : 'options'} · Enter sends`}</span>
      </>
    );
  }
  if (problem !== undefined) return <span class="problem" role="alert"><strong>{option.name}</strong> {problem}</span>;
  return (
    <>
      <strong>{option.name}</strong> {option.description}
      <span class="heading-hint">{[boundsOf(option), option.required === true ? 'required' : 'optional'].filter((part) => part !== '').join(' · ')}</span>
    </>
  );
}
