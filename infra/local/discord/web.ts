/** Everything that is asked over HTTP: the REST API, the CDN, people's clients and their page. */
import { Hono } from 'hono';
import type { InteractionDesk } from './interactions/desk.ts';
import { hasOurName, isOurs } from './local-user/guard.ts';
import { localRoutes } from './local-user/routes.ts';
import type { BuiltPage, PageFile } from './page/build.ts';
import type { Router } from './rest/environment.ts';
import type { World } from './world.ts';

/** Discord lets a page load pictures from itself, and nothing run but the page's own script. */
const POLICY = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; connect-src 'self' ws:; font-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

export function buildWeb(world: World, desk: InteractionDesk, api: Router, page: () => Promise<BuiltPage>): Hono {
  const web = new Hono();
  web.use('*', async (c, next) => {
    const headers = { host: c.req.header('host'), origin: c.req.header('origin'), site: c.req.header('sec-fetch-site') };
    const ours = c.req.path === '/' ? hasOurName(headers) : isOurs(headers);
    if (!ours) return c.text('This is a local Discord: open it by its own address, http://127.0.0.1.\n', 403);
    return next();
  });

  web.route('/api/v10', api);
  // discord.js asks for v10; anything older is a wrong setting.
  web.all('/api/*', (c) => c.json({ message: 'Invalid API version', code: 50041 }, 400));
  web.route('/local', localRoutes(world, desk));

  web.get('/cdn/attachments/:channel/:attachment/:filename', async (c) => {
    const bytes = await world.files.read(c.req.param('channel'), c.req.param('attachment'));
    if (bytes === undefined) return c.text('This content is no longer available.', 404);
    return c.body(bytes, 200, { 'content-type': contentType(c.req.param('filename')), 'cache-control': 'private, max-age=31536000, immutable', 'x-content-type-options': 'nosniff' });
  });

  web.get('/:name{page\\.[0-9a-f]+\\.(js|css)}', async (c) => {
    const { js, css } = await page();
    return c.req.param('name').endsWith('.js') ? file(js, 'text/javascript; charset=utf-8') : file(css, 'text/css; charset=utf-8');
  });
  web.get('/', async (c) => {
    // Under `localhost` the pictures' links, which say 127.0.0.1, would be another site's.
    if (`http://${c.req.header('host')}` !== world.origin()) return c.redirect(`${world.origin()}/${new URL(c.req.url).search}`);
    return file((await page()).html, 'text/html; charset=utf-8');
  });
  return web;
}

/** Only pictures are shown by a browser; the rest, HTML above all, is downloaded. */
function contentType(filename: string): string {
  const types: Readonly<Record<string, string>> = { avif: 'image/avif', gif: 'image/gif', jpeg: 'image/jpeg', jpg: 'image/jpeg', png: 'image/png', webp: 'image/webp', txt: 'text/plain; charset=utf-8' };
  return types[filename.slice(filename.lastIndexOf('.') + 1).toLowerCase()] ?? 'application/octet-stream';
}

function file({ text, hash }: PageFile, type: string): Response {
  return new Response(text, { headers: { 'content-type': type, 'cache-control': 'no-cache', etag: `"${hash}"`, 'content-security-policy': POLICY, 'x-content-type-options': 'nosniff' } });
}
