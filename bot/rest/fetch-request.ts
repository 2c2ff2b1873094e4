import type { RESTOptions } from '@discordjs/rest';

/**
 * Node's own `fetch`, for @discordjs/rest: its standard way of making requests needs the package undici, 400 KiB of a Lambda's bundle.
 * What broke a request stands in the cause of `fetch failed`, and @discordjs/rest tries again what a closed connection broke only where it sees
 * that: so the cause is thrown.
 */
export const fetchRequest: RESTOptions['makeRequest'] = async (url, { method, headers, body, signal }) => {
  try {
    // Their types are undici's, which Node's fetch is made of.
    return await fetch(url, { method, headers, body, signal, redirect: 'error' } as RequestInit);
  } catch (error) {
    throw error instanceof TypeError && error.cause instanceof Error ? error.cause : error;
  }
};
