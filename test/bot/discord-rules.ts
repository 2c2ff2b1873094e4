import * as v from 'valibot';

/** Discord's official schemas, as npm's `discord-api-spec` generates them; the module ships no types. */
const SPEC: string = 'discord-api-spec/zod';
const schema = v.object({ safeParse: v.function() });
const schemas = v.parse(
  v.object({
    MessageCreateRequestSchema: schema,
    IncomingWebhookUpdateRequestPartialSchema: schema,
    CreateMessageInteractionCallbackRequestSchema: schema,
    UpdateMessageInteractionCallbackRequestSchema: schema,
    ModalInteractionCallbackRequestSchema: schema,
    ApplicationCommandUpdateRequestSchema: schema,
  }),
  await import(SPEC),
);

type Embed = {
  title?: string;
  description?: string;
  fields?: { name: string; value: string }[];
  footer?: { text: string };
  author?: { name: string };
};

/** What is wrong with a body by Discord's schema and by the limits that the schema does not know; empty when all is well. */
export function violations(kind: keyof typeof schemas, body: unknown): readonly unknown[] {
  // As it would travel: what JSON drops or changes is judged as it arrives.
  const sent: unknown = JSON.parse(JSON.stringify(body));
  const result = v.parse(v.looseObject({ success: v.boolean(), error: v.optional(v.unknown()) }), schemas[kind].safeParse(sent));
  return [...(result.success ? [] : [result.error]), ...limitViolations(messageIn(sent))];
}

/** The message itself, which an interaction's answer wraps. */
function messageIn(body: unknown): unknown {
  return typeof body === 'object' && body !== null && 'data' in body ? body.data : body;
}

function limitViolations(body: unknown): string[] {
  const message = body as { content?: string; embeds?: Embed[]; attachments?: { description?: string }[] };
  const problems: string[] = [];
  const check = (what: string, text: string | undefined, max: number) => {
    if (text !== undefined && text.length > max) problems.push(`${what} has ${text.length} of ${max} characters`);
  };
  check('content', message.content, 2000);
  for (const embed of message.embeds ?? []) {
    check('title', embed.title, 256);
    check('description', embed.description, 4096);
    check('footer', embed.footer?.text, 2048);
    for (const field of embed.fields ?? []) {
      check('field name', field.name, 256);
      check('field value', field.value, 1024);
      if (field.name.trim() === '' || field.value.trim() === '') problems.push('an empty field');
    }
  }
  const texts = (message.embeds ?? []).flatMap((embed) => [
    embed.title,
    embed.description,
    embed.footer?.text,
    embed.author?.name,
    ...(embed.fields ?? []).flatMap(({ name, value }) => [name, value]),
  ]);
  check('all embeds together', texts.join(''), 6000);
  for (const { description } of message.attachments ?? []) check('alt text', description, 1024);
  return problems;
}
