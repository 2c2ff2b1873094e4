/**
 * How a prompt is read. `plain`: every character is text, and what does not fit one pass of the text encoders is cut off, as
 * diffusers does. `weighted`: brackets weigh words, BREAK begins a new chunk, and a long prompt is read in several chunks.
 */
export const PROMPT_SYNTAXES = ['plain', 'weighted'] as const;
export type PromptSyntax = (typeof PROMPT_SYNTAXES)[number];
