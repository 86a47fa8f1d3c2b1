/** An AWS region, e.g. `us-east-1`, `cn-north-1`, `us-gov-west-1`. */
export const regionPattern = /^[a-z]{2,4}(-[a-z]+){1,2}-\d{1,2}$/;

/**
 * Why an endpoint may not be used; undefined where it may. Secret values go there, so the way must be
 * encrypted unless it never leaves the machine.
 */
export function endpointProblem(endpoint: string): string | undefined {
  let url: URL;
  try {
    url = new URL(endpoint);
  } catch {
    return "not a URL";
  }
  if (url.username || url.password) return "a URL with credentials in it";
  if (url.protocol === "https:") return undefined;
  if (url.protocol !== "http:") return `a URL of scheme ${url.protocol.slice(0, -1)}`;
  return isLoopback(url.hostname) ? undefined : "http to another machine";
}

/** Whether an endpoint is a stand-in on this machine. */
export function isLoopbackEndpoint(endpoint: string): boolean {
  return URL.canParse(endpoint) && isLoopback(new URL(endpoint).hostname);
}

function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127(\.\d{1,3}){3}$/.test(hostname);
}
