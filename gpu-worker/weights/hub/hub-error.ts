/** The hub says no, and asking again will not help. The message says what to do; it never holds the token or a signed address. */
export class HubRefused extends Error {
  override readonly name = 'HubRefused';
}

/** The hub, or a host it sent us to, does not answer properly now; trying again may help. */
export class HubUnavailable extends Error {
  override readonly name = 'HubUnavailable';
  constructor(
    message: string,
    /** How long the other side asks us to wait. */
    readonly waitSeconds?: number,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

const ADVICE: Readonly<Record<string, string>> = {
  ENOTFOUND: 'cannot be found: is this machine online? Where only a mirror can be reached, set HF_ENDPOINT to its address',
  EAI_AGAIN: 'cannot be looked up: is this machine online?',
  ECONNREFUSED: 'refuses connections: is HF_ENDPOINT right?',
  ENETUNREACH: 'cannot be reached: is this machine online?',
  EHOSTUNREACH: 'cannot be reached: is this machine online?',
  ETIMEDOUT: 'does not answer: does a firewall stand between?',
  UND_ERR_CONNECT_TIMEOUT: 'does not answer: does a firewall stand between?',
};

/** Translates what `fetch`, or reading what it returned, throws; others pass through. `host` stands for the address, which may be signed. */
export function explainNetworkError(error: unknown, host: string): unknown {
  if (error instanceof DOMException && error.name === 'TimeoutError') return new HubUnavailable(`${host} does not answer`, undefined, { cause: error });
  if (!(error instanceof TypeError)) return error;
  const code = codeOf(error);
  if (code !== undefined && /CERT|SELF_SIGNED|UNABLE_TO_VERIFY/.test(code)) {
    const advice = "behind a company's proxy, set NODE_EXTRA_CA_CERTS to its certificate";
    return new HubRefused(`${host} shows a certificate that is not trusted here (${code}): ${advice}.`, { cause: error });
  }
  return new HubUnavailable(`${host} ${ADVICE[code ?? ''] ?? `cut the connection${code === undefined ? '' : ` (${code})`}`}`, undefined, { cause: error });
}

/** `fetch` throws a TypeError of its own, with the system's error as its cause. */
function codeOf(error: unknown): string | undefined {
  for (let each = error; each instanceof Error; each = each.cause) {
    if ('code' in each && typeof each.code === 'string') return each.code;
  }
  return undefined;
}
